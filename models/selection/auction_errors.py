"""What can go wrong with a bidding, in words that say what to do; none tells of floor or bids."""

from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class AuctionNotFoundError(NotFoundError):
    """The project has no bidding."""

    message = "本项目还没有竞价选取，请先完成受理和人员指定。"


class AuctionStateError(ConflictError):
    """The bidding is not in the state that this act needs."""

    message = "本次竞价当前为“{state}”，不能办理“{act}”，请刷新后查看进度。"


class AuctionTimesError(InvalidError):
    """The announced times of the bidding break a rule."""

    message = "竞价时间不符合规定，请按提示修改。"


class CloseNotLoggedError(ConflictError):
    """No guardian releases before the log holds the list of sealed bids."""

    message = "竞价截止尚未写入业务日志，保管方不予开启，请稍后重试。"


class NotSealingError(ForbiddenError):
    """The person does not hold the step in which the floor is sealed."""

    message = "最低限价由领取“密封最低限价”待办的本人填写密封，请先从待办进入并领取。"


class UndertakingInvalidError(InvalidError):
    """Who set or learnt the floor is not told completely (DZ-80c)."""

    message = "请写明每一位制定或知悉最低限价的人员，并由本人签署保密承诺，再行密封。"
