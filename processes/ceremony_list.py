"""The draws that a person may follow: to come first, then the newest held."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, lazyload

from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party
from models.project import Project
from models.selection.tables import Draw, DrawContributor, DrawState
from processes.ceremony import AFTER_FREEZE, IS_SHOWN, ONLOOKERS

TO_COME = (DrawState.ANNOUNCED, DrawState.OPEN, DrawState.FROZEN, DrawState.OPENING)
MOST = 100
OPENS_AT = func.coalesce(Draw.postponed_to, Draw.not_before)


@dataclass(frozen=True)
class CeremonyRow:
    """One line of the list of draws."""

    draw: Draw
    project: Project
    owner: str

    @property
    def tickets(self) -> int | None:
        """The number of tickets, public from the freeze on."""
        is_frozen = self.draw.state in AFTER_FREEZE or self.draw.is_cancelled_after_freeze
        return self.draw.tickets if is_frozen else None


def list_ceremonies(
    session: Session, actor: Actor, *, q: str = "", held: bool = False
) -> list[CeremonyRow]:
    """Return the draws in a person's scope: those to come by time, or the newest held."""
    state = Draw.state.not_in(TO_COME) if held else Draw.state.in_(TO_COME)
    query = (
        select(Draw, Project, Party.name)
        .join(Project, Project.id == Draw.project_id)
        .join(Party, Party.id == Project.owner_id)
        .where(IS_SHOWN, state, or_(*_scope(actor)))
        .options(lazyload(Project.owner))
        .order_by(OPENS_AT.desc() if held else OPENS_AT, Draw.id)
        .limit(MOST)
    )
    if q:
        columns = (Project.title, Project.number, Party.name)
        query = query.where(or_(*(one.contains(q, autoescape=True) for one in columns)))
    return [CeremonyRow(*row) for row in session.execute(query)]


def _scope(actor: Actor) -> list[ColumnElement[bool]]:
    counties = {county for role in ONLOOKERS for county in actor.counties_of(role)}
    scope: list[ColumnElement[bool]] = [Draw.id.in_(_own_draws(actor))]
    if EVERYWHERE in counties:
        scope.append(Draw.id.is_not(None))
    elif counties:
        scope.append(Project.county_code.in_(counties))
    owned = actor.counties_of("owner")
    if actor.party_id and owned:
        everywhere = EVERYWHERE in owned
        here = Project.id.is_not(None) if everywhere else Project.county_code.in_(owned)
        scope.append((Project.owner_id == actor.party_id) & here)
    return scope


def _own_draws(actor: Actor) -> Any:  # noqa: ANN401 - a subquery
    return select(DrawContributor.draw_id).where(DrawContributor.account_id == actor.account_id)
