"""The draw as those present follow it: who is there, the frozen list, opening, ranking, result."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from models.clock import business_now
from models.errors import NotFoundError
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.account import Account
from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.project import Project
from models.selection import presence
from models.selection.tables import Draw, DrawContributor, DrawState, Guardian

STEPS = ("open_draw", "confirm_opening")
PEOPLE = ("selection_officer", "monitor")
ONLOOKERS = ("trading_centre", "centre_leader", "regulator", "oversight_authority")
SHOWN = (
    DrawState.ANNOUNCED,
    DrawState.OPEN,
    DrawState.FROZEN,
    DrawState.OPENING,
    DrawState.DRAWN,
    DrawState.PUBLISHED,
    DrawState.UNSUCCESSFUL,
)
COUNTED = (DrawState.FROZEN, DrawState.OPENING, DrawState.DRAWN, DrawState.PUBLISHED)
RANKED = (DrawState.DRAWN, DrawState.PUBLISHED)
STAGES = ("公告期满", "名单冻结", "人员到场", "开启", "计算排序", "公布结果")


class CeremonyMissingError(NotFoundError):
    """No such draw, or the person has no part in it: the same words for both."""

    message = "没有找到这场选取，或者您不在这场选取的人员之中。请从待办或选取活动进入。"


@dataclass(frozen=True)
class Ceremony:
    """One draw for one person present."""

    draw: Draw
    project: Project
    role: str
    item: WorkItem | None
    officer: str
    monitor: str
    present: list[presence.Presence]
    guardians: list[Guardian]
    ranking: list[str]
    winner: str
    place: int

    @property
    def is_due(self) -> bool:
        """Whether the printed time has come."""
        return self.draw.not_before is not None and business_now() >= self.draw.not_before

    @property
    def is_ranked(self) -> bool:
        """Whether the result is known to those present."""
        return self.draw.state in RANKED

    @property
    def frozen_count(self) -> int | None:
        """The number of tickets, public from the freeze on."""
        return self.draw.tickets if self.draw.state in COUNTED else None


def role_at(actor: Actor, project: Project, people: dict[str, str | None]) -> str | None:
    """Return in which role a person follows a draw; None when they have no part in it."""
    for role in PEOPLE:
        if people.get(role) == actor.account_id:
            return role
    if actor.party_id == project.owner_id and actor.holds("owner", project.county_code):
        return "owner"
    held = (role for role in ONLOOKERS if actor.holds(role, project.county_code))
    return next(held, None)


def read(session: Session, draw_id: str, actor: Actor) -> Ceremony:
    """Return a draw as this person may see it."""
    draw = session.get(Draw, draw_id)
    if draw is None or draw.state not in SHOWN:
        raise CeremonyMissingError
    project = session.get_one(Project, draw.project_id, options=[joinedload(Project.winner)])
    people = _people(session, draw.id)
    role = role_at(actor, project, {key: account for key, (account, _) in people.items()})
    if role is None:
        raise CeremonyMissingError
    guardians = session.scalars(
        select(Guardian).where(Guardian.retired_at.is_(None)).order_by(Guardian.name)
    )
    return Ceremony(
        draw,
        project,
        role,
        _item(session, draw, actor),
        people.get("selection_officer", ("", ""))[1],
        people.get("monitor", ("", ""))[1],
        presence.present(session, draw.id),
        list(guardians),
        _ranking(draw),
        project.winner.name if project.winner and draw.state in RANKED else "",
        _place(draw),
    )


def draw_of_item(session: Session, item_id: str) -> str:
    """Return the draw that a ceremony's work item belongs to."""
    item = session.get(WorkItem, item_id)
    query = (
        select(Draw.id)
        .where(Draw.project_id == item.project_id, Draw.state.in_(SHOWN))
        .order_by(Draw.round.desc())
        if item
        else None
    )
    draw_id = session.scalars(query).first() if query is not None else None
    if draw_id is None:
        raise CeremonyMissingError
    return draw_id


@dataclass(frozen=True)
class CeremonyRow:
    """One line of the list of draws."""

    draw: Draw
    project: Project
    owner: str


def list_ceremonies(session: Session, actor: Actor, *, limit: int = 100) -> list[CeremonyRow]:
    """Return the draws in a person's scope: to come first, then the newest held."""
    counties = {county for role in ONLOOKERS for county in actor.counties_of(role)}
    scope: list[ColumnElement[bool]] = [Draw.id.in_(_own_draws(actor))]
    if EVERYWHERE in counties:
        scope.append(Draw.id.is_not(None))
    elif counties:
        scope.append(Project.county_code.in_(counties))
    if actor.party_id and "owner" in actor.roles:
        scope.append(Project.owner_id == actor.party_id)
    rows = session.execute(
        select(Draw, Project, Party.name)
        .join(Project, Project.id == Draw.project_id)
        .join(Party, Party.id == Project.owner_id)
        .where(Draw.state.in_(SHOWN), or_(*scope))
        .options(joinedload(Project.owner))
        .order_by(Draw.state == DrawState.PUBLISHED, Draw.not_before.desc())
        .limit(limit)
    )
    return [CeremonyRow(*row) for row in rows]


def _own_draws(actor: Actor) -> Any:  # noqa: ANN401 - a subquery
    return select(DrawContributor.draw_id).where(DrawContributor.account_id == actor.account_id)


def _people(session: Session, draw_id: str) -> dict[str, tuple[str | None, str]]:
    """Return ``{role: (account, name)}`` of the two people appointed."""
    rows = session.execute(
        select(DrawContributor.role, Account.id, Account.name)
        .join(Account, Account.id == DrawContributor.account_id)
        .where(DrawContributor.draw_id == draw_id)
    )
    roles = {"owner": "selection_officer", "monitor": "monitor"}
    return {roles[role]: (account, name) for role, account, name in rows if role in roles}


def _item(session: Session, draw: Draw, actor: Actor) -> WorkItem | None:
    query = select(WorkItem).where(
        WorkItem.project_id == draw.project_id,
        WorkItem.account_id == actor.account_id,
        WorkItem.step.in_(STEPS),
        WorkItem.state.in_(OPEN_STATES),
    )
    return session.scalars(query).first()


def _ranking(draw: Draw) -> list[str]:
    if draw.state not in RANKED or not draw.proof:
        return []
    ranked: list[str] = orjson.loads(draw.proof)["result"]["ranking"]
    return ranked


def _place(draw: Draw) -> int:
    """Return how many stages are over."""
    places = {DrawState.FROZEN: 2, DrawState.OPENING: 3, DrawState.DRAWN: 5, DrawState.PUBLISHED: 6}
    return places.get(draw.state, 0 if _announced(draw.freeze_at) else 1)


def _announced(freeze_at: datetime | None) -> bool:
    return freeze_at is None or business_now() < freeze_at


def tender_notice(session: Session, draw_id: str) -> str | None:
    """Return the notice that announced a draw."""
    query = select(Notice.id).where(
        Notice.draw_id == draw_id, Notice.kind == NoticeKind.TENDER_NOTICE
    )
    return session.scalars(query).first()
