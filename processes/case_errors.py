"""What can go wrong with a case and its work items; every text says what is so and what to do."""

from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class WorkItemNotFoundError(NotFoundError):
    """No such work item."""

    message = "没有这件待办，请返回待办列表重新打开。"


class InstanceNotFoundError(NotFoundError):
    """No such case."""

    message = "没有这个案卷，请返回列表重新打开。"


class WorkItemTakenError(ConflictError):
    """Somebody finished this item first."""

    message = "该待办已由{by}于{at}办结，您这一次提交没有生效，请返回待办列表。"


class WorkItemClaimedError(ConflictError):
    """Somebody else holds this item."""

    message = "该待办已由{by}领取，如需由您办理，请请其退回或移交。"


class WorkItemCancelledError(ConflictError):
    """The flow went another way; nobody needs to do this item any more."""

    message = "该待办已随流程变化取消，无需办理，请返回待办列表。"


class WorkItemNotHeldError(ConflictError):
    """Only who holds an item can give it back."""

    message = "您没有领取这件待办，不能退回，请刷新后查看。"


class StaleInstanceError(ConflictError):
    """Another step of the same case was stored first."""

    message = "该案卷刚刚被他人推进，您填写的内容没有提交，请刷新后重新提交。"


class InstanceNotRunningError(ConflictError):
    """The case is suspended, failed or ended: it accepts nothing."""

    message = "该案卷{status}，暂不能办理，请联系系统管理员。"


class NotYoursError(ForbiddenError):
    """The item is for another role, party, person or county."""

    message = "这件待办不属于您的岗位、单位或区县，不能办理；如需办理，请请承办人移交。"


class InstanceHiddenError(ForbiddenError):
    """The person takes no part in this case."""

    message = "您不是该案卷的当事人或经办人，不能查看。"


class MayNotStartError(ForbiddenError):
    """The person's roles do not start this flow in this county."""

    message = "您在该区县的岗位不能发起“{flow}”，请由{roles}发起。"


class NotKeeperError(ForbiddenError):
    """Only system keepers intervene in a running case."""

    message = "只有系统管理员可以暂停、恢复或重试案卷。"


class PresenceRequiredError(ForbiddenError):
    """The step must be done by a person who is signed in, not by a program's token."""

    message = "这一步须由本人登录办理，不接受令牌提交。"


class HandOverRefusedError(InvalidError):
    """The colleague could not do the item either."""

    message = "不能移交给该人员：须是在用账号，且与您同岗位、同单位、同区县。"


class CountyUnknownError(InvalidError):
    """No such county, or it is not open."""

    message = "没有已开通的区县“{county}”，请检查区县代码。"


class FormInvalidError(InvalidError):
    """The form's fields break rules that the person can put right."""


class DataInvalidError(InvalidError):
    """What was sent is not JSON data of a reasonable size."""

    message = "提交的数据{problem}，没有保存，请改正后重新提交。"


class ReasonMissingError(InvalidError):
    """An intervention needs a reason for the record."""

    message = "请写明原因，它将记入业务日志。"
