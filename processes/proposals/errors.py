"""What can go wrong while analysts change files of a county's pack."""

from models.errors import ConflictError, InvalidError, NotFoundError


class ProposalNotFoundError(NotFoundError):
    """No such proposal, or the person may not see it."""

    message = "没有找到这个改动单，或您不是该区县的流程分析员，请从“改动单”列表重新打开。"


class FileUnknownError(NotFoundError):
    """The county has no file of this path, nor has the proposal."""

    message = "本区县没有文件“{path}”，请从“表单与文书”或“流程”列表重新打开。"


class PathRefusedError(InvalidError):
    """A path that no file of a pack may have."""

    message = "“{path}”不能作为文件的位置或名称：只能用小写字母、数字和下划线，以字母开头，请改名。"


class FileTooLargeError(InvalidError):
    """A file is larger than a pack may hold."""

    message = "“{path}”超过 2 MB，没有保存，请精简后再保存。"


class TooManyFilesError(InvalidError):
    """A proposal holds more files than one can review."""

    message = "一个改动单最多 {limit} 个文件，请先发布这一单，再另建一单。"


class StaleFileError(ConflictError):
    """Somebody saved the file since it was read."""

    message = "{who}已于{when}保存过这个文件，您的内容没有保存；请比对后选择保留哪一份。"


class ProposalClosedError(ConflictError):
    """Only drafts are edited."""

    message = "这个改动单{state}，不能再修改；请让审批人退回，或另建一个改动单。"
