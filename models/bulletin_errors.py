"""What may go wrong with a bulletin, in words."""

from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class BulletinNotFoundError(NotFoundError):
    """No such bulletin, or not for this reader."""

    message = "没有找到这条通知，它可能已经撤回、过期，或不是发给您的，请回到通知列表重新打开。"


class MayNotWriteError(ForbiddenError):
    """Only the office that wrote a bulletin changes it."""

    message = (
        "只有本区县的交易中心、行业主管部门、项目业主和代理机构可以编写通知，"
        "并且只能改本单位的，请联系编写的单位。"
    )


class BulletinFaultyError(InvalidError):
    """Fields of a bulletin are missing or wrong."""

    message = "通知没有填写完整，请按提示改正后再保存。"


class BulletinClosedError(ConflictError):
    """A withdrawn bulletin is not changed or published again."""

    message = "这条通知已经撤回，不能再改或发布，需要时请另写一条。"


class BulletinNotPublishedError(ConflictError):
    """Only what is published can be withdrawn."""

    message = "这条通知没有发布，不用撤回。"
