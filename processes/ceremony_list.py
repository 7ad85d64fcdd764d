"""The draws that a person may follow: to come first, then the newest held."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, defer, lazyload

from models.flow.work_item import NO_DEADLINE
from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party
from models.paging import Page, clamp, decode_place, encode_cursor
from models.project import Project
from models.selection.auction_tables import Auction
from models.selection.tables import Draw, DrawContributor, DrawState
from processes.ceremony import AFTER_FREEZE, IS_SHOWN, ONLOOKERS

TO_COME = (
    DrawState.ANNOUNCED,
    DrawState.OPEN,
    DrawState.RESERVED,
    DrawState.FROZEN,
    DrawState.OPENING,
)
OPENS_AT = func.coalesce(
    Draw.postponed_to, Draw.not_before, literal(NO_DEADLINE, Draw.not_before.type)
)
"""When a draw opens; one without a time yet comes last."""


@dataclass(frozen=True)
class CeremonyRow:
    """One line of the list of draws."""

    draw: Draw
    project: Project
    owner: str
    auction: Auction | None

    @property
    def tickets(self) -> int | None:
        """The number of those who joined, public from the freeze on."""
        if self.auction is not None:
            return self.auction.joiners if self.auction.joiner_root else None
        is_frozen = self.draw.state in AFTER_FREEZE or self.draw.is_cancelled_after_freeze
        return self.draw.tickets if is_frozen else None


def list_ceremonies(
    session: Session,
    actor: Actor,
    *,
    q: str = "",
    held: bool = False,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[CeremonyRow]:
    """Return a page of the draws in a person's scope: those to come by time, or the newest held."""
    size = clamp(limit)
    state = Draw.state.not_in(TO_COME) if held else Draw.state.in_(TO_COME)
    order = (OPENS_AT.desc(), Draw.id.desc()) if held else (OPENS_AT, Draw.id)
    query = (
        select(Draw, Project, Party.name, Auction, OPENS_AT)
        .outerjoin(Auction, Auction.draw_id == Draw.id)
        .join(Project, Project.id == Draw.project_id)
        .join(Party, Party.id == Project.owner_id)
        .where(IS_SHOWN, state, or_(*_scope(actor)), *_narrowed(q, cursor, held=held))
        .options(lazyload(Project.owner), defer(Auction.transcript))
        .order_by(*order)
        .limit(size + 1)
    )
    rows = session.execute(query).all()
    more = encode_cursor(rows[size - 1][4], rows[size - 1][0].id) if len(rows) > size else None
    return Page([CeremonyRow(*row[:4]) for row in rows[:size]], more)


def _narrowed(q: str, cursor: str | None, *, held: bool) -> Iterator[ColumnElement[bool]]:
    if q:
        columns = (Project.title, Project.number, Party.name)
        yield or_(*(one.contains(q, autoescape=True) for one in columns))
    if cursor:
        moment, draw_id = decode_place(cursor)
        key = tuple_(OPENS_AT, Draw.id)
        place = tuple_(literal(moment, Draw.not_before.type), literal(draw_id))
        yield key < place if held else key > place


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
