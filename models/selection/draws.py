"""A draw from its preparation to its frozen list; each verb may be repeated without effect.

planned → announced → open → frozen → opening → drawn → published (selection.md 1); the opening
stands in ``opening.py``. No randomness is taken on the day: the draw is a function of what was
committed before the notice and of the list frozen by the clock.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import iso
from models.project import Project
from models.roster.declined import declined_of_draws
from models.selection import draw_v1, frozen_list, platform_year
from models.selection.draw_errors import (
    AppointmentsMissingError,
    DrawNotFoundError,
    DrawStateError,
    TooEarlyError,
)
from models.selection.jcs import canonical
from models.selection.schedule import check_schedule
from models.selection.tables import Draw, DrawContributor, DrawState
from models.selection.world import World

STATE_TITLES = {
    DrawState.PREPARING: "准备中",
    DrawState.PLANNED: "计划已定",
    DrawState.ANNOUNCED: "已公告",
    DrawState.OPEN: "报名中",
    DrawState.FROZEN: "名单已冻结",
    DrawState.OPENING: "开启中",
    DrawState.DRAWN: "已选出",
    DrawState.PUBLISHED: "已公布",
    DrawState.UNSUCCESSFUL: "选取失败",
    DrawState.CANCELLED: "已取消",
    DrawState.RESERVED: "备用（最低价并列时启用）",
    DrawState.UNUSED: "未启用",
}
ENDED = (DrawState.UNSUCCESSFUL, DrawState.CANCELLED)
AFTER_FREEZE = (DrawState.FROZEN, DrawState.OPENING, DrawState.DRAWN, DrawState.PUBLISHED)
PLATFORM = "platform"


@dataclass(frozen=True)
class Frozen:
    """What the freeze made known: how many tickets, and whether they suffice."""

    tickets: int
    enough: bool
    root: str


def current_draw(session: Session, project_id: str | None) -> Draw:
    """Return the latest draw of a project; raise when it has none."""
    draw = latest(session, project_id)
    if draw is None:
        raise DrawNotFoundError
    return draw


def latest(session: Session, project_id: str | None) -> Draw | None:
    """Return the latest draw of a project, if there is one."""
    query = select(Draw).where(Draw.project_id == project_id).order_by(Draw.round.desc())
    return session.scalar(query.limit(1))


def prepare(world: World, project_id: str) -> Draw:
    """Return the draw that takes the contributors' secrets: a fresh round after one that ended."""
    former = latest(world.session, project_id)
    if former is not None and former.state is DrawState.PREPARING:
        return former
    if former is not None and not _has_ended(world.session, former):
        raise state_error(former, "重新准备选取")
    draw = Draw(
        project_id=project_id,
        round=0 if former is None else former.round + 1,
        state=DrawState.PREPARING,
        alg=world.rules["draw.algorithm"],
        min_tickets=world.rules["draw.minimum_candidates"],
    )
    world.session.add(draw)
    world.session.flush()
    world.log("draw:prepared", draw.id, after={"project": project_id, "round": draw.round})
    return draw


def _has_ended(session: Session, draw: Draw) -> bool:
    """Whether a new round may follow: it failed, was cancelled, or its winner gave it back."""
    is_over = draw.state in (DrawState.PUBLISHED, DrawState.UNUSED)
    given_back = is_over and declined_of_draws(session, [draw.id])
    return draw.state in ENDED or bool(given_back)


def plan(world: World, draw: Draw, freeze_at: datetime, selection_at: datetime) -> Draw:
    """Fix the plan whose hash the tender notice prints; until the notice it may be made anew."""
    if draw.state not in (DrawState.PREPARING, DrawState.PLANNED):
        raise state_error(draw, "编制选取计划")
    check_schedule(world, draw, freeze_at, selection_at)
    commits = _commits(world, draw)
    made = draw_v1.make_plan(
        draw=draw.id,
        not_before=iso(selection_at),
        min_tickets=draw.min_tickets,
        commits=commits,
        alg=draw.alg,
        round_no=draw.round,
    )
    text = canonical(made).decode()
    if draw.plan == text and draw.freeze_at == freeze_at:
        return draw
    draw.plan, draw.plan_hash = text, draw_v1.plan_hash(made)
    draw.not_before, draw.freeze_at = selection_at, freeze_at
    draw.state = DrawState.PLANNED
    world.session.get_one(Project, draw.project_id).selection_at = selection_at
    world.session.flush()
    after = {"plan": draw.plan_hash, "freeze_at": iso(freeze_at), "not_before": iso(selection_at)}
    world.log("draw:planned", draw.id, after=after | {"platform_number": draw.platform_index})
    return draw


def _commits(world: World, draw: Draw) -> dict[str, str]:
    rows = contributors(world.session, draw)
    if not {"owner", "monitor"} <= set(rows):
        raise AppointmentsMissingError
    if PLATFORM not in rows:
        rows[PLATFORM] = _platform_contribution(world, draw)
    return {role: row.commit for role, row in rows.items()}


def _platform_contribution(world: World, draw: Draw) -> DrawContributor:
    taken = platform_year.take_number(world.session, world.settings, world.clock())
    draw.platform_year, draw.platform_index = taken
    secret = platform_year.secret_of(world.settings, *taken)
    commit = draw_v1.commit(draw.alg, draw.id, PLATFORM, secret)
    row = DrawContributor(draw_id=draw.id, role=PLATFORM, commit=commit)
    world.session.add(row)
    return row


def contributors(session: Session, draw: Draw) -> dict[str, DrawContributor]:
    """Return the contributors of a draw by role."""
    query = select(DrawContributor).where(DrawContributor.draw_id == draw.id)
    return {row.role: row for row in session.scalars(query.order_by(DrawContributor.role))}


def announce(world: World, draw: Draw) -> None:
    """Note that the tender notice with the plan's hash is out: the plan never changes again."""
    if draw.state is DrawState.ANNOUNCED:
        return
    if draw.state is not DrawState.PLANNED:
        raise state_error(draw, "发布选取公告")
    draw.state = DrawState.ANNOUNCED
    world.session.flush()
    world.log("draw:announced", draw.id, after={"plan": draw.plan_hash})


def open_list(world: World, draw: Draw) -> None:
    """Let companies join until the printed minute."""
    if draw.state is DrawState.OPEN:
        return
    if draw.state is not DrawState.ANNOUNCED:
        raise state_error(draw, "开放报名")
    draw.state = DrawState.OPEN
    world.session.flush()
    world.log("draw:opened_for_joining", draw.id)


def freeze(world: World, draw: Draw) -> Frozen:
    """Freeze the list as of the printed minute, also when the machine was down then."""
    # who joins holds this row: in before the freeze, or told that the list is closed
    world.session.refresh(draw, with_for_update=True)
    if draw.state not in (*AFTER_FREEZE, DrawState.UNSUCCESSFUL):
        _freeze(world, draw)
    count = draw.tickets or 0
    return Frozen(count, count >= draw.min_tickets, draw.root)


def _freeze(world: World, draw: Draw) -> None:
    if draw.state is not DrawState.OPEN or draw.freeze_at is None:
        raise state_error(draw, "冻结名单")
    if world.clock() < draw.freeze_at:
        raise TooEarlyError(at=f"{draw.freeze_at:%Y-%m-%d %H:%M}")
    # whoever was let in before the minute holds this row until its ticket is committed
    world.session.refresh(draw, with_for_update=True)
    tombstones = frozen_list.drop_unfit(world.session, world.settings, draw, draw.freeze_at)
    listed = frozen_list.live_tickets(world.session, draw)
    draw.frozen = [{"ticket": one, "org_commit": listed[one]} for one in sorted(listed)]
    draw.tickets, draw.root = len(listed), draw_v1.root(draw.alg, draw.id, listed)
    draw.state = DrawState.FROZEN
    world.session.flush()
    after = {"root": draw.root, "tickets": draw.tickets, "tombstones": tombstones}
    world.log("draw:frozen", draw.id, after=after | {"frozen_at": iso(draw.freeze_at)})


def fail(world: World, draw: Draw, reason: str) -> None:
    """End a draw that had too few tickets, or no winner who can be named."""
    if draw.state is DrawState.UNSUCCESSFUL:
        return
    if draw.state not in (DrawState.FROZEN, DrawState.OPENING):
        raise state_error(draw, "宣布选取失败")
    draw.state = DrawState.UNSUCCESSFUL
    world.session.flush()
    world.log("draw:unsuccessful", draw.id, after={"reason": reason, "tickets": draw.tickets})


def failure_text(draw: Draw) -> str:
    """Return why a draw failed: the count and the county's rule, or an envelope that names nobody.

    The count is public from the freeze on; who was among them never becomes public.
    """
    tickets = draw.tickets or 0
    if tickets < draw.min_tickets:
        return f"报名截止时有效意向企业{tickets}家，少于规定的{draw.min_tickets}家，选取失败"
    return "排序第一的票打不开，不能确定中选企业，选取失败"


def state_error(draw: Draw, act: str) -> DrawStateError:
    """Return the refusal of an act in this state."""
    return DrawStateError(state=STATE_TITLES[draw.state], act=act)
