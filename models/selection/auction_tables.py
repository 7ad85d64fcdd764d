"""What is stored of a bidding (竞价选取); its bytes are defined in ``envelope`` and ``price_rule``.

A ``Bid`` row carries no time, no counter and a random key, so that neither the table nor its order
tells who bid or when; floor and bids lie here only in sealed form until the opening
(selection.md 2 and 3).
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, fen, id_pk, text40, text100


class AuctionState(StrEnum):
    """preparing → sealed → planned → announced → frozen → bidding → closed → opening → settled.

    After ``settled`` (one lowest) or ``tied`` (a draw among equals) comes ``published``.
    """

    PREPARING = "preparing"
    SEALED = "sealed"
    PLANNED = "planned"
    ANNOUNCED = "announced"
    FROZEN = "frozen"
    BIDDING = "bidding"
    CLOSED = "closed"
    OPENING = "opening"
    SETTLED = "settled"
    TIED = "tied"
    PUBLISHED = "published"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"


class Auction(Base):
    """One bidding, with the draw that stands ready for equal lowest prices."""

    __tablename__ = "auction"
    __table_args__ = (Index(None, "project_id"),)

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), unique=True)
    state: Mapped[AuctionState]
    ceiling: Mapped[fen] = mapped_column(info={"label": "最高限价"})
    below_floor: Mapped[str] = mapped_column(String(10), info={"label": "低于最低限价的报价"})
    min_joiners: Mapped[int] = mapped_column(info={"label": "最少参与企业数"})
    floor_commit: Mapped[str] = mapped_column(
        String(64), default="", info={"label": "最低限价指纹"}
    )
    floor_envelope: Mapped[dict[str, object] | None] = mapped_column(JSON)
    floor_sealed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    floor_sealed_at: Mapped[datetime | None] = mapped_column(info={"label": "密封时间"})
    bidding_from: Mapped[datetime | None] = mapped_column(info={"label": "竞价开始"})
    bidding_until: Mapped[datetime | None] = mapped_column(info={"label": "竞价截止"})
    postponed_to: Mapped[datetime | None] = mapped_column(info={"label": "延后的竞价截止"})
    frozen: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    joiners: Mapped[int | None] = mapped_column(info={"label": "参与企业数"})
    joiner_root: Mapped[str] = mapped_column(String(64), default="")
    closed_at: Mapped[datetime | None] = mapped_column(info={"label": "截止时间"})
    envelopes: Mapped[int | None] = mapped_column(info={"label": "密封报价数"})
    envelope_root: Mapped[str] = mapped_column(String(64), default="")
    opened_at: Mapped[datetime | None] = mapped_column(info={"label": "开启时间"})
    transcript: Mapped[str | None] = mapped_column(Text)
    transcript_hash: Mapped[str] = mapped_column(String(64), default="")
    price: Mapped[fen | None] = mapped_column(info={"label": "成交价"})
    tied: Mapped[list[str] | None] = mapped_column(JSON)
    winner_ticket: Mapped[str | None] = mapped_column(String(32))
    failure: Mapped[text40] = mapped_column(default="", info={"label": "失败原因"})
    published_at: Mapped[datetime | None] = mapped_column(info={"label": "公布时间"})
    cancelled_at: Mapped[datetime | None] = mapped_column(info={"label": "取消时间"})
    cancel_reason: Mapped[str] = mapped_column(Text, default="", info={"label": "取消理由"})

    @property
    def closes_at(self) -> datetime | None:
        """When bidding closes: the printed minute, or later after an outage."""
        if self.bidding_until is None or self.postponed_to is None:
            return self.bidding_until
        return max(self.bidding_until, self.postponed_to)

    @property
    def is_cancelled_after_close(self) -> bool:
        """Whether it was cancelled when its bids were all in, so that it is still computed."""
        return self.state is AuctionState.CANCELLED and self.closed_at is not None


class Bid(Base):
    """One sealed bid; a company may hand in several, the highest ``seq`` inside counts."""

    __tablename__ = "bid"
    __table_args__ = (Index(None, "auction_id", "ticket"), {"sqlite_with_rowid": False})

    id: Mapped[id_pk]
    auction_id: Mapped[str] = mapped_column(ForeignKey("auction.id"))
    ticket: Mapped[str] = mapped_column(String(32))
    commit: Mapped[str] = mapped_column(String(64))
    envelope: Mapped[str] = mapped_column(Text)
    moment: Mapped[bytes] = mapped_column(LargeBinary)
    """When it came, concealed with the draw's key: for its own sealer until the result."""
    received_at: Mapped[datetime | None] = mapped_column(info={"label": "收到时间"})
    """When it came, written from ``moment`` when the result is published."""


class SecrecyUndertaking(Base):
    """Who set or learnt a floor price, and that they signed for secrecy (DZ-80c)."""

    __tablename__ = "secrecy_undertaking"
    __table_args__ = (Index(None, "auction_id"),)

    id: Mapped[id_pk]
    auction_id: Mapped[str] = mapped_column(ForeignKey("auction.id"))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    name: Mapped[text40] = mapped_column(info={"label": "姓名"})
    position: Mapped[text100] = mapped_column(default="", info={"label": "单位和职务"})
    part: Mapped[str] = mapped_column(String(10), info={"label": "制定或知悉"})
    signed_at: Mapped[datetime] = mapped_column(info={"label": "签署时间"})
