"""A comparison (比选) from its preparation to the close; each verb may be repeated without effect.

preparing → planned → registering → closed → opened → reviewed → compared → published. Who has
registered stands sealed in the rows of the draw beside it, which is never held; opening the names
stands in ``comparison_opening.py``, what the organiser decides in ``comparison_review.py``.
"""

from dataclasses import dataclass
from datetime import datetime

from models.clock import iso
from models.selection import comparison_schedule, draw_keys, draw_v1, draws, frozen_list
from models.selection.comparison_ends import (
    TOO_FEW_PASSED,
    TOO_FEW_REGISTERED,
    cancel,
    fail,
    failure_text,
)
from models.selection.comparison_opening import Opened, open_names
from models.selection.comparison_ranking import Findings, Offer, compare, publish
from models.selection.comparison_review import Verdict, review
from models.selection.comparison_rows import (
    STATE_TITLES,
    current,
    draw_of,
    latest,
    of_draw,
    passed_of,
    ranked_of,
    state_error,
)
from models.selection.comparison_tables import Comparison, ComparisonState
from models.selection.draw_errors import TooEarlyError
from models.selection.tables import Draw, DrawState
from models.selection.world import World

__all__ = [
    "STATE_TITLES",
    "TOO_FEW_PASSED",
    "TOO_FEW_REGISTERED",
    "Closed",
    "Findings",
    "Offer",
    "Opened",
    "Verdict",
    "cancel",
    "check_correction",
    "close",
    "compare",
    "current",
    "draw_of",
    "extend",
    "fail",
    "failure_text",
    "latest",
    "of_draw",
    "open_",
    "open_names",
    "passed_of",
    "plan",
    "prepare",
    "publish",
    "ranked_of",
    "review",
    "state_error",
]

LEAST = "comparison.minimum_registered"


@dataclass(frozen=True)
class Closed:
    """What the close made known: how many registered, whether they suffice, the list's root."""

    registered: int
    enough: bool
    root: str


def prepare(world: World, project_id: str) -> Comparison:
    """Return the comparison being prepared, with its draw: a fresh round after one that ended."""
    draw = draws.prepare(world, project_id)
    former = of_draw(world.session, draw.id)
    if former is not None:
        return former
    comparison = Comparison(
        project_id=project_id,
        draw_id=draw.id,
        state=ComparisonState.PREPARING,
        min_registered=world.rules[LEAST],
    )
    draw.min_tickets = comparison.min_registered
    world.session.add(comparison)
    world.session.flush()
    after = {"draw": draw.id, "round": draw.round, "alg": draw.alg}
    world.log("comparison:prepared", comparison.id, after=after)
    return comparison


def plan(world: World, comparison: Comparison, closes_at: datetime) -> Comparison:
    """Fix when registration closes; until the notice it may be fixed anew."""
    if comparison.state not in (ComparisonState.PREPARING, ComparisonState.PLANNED):
        raise state_error(comparison, "编制比选公告")
    comparison_schedule.check_close(world, closes_at)
    draw = draw_of(world.session, comparison)
    if comparison.state is ComparisonState.PLANNED and draw.freeze_at == closes_at:
        return comparison
    comparison.state = ComparisonState.PLANNED
    _set_close(draw, closes_at)
    world.session.flush()
    after = {"closes_at": iso(closes_at), "minimum": comparison.min_registered}
    world.log("comparison:planned", comparison.id, after=after)
    return comparison


def _set_close(draw: Draw, closes_at: datetime) -> None:
    # the names may be opened from the close on: nothing else is waited for
    draw.freeze_at = draw.not_before = closes_at


def open_(world: World, comparison: Comparison) -> Comparison:
    """Let companies register until the printed minute; the notice is out."""
    if comparison.state is ComparisonState.REGISTERING:
        return comparison
    draw = draw_of(world.session, comparison)
    if comparison.state is not ComparisonState.PLANNED or draw.freeze_at is None:
        raise state_error(comparison, "开放报名")
    draw_keys.make(world.settings, draw.id)
    comparison.state, draw.state = ComparisonState.REGISTERING, DrawState.OPEN
    world.session.flush()
    after = {"draw": draw.id, "closes_at": iso(draw.freeze_at)}
    world.log("comparison:registering", comparison.id, after=after)
    return comparison


def check_correction(
    world: World, comparison: Comparison, closes_at: datetime | None, field: str = "closes_at"
) -> None:
    """Raise unless a corrigendum may be published now, with this new close or the present one."""
    draw = draw_of(world.session, comparison)
    if comparison.state is not ComparisonState.REGISTERING or draw.freeze_at is None:
        raise state_error(comparison, "发布更正公告")
    comparison_schedule.check_extension(world, draw.freeze_at, closes_at, field)


def extend(world: World, comparison: Comparison, closes_at: datetime) -> Comparison:
    """Let registration close later, by a corrigendum; who has registered stays registered."""
    draw = _held(world, comparison)
    former = draw.freeze_at
    if comparison.state is ComparisonState.REGISTERING and former == closes_at:
        return comparison
    check_correction(world, comparison, closes_at)
    _set_close(draw, closes_at)
    world.session.flush()
    before, after = {"closes_at": iso(former) if former else None}, {"closes_at": iso(closes_at)}
    world.log("comparison:extended", comparison.id, before=before, after=after)
    return comparison


def _held(world: World, comparison: Comparison) -> Draw:
    """Return the draw, both rows held: who registers is in before this act, or after it."""
    world.session.refresh(comparison, with_for_update=True)
    draw = draw_of(world.session, comparison)
    world.session.refresh(draw, with_for_update=True)
    return draw


def close(world: World, comparison: Comparison) -> Closed:
    """Close the list as of the printed minute, also when the machine was down then."""
    draw = _held(world, comparison)
    if comparison.closed_at is None:
        _close(world, comparison, draw)
    count = comparison.registered or 0
    return Closed(count, count >= comparison.min_registered, comparison.root)


def _close(world: World, comparison: Comparison, draw: Draw) -> None:
    closes_at = draw.freeze_at
    if comparison.state is not ComparisonState.REGISTERING or closes_at is None:
        raise state_error(comparison, "截止报名")
    if world.clock() < closes_at:
        raise TooEarlyError(at=f"{closes_at:%Y-%m-%d %H:%M}")
    dropped = frozen_list.drop_unfit(world.session, world.settings, draw, closes_at)
    world.session.flush()
    listed = frozen_list.live_tickets(world.session, draw)
    comparison.frozen = [{"ticket": one, "org_commit": listed[one]} for one in sorted(listed)]
    comparison.registered = len(listed)
    # the draw's own root stays empty: it was never to be held, and is never computed
    comparison.root = draw_v1.root(draw.alg, draw.id, listed)
    comparison.state, comparison.closed_at = ComparisonState.CLOSED, closes_at
    draw.state = DrawState.RESERVED
    world.session.flush()
    after = {"closed_at": iso(closes_at), "registered": len(listed), "root": comparison.root}
    world.log("comparison:closed", comparison.id, after=after | {"tombstones": dropped})
