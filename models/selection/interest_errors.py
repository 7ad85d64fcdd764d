"""Why joining or leaving is refused: the same words for everybody, and only of the one who asks."""

from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class JoiningClosedError(ConflictError):
    """The list is frozen, or has never been open."""

    message = "本项目现在不接受参与或退出：报名尚未开始或名单已经冻结，请以公告时间为准。"
    paused = (
        "本项目的选取已暂停，暂停期间不接受参与或退出；恢复时会发布变更公告并通知符合条件的企业。"
    )
    compared = "本项目现在不接受报名或退出：报名尚未开始或已经截止，请以公告和更正公告的时间为准。"
    changing = "本项目正在办理变更，现在不接受参与或退出；请等变更公告发布后，按公告办理。"


class NotAContractorError(ForbiddenError):
    """Only an enterprise's own account joins for it, in a county where it has that role."""

    message = "只有本区县名册库内施工企业的账号才能参与，请用本企业的账号登录。"


class NotFittingError(InvalidError):
    """The enterprise that asks lacks something; it is told what."""

    message = "本企业目前不符合参与条件：{lacking}。补齐后可在报名截止前再来参与。"


class TermsNotAcceptedError(InvalidError):
    """The tick is missing."""

    message = "请先勾选“我公司承诺全面响应本项目选取公告的全部条件”，再确认参与。"


class AlreadyJoinedError(ConflictError):
    """The enterprise has a live ticket already."""

    message = "本企业已经参与了这个项目，一家企业只有一张票；可在“我的参与”里查看。"


class NotJoinedError(NotFoundError):
    """The enterprise has no live ticket."""

    message = "本企业没有参与这个项目，或者已经退出，不需要再办理。"


class BadTicketError(InvalidError):
    """What was sealed names no ticket, or one that is used already."""

    message = "票号或承诺值无效，没有提交，请刷新页面后重新参与。"


class TextTooLongError(InvalidError):
    """Contact or remark is longer than what can be kept hidden."""

    message = "联系人和备注合计不能超过160个字，请缩短后重新提交。"
