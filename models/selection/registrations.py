"""A contractor's own registrations (我的参与): what it joined, and how that went."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from models.clock import business_now
from models.identity.party import Party
from models.project import Project, ProjectPhase
from models.roster.declined import DeclinedAward
from models.roster.entry import RosterEntry
from models.selection import draw_keys
from models.selection.tables import Draw, DrawState, Interest
from models.settings import Settings

RUNNING = (DrawState.OPEN, DrawState.FROZEN, DrawState.OPENING, DrawState.DRAWN)
OVER = (ProjectPhase.TERMINATED,)
ENDED = (DrawState.UNSUCCESSFUL, DrawState.CANCELLED)
REMEMBERED = timedelta(days=180)
"""How long a draw that ended without a result still stands in the list."""

STATES = {
    DrawState.OPEN: "已参与，等待名单冻结",
    DrawState.FROZEN: "名单已冻结，等待选取",
    DrawState.OPENING: "正在开启",
    DrawState.DRAWN: "已选取，等待公布",
    DrawState.PUBLISHED: "未中选",
    DrawState.UNSUCCESSFUL: "参与企业不足，选取失败",
    DrawState.CANCELLED: "本次选取已取消",
}
KEPT = "正在办理变更或暂停，参与资格保留"
DECLINED = "中选后放弃，原结果已撤销"
OUT = "不在冻结的名单内：已经退出，或冻结时被停用、不再符合条件"


@dataclass(frozen=True)
class Registration:
    """One ticket of the party that asks."""

    project: Project
    draw: Draw
    ticket: str
    live: bool
    may_leave: bool = False
    declined: bool = False
    excluded: bool = False

    @property
    def won(self) -> bool:
        """Whether this ticket was drawn and the award stands, and everybody may know it."""
        drawn = self.draw.state is DrawState.PUBLISHED and self.draw.winner_ticket == self.ticket
        return drawn and not self.declined

    @property
    def goes_over(self) -> bool:
        """Whether the draw was stopped and the ticket goes over to the one that follows."""
        kept = self.draw.state is DrawState.CANCELLED and self.draw.keeps_interest
        return kept and self.live and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the project itself has ended without an award: no other notice follows."""
        return self.project.phase in OVER

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.declined:
            return DECLINED
        if self.won:
            return "中选"
        if self.goes_over:
            return KEPT
        return STATES[self.draw.state] if self.live else OUT


def my_registrations(session: Session, settings: Settings, party: Party) -> list[Registration]:
    """Return the tickets of a party, the newest selection first."""
    hidden = _hidden(session, settings, party, [*RUNNING, *ENDED])
    found = [*hidden, *_opened(session, party)]
    return sorted(found, key=lambda one: str(one.draw.not_before), reverse=True)


def joined_projects(session: Session, settings: Settings, party: Party) -> set[str]:
    """Return the projects in whose open list the party has a ticket."""
    return {one.project.id for one in _hidden(session, settings, party, [DrawState.OPEN])}


def counties_of(session: Session, party: Party) -> set[str]:
    """Return the counties in which a party may have joined: its own and those of its rosters."""
    query = select(RosterEntry.county_code).where(RosterEntry.party_id == party.id)
    return {party.county_code, *session.scalars(query)}


def _hidden(
    session: Session, settings: Settings, party: Party, states: list[DrawState]
) -> Iterator[Registration]:
    """Find own tickets before the result: one pseudonym for each draw, one query for all."""
    draws = _draws(session, settings, party, states)
    names = [draw_keys.pseudonym(settings, one, party.credit_code) for one in draws]
    rows = session.scalars(
        select(Interest)
        .where(Interest.draw_id.in_(draws), Interest.pseudonym.in_(names))
        .order_by(Interest.live, Interest.ticket)
    )
    for draw_id, row in _last_of_each(rows, draws).items():
        project, draw = draws[draw_id]
        yield Registration(project, draw, row.ticket, row.live, row.live and _is_open(draw))


def _draws(
    session: Session, settings: Settings, party: Party, states: list[DrawState]
) -> dict[str, tuple[Project, Draw]]:
    rows = session.execute(
        select(Project, Draw)
        .join(Draw, Draw.project_id == Project.id)
        .where(_of_interest(states), Project.county_code.in_(counties_of(session, party)))
        .options(joinedload(Project.owner))
    )
    return {draw.id: (one, draw) for one, draw in rows if draw_keys.exists(settings, draw.id)}


def _is_open(draw: Draw) -> bool:
    """Whether the list still takes and gives back tickets, by the clock and not by its state."""
    freeze_at = draw.freeze_at
    return draw.state is DrawState.OPEN and freeze_at is not None and business_now() < freeze_at


def _of_interest(states: list[DrawState]) -> ColumnElement[bool]:
    recent = Draw.not_before >= business_now() - REMEMBERED
    return or_(
        Draw.state.in_([one for one in states if one not in ENDED]),
        Draw.state.in_([one for one in states if one in ENDED]) & recent,
    )


def _last_of_each(
    rows: Iterable[Interest], draws: dict[str, tuple[Project, Draw]]
) -> dict[str, Interest]:
    """Return one row of each draw, a live one before a tombstone; while open a left one is gone."""
    found: dict[str, Interest] = {}
    for row in rows:
        if row.live or draws[row.draw_id][1].state is not DrawState.OPEN:
            found[row.draw_id] = row
    return found


def _opened(session: Session, party: Party) -> Iterator[Registration]:
    rows = session.execute(
        select(Project, Draw, Interest.ticket, DeclinedAward)
        .join(Draw, Draw.project_id == Project.id)
        .join(Interest, Interest.draw_id == Draw.id)
        .outerjoin(
            DeclinedAward,
            (DeclinedAward.draw_id == Draw.id) & (DeclinedAward.party_id == party.id),
        )
        .where(Interest.party_id == party.id, Interest.live)
        .options(joinedload(Project.owner))
    )
    for project, draw, ticket, declined in rows:
        yield Registration(project, draw, ticket, live=True, **_given_back(declined))


def _given_back(row: DeclinedAward | None) -> dict[str, bool]:
    return {"declined": row is not None, "excluded": row is not None and row.is_excluded}
