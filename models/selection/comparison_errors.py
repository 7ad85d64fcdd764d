"""What can go wrong with a comparison, in words that say what to do; none tells who registered."""

from models.errors import ConflictError, InvalidError, NotFoundError


class ComparisonNotFoundError(NotFoundError):
    """The project has no comparison."""

    message = "本项目还没有比选，请先完成立项，再编制比选公告。"


class ComparisonStateError(ConflictError):
    """The comparison is not in the state that this act needs."""

    message = "本次比选当前为“{state}”，不能办理“{act}”，请刷新后查看进度。"


class RegistrationTimesError(InvalidError):
    """The close of the registration breaks a rule of the county."""

    message = "报名截止时间不符合规定，请按提示修改。"


class RegistrationOverError(ConflictError):
    """The registration has reached its close: it cannot be moved any more."""

    message = "报名已在{at}截止，不能再延后。报名不足的，由项目业主决定重新比选或终止。"


class CloseOfRegistrationNotLoggedError(ConflictError):
    """No guardian opens names before the log holds the closed list."""

    message = "报名截止尚未写入业务日志，保管方不予开启，请稍后重试。"


class ReviewInvalidError(InvalidError):
    """The review leaves somebody out, lacks a reason, or passes somebody who may not."""

    message = "资格审查有不完整或不符合规定之处，没有提交，请按提示逐家修改。"


class ComparingInvalidError(InvalidError):
    """The comparison information breaks a rule: offers, ranks, reasons."""

    message = "比选信息有不完整或不符合规定之处，没有提交，请按提示逐家修改。"


class WinnerUnfitError(ConflictError):
    """Who was recommended may not be chosen any more."""

    message = "推荐的中选企业“{name}”现在不能中选：{reason}。请退回比选环节重新排序推荐。"
