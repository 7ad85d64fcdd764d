"""The rounds (轮) of a project's selection as the public may know them, each with its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, lazyload, load_only

from models.roster.declined import DeclinedAward
from models.selection import auctions, comparisons
from models.selection.auction_tables import Auction, AuctionState
from models.selection.comparison_tables import Comparison, ComparisonState
from models.selection.draws import failure_text
from models.selection.schedule import was_stopped
from models.selection.tables import Draw, DrawState

STOPPED = "公告期内变更、暂停或终止，本轮选取计划作废"
UNANNOUNCED = (DrawState.PREPARING, DrawState.PLANNED)
PUBLIC = (
    Draw.id,
    Draw.project_id,
    Draw.round,
    Draw.state,
    Draw.min_tickets,
    Draw.not_before,
    Draw.freeze_at,
    Draw.tickets,
    Draw.published_at,
    Draw.cancelled_at,
    Draw.root,
)
OF_BIDDING = (
    Auction.id,
    Auction.draw_id,
    Auction.state,
    Auction.min_joiners,
    Auction.joiners,
    Auction.failure,
    Auction.opened_at,
    Auction.published_at,
    Auction.transcript_hash,
)
OF_COMPARISON = (lazyload(Comparison.candidates), defer(Comparison.frozen))
"""No proof, no transcript and no list is read for the sake of one line."""


@dataclass(frozen=True)
class Round:
    """One announced draw of a project, and whether its winner gave the award back."""

    draw: Draw
    declined: DeclinedAward | None = None
    auction: Auction | None = None
    comparison: Comparison | None = None

    @property
    def number(self) -> int:
        """The round as people count, from one."""
        return self.draw.round + 1

    @property
    def has_result(self) -> bool:
        """Whether its result and proof are out; they stay so whatever comes later."""
        if self.comparison is not None:
            return self.comparison.state is ComparisonState.PUBLISHED
        if self.auction is not None:
            return self.auction.state is AuctionState.PUBLISHED
        return self.draw.state is DrawState.PUBLISHED

    @property
    def has_page(self) -> bool:
        """Whether there is something to read and to check: a result, or a failed bidding."""
        return self.has_result or self._has_failed_bidding

    @property
    def _has_failed_bidding(self) -> bool:
        return self.auction is not None and self.auction.state is AuctionState.UNSUCCESSFUL

    @property
    def is_in_force(self) -> bool:
        """Whether the project stands on this round's result."""
        return self.has_result and self.declined is None

    @property
    def is_over(self) -> bool:
        """Whether it ended without an award that stands."""
        ended = (DrawState.UNSUCCESSFUL, DrawState.CANCELLED)
        return self.declined is not None or self.draw.state in ended

    @property
    def word(self) -> str:
        """How it ended or stands, in a few words."""
        if self.declined is not None:
            return "中选企业放弃"
        words = {
            DrawState.UNSUCCESSFUL: "比选失败" if self.comparison else "选取失败",
            DrawState.CANCELLED: "因变更作废" if self._was_stopped else "已取消",
            DrawState.PUBLISHED: "结果有效",
        }
        if self.has_result:
            return words[DrawState.PUBLISHED]
        return words.get(self.draw.state, "进行中")

    @property
    def ended_at(self) -> datetime | None:
        """When it ended, as far as that is a public moment."""
        if self.declined is not None:
            return self.declined.declined_at
        if self._was_stopped:
            return self.draw.cancelled_at
        if self.comparison is not None:
            return self.comparison.cancelled_at or self.comparison.closed_at
        is_few = self.draw.state is DrawState.UNSUCCESSFUL and self._is_few
        return self.draw.freeze_at if is_few else self.draw.not_before

    @property
    def why(self) -> str:
        """Why there is no award that stands (第七十六条（一）, 第七十七条); empty when there is."""
        if self.declined is not None:
            return "中选企业放弃中选，原中选结果不再有效"
        if self._was_stopped:
            return STOPPED
        if self.draw.state is not DrawState.UNSUCCESSFUL:
            return ""
        if self.comparison is not None:
            return comparisons.failure_text(self.comparison)
        return auctions.failure_text(self.auction) if self.auction else failure_text(self.draw)

    @property
    def _was_stopped(self) -> bool:
        """Whether a change ended it: before the list of tickets or joiners froze."""
        has_list = self.auction is not None and self.auction.joiners is not None
        return was_stopped(self.draw) and not has_list

    @property
    def _is_few(self) -> bool:
        if self.auction is not None:
            return self.auction.failure == auctions.TOO_FEW
        return (self.draw.tickets or 0) < self.draw.min_tickets


def rounds_of(session: Session, project_id: str) -> Sequence[Round]:
    """Return the announced rounds of a project, the first one first: one statement."""
    query = (
        select(Draw, DeclinedAward, Auction, Comparison)
        .outerjoin(DeclinedAward, DeclinedAward.draw_id == Draw.id)
        .outerjoin(Auction, Auction.draw_id == Draw.id)
        .outerjoin(Comparison, Comparison.draw_id == Draw.id)
        .where(Draw.project_id == project_id, Draw.state.not_in(UNANNOUNCED))
        .options(load_only(*PUBLIC), load_only(*OF_BIDDING), *OF_COMPARISON)
        .order_by(Draw.round)
    )
    return [Round(*row) for row in session.execute(query)]
