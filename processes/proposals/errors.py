"""What can go wrong while analysts change files of a county's pack."""

from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from processes.lint import Finding


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


class ProposalFaultyError(InvalidError):
    """The check found errors; nothing was submitted or published."""

    message = "改动单有{count}处错误，没有提交：{first}"

    def __init__(self, findings: list[Finding]) -> None:
        first = f"{findings[0].element or '整体'}：{findings[0].message}"
        told = [f"{one.element}：{one.message}" for one in findings]
        super().__init__(count=len(findings), first=first, findings=told)
        self.findings = findings


class NothingChangedError(InvalidError):
    """A proposal that would change nothing cannot be submitted."""

    message = "改动单里没有任何改动，不能提交，请先修改流程、表单或规则。"


class WrongStateError(ConflictError):
    """The proposal is not in the state that this act needs."""

    message = "这个改动单{state}，不能这样办理，请刷新页面查看最新状态。"


class OwnWorkError(ForbiddenError):
    """Whoever edited or submitted a proposal does not approve it."""

    message = (
        "按本区县规则，改动须由另一位流程发布人同意；您编制或提交过这个改动单，请交由他人办理。"
    )


class NotPublisherError(ForbiddenError):
    """Only a publisher of the county approves."""

    message = "只有本区县的流程发布人可以同意或退回改动单，请交由流程发布人办理。"


class ApprovalNeededError(ForbiddenError):
    """The county wants a second person's word before anything is published."""

    message = "按本区县规则，改动须经第二人同意才能发布，请先提交审批。"


class ReasonMissingError(InvalidError):
    """Sending back needs a reason."""

    message = "没有写理由，请写明哪里要改，再退回。"


class BadMomentError(InvalidError):
    """A moment from which a proposal shall hold that cannot be."""

    message = "生效时间须在现在之后、一年之内，请改正；要立即生效请留空。"


class NotPublishedError(ConflictError):
    """Only what was published is rolled back."""

    message = "这个改动单还没有发布，不需要回退；不要它时请撤回。"


class CasesFailedError(InvalidError):
    """Worked cases do not come out as they say."""

    message = "有{count}个办理样例没有通过：{first}"
