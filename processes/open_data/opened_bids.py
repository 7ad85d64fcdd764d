"""An opened bidding as people read it: floor, every bid by ticket, what counted and what did not.

Nothing is decided here: price, tied tickets and reasons stand in the transcript, which anybody can
recompute; this only says of each bid which part it played (selection.md 2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

FAULT_WORDS = {
    "unreadable": "密封件打不开，或里面不是报价，不计入",
    "not_positive": "报价不大于零，不计入",
    "over_ceiling": "报价高于最高限价，不计入",
    "under_floor": "报价低于最低限价，按公告规定不计入",
}
"""A transcript's own reasons (``BID_FAULTS``), here so that pages can say them in English."""


class BidPart(StrEnum):
    """Which part a bid played in the settlement."""

    LOWEST = "lowest"
    COUNTED = "counted"
    SUPERSEDED = "superseded"
    INVALID = "invalid"


ORDER = list(BidPart)


@dataclass(frozen=True)
class BidLine:
    """One bid of the transcript."""

    ticket: str
    commit: str
    seq: int | None
    fen: int | None
    effective: int | None
    part: BidPart
    why: str

    @property
    def is_raised(self) -> bool:
        """Whether it lay under the floor and counts as having reached it."""
        return self.effective is not None and self.fen != self.effective


@dataclass(frozen=True)
class OpenedBids:
    """What the opening made known."""

    floor: int | None
    floor_commit: str
    ceiling: int
    below_floor: str
    price: int | None
    tied: Sequence[str]
    lines: Sequence[BidLine]

    @property
    def is_tie(self) -> bool:
        """Whether several tickets share the lowest price."""
        return len(self.tied) > 1

    @property
    def tickets(self) -> int:
        """From how many tickets a bid came."""
        return len({one.ticket for one in self.lines})

    @property
    def set_aside(self) -> list[BidLine]:
        """The bids that took no part, each with its reason."""
        return [one for one in self.lines if one.part is BidPart.INVALID]


def opened_bids(transcript: str | None) -> OpenedBids | None:
    """Read a transcript; None before there is one."""
    if not transcript:
        return None
    told = orjson.loads(transcript)
    floor = _number(told["floor"]["val"], "fen")
    settled, bids = told["settled"], told["bids"]
    counting = _counting(bids)
    lines = [_line(one, counting, floor, told) for one in bids]
    return OpenedBids(
        floor=floor,
        floor_commit=told["floor"]["envelope"]["commit"],
        ceiling=told["ceiling"],
        below_floor=told["below_floor"],
        price=settled["price"],
        tied=settled["tied"],
        lines=sorted(lines, key=_place),
    )


def _number(val: object, name: str) -> int | None:
    found = val.get(name) if isinstance(val, Mapping) else None
    return found if isinstance(found, int) else None


def _counting(bids: Sequence[dict[str, Any]]) -> set[str]:
    """Return the commits of the bids that count: the highest number of each ticket."""
    best: dict[str, tuple[int, str]] = {}
    for one in bids:
        seq = _number(one["val"], "seq")
        ticket, commit = one["envelope"]["ctx"]["holder"], one["envelope"]["commit"]
        if seq is not None:
            best[ticket] = min(best.get(ticket, (-seq, commit)), (-seq, commit))
    return {commit for _, commit in best.values()}


def _line(
    one: dict[str, Any], counting: set[str], floor: int | None, told: dict[str, Any]
) -> BidLine:
    ticket, commit = one["envelope"]["ctx"]["holder"], one["envelope"]["commit"]
    fen, seq = _number(one["val"], "fen"), _number(one["val"], "seq")
    price, tied = told["settled"]["price"], told["settled"]["tied"]
    part = _part(one, is_counting=commit in counting)
    is_compared = part is BidPart.COUNTED and price is not None
    effective = max(fen, floor) if is_compared and fen and floor else None
    if effective is not None and ticket in tied and effective == price:
        part = BidPart.LOWEST
    why = (one["invalid"] or FAULT_WORDS["unreadable"]) if part is BidPart.INVALID else ""
    return BidLine(ticket, commit, seq, fen, effective, part, why)


def _part(one: dict[str, Any], *, is_counting: bool) -> BidPart:
    if one["val"] is None or (one["invalid"] and is_counting):
        return BidPart.INVALID
    return BidPart.COUNTED if is_counting else BidPart.SUPERSEDED


def _place(line: BidLine) -> tuple[int, int, str, int]:
    return ORDER.index(line.part), line.effective or 0, line.ticket, -(line.seq or 0)
