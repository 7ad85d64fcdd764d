"""Finding a bidding, its sealed bids, and the words for its states."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.selection.auction_errors import AuctionNotFoundError, AuctionStateError
from models.selection.auction_tables import Auction, AuctionState, Bid
from models.selection.tables import Draw, Interest

STATE_TITLES = {
    AuctionState.PREPARING: "准备中",
    AuctionState.SEALED: "最低限价已密封",
    AuctionState.PLANNED: "公告已编制",
    AuctionState.ANNOUNCED: "公告中",
    AuctionState.FROZEN: "参与名单已冻结",
    AuctionState.BIDDING: "竞价中",
    AuctionState.CLOSED: "竞价已截止",
    AuctionState.OPENING: "开启中",
    AuctionState.SETTLED: "成交价已算出",
    AuctionState.TIED: "最低价并列，待随机选取",
    AuctionState.PUBLISHED: "已公布",
    AuctionState.UNSUCCESSFUL: "竞价失败",
    AuctionState.CANCELLED: "已取消",
}


def latest(session: Session, project_id: str | None) -> Auction | None:
    """Return the latest bidding of a project, if there is one."""
    query = select(Auction).join(Draw, Draw.id == Auction.draw_id)
    of_project = query.where(Auction.project_id == project_id).order_by(Draw.round.desc())
    return session.scalar(of_project.limit(1))


def current(session: Session, project_id: str | None) -> Auction:
    """Return the latest bidding of a project; raise when it has none."""
    auction = latest(session, project_id)
    if auction is None:
        raise AuctionNotFoundError
    return auction


def of_draw(session: Session, draw_id: str) -> Auction | None:
    """Return the bidding beside which a draw stands ready; None for a random selection's."""
    return session.scalar(select(Auction).where(Auction.draw_id == draw_id))


def draw_of(session: Session, auction: Auction) -> Draw:
    """Return the draw that stands ready for equal lowest prices."""
    return session.get_one(Draw, auction.draw_id)


def listed_bids(session: Session, auction: Auction) -> list[Bid]:
    """Return the sealed bids of those still in the list, in order of ticket and commit."""
    query = (
        select(Bid)
        .join(Interest, Interest.ticket == Bid.ticket)
        .where(Bid.auction_id == auction.id, Interest.draw_id == auction.draw_id, Interest.live)
        .order_by(Bid.ticket, Bid.commit)
    )
    return list(session.scalars(query))


def state_error(auction: Auction, act: str) -> AuctionStateError:
    """Return the refusal of an act in this state."""
    return AuctionStateError(state=STATE_TITLES[auction.state], act=act)
