"""Why a bid is refused: the same words for everybody, and only of the one who asks."""

from models.errors import ConflictError, ForbiddenError, InvalidError


class BiddingClosedError(ConflictError):
    """Bidding has not begun, is over, or never was: nobody bids now."""

    message = "本项目现在不接受报价：竞价尚未开始、已经截止或已经暂停，请以公告时间为准。"


class NotBidderError(ForbiddenError):
    """Only an enterprise's own account bids for it, in a county where it has that role."""

    message = "只有本区县名册库内施工企业的账号才能报价，请用本企业的账号登录。"


class NoTicketError(ForbiddenError):
    """The enterprise is not in the frozen list."""

    message = "本企业没有参与本项目，或者不在冻结的参与名单内，不能报价；可在“我的参与”里查看原因。"


class BidderUnfitError(ForbiddenError):
    """The enterprise has been suspended since, or lacks something now; it is told what."""

    message = "本企业现在不符合参与条件：{lacking}，不能报价。补齐后在竞价截止前可以再报。"


class TooManyBidsError(ConflictError):
    """More sealed bids of one enterprise than anybody needs."""

    message = "本企业在本项目的报价已达{most}次，不能再报；以已收到的报价中序号最大的一份为准。"


class BidInvalidError(InvalidError):
    """What was handed in is no sealed bid."""

    message = "没有收到密封的报价，请刷新页面后重新填写，由浏览器密封后提交。"
