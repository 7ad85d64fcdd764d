"""A contractor's own registrations (我的参与): what it joined, and how that went."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.clock import business_now
from models.identity.party import Party
from models.project import Project
from models.selection import draw_keys
from models.selection.tables import Draw, DrawState, Interest
from models.settings import Settings

HIDDEN = (
    DrawState.OPEN,
    DrawState.FROZEN,
    DrawState.OPENING,
    DrawState.DRAWN,
)
STATES = {
    DrawState.OPEN: "已参与，等待名单冻结",
    DrawState.FROZEN: "名单已冻结，等待选取",
    DrawState.OPENING: "正在开启",
    DrawState.DRAWN: "已选取，等待公布",
    DrawState.PUBLISHED: "未中选",
    DrawState.UNSUCCESSFUL: "参与企业不足，选取失败",
    DrawState.CANCELLED: "本次选取已取消",
}


@dataclass(frozen=True)
class Registration:
    """One ticket of the party that asks."""

    project: Project
    draw: Draw
    ticket: str
    state: str
    won: bool
    may_leave: bool


def my_registrations(session: Session, settings: Settings, party: Party) -> list[Registration]:
    """Return the live tickets of a party, newest selection first."""
    return [
        _registration(project, draw, ticket, party)
        for project, draw, ticket in (*_hidden(session, settings, party), *_opened(session, party))
    ]


def joined_projects(session: Session, settings: Settings, party: Party) -> set[str]:
    """Return the projects in whose open list the party has a ticket."""
    return {project.id for project, _, _ in _hidden(session, settings, party)}


def _hidden(
    session: Session, settings: Settings, party: Party
) -> Sequence[tuple[Project, Draw, str]]:
    """Find own tickets before the result: one pseudonym for each open draw, one query for all."""
    draws = {
        draw.id: (project, draw)
        for project, draw in session.execute(
            select(Project, Draw)
            .join(Draw, Draw.project_id == Project.id)
            .where(Draw.state.in_(HIDDEN), Project.county_code == party.county_code)
            .options(joinedload(Project.owner))
            .order_by(Draw.not_before.desc())
        )
    }
    names = {draw_keys.pseudonym(settings, one, party.credit_code): one for one in draws}
    rows = session.execute(
        select(Interest.draw_id, Interest.ticket).where(
            Interest.draw_id.in_(draws), Interest.pseudonym.in_(names), Interest.live
        )
    )
    return [(*draws[draw_id], ticket) for draw_id, ticket in rows]


def _opened(session: Session, party: Party) -> Sequence[tuple[Project, Draw, str]]:
    rows = session.execute(
        select(Project, Draw, Interest.ticket)
        .join(Draw, Draw.project_id == Project.id)
        .join(Interest, Interest.draw_id == Draw.id)
        .where(Interest.party_id == party.id, Interest.live)
        .options(joinedload(Project.owner))
        .order_by(Draw.not_before.desc())
    )
    return [(project, draw, ticket) for project, draw, ticket in rows]


def _registration(project: Project, draw: Draw, ticket: str, party: Party) -> Registration:
    won = draw.state is DrawState.PUBLISHED and draw.winner_ticket == ticket
    open_ = draw.state is DrawState.OPEN and bool(draw.freeze_at) and _before(draw)
    state = "中选" if won and project.winner_id == party.id else STATES[draw.state]
    return Registration(project, draw, ticket, state, won, open_)


def _before(draw: Draw) -> bool:
    return draw.freeze_at is not None and business_now() < draw.freeze_at


def project_of(session: Session, draw: Draw) -> Project:
    """Return the project of a draw."""
    return session.get_one(Project, draw.project_id)
