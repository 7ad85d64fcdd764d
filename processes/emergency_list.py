"""The register of emergency works (应急工程): whose one sees, with project, owner, contractor."""

from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import aliased, contains_eager

from models.emergency import EmergencyWorks
from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party
from models.project import Project
from processes.access import OVERSEERS

OWNER = "owner"
READERS = (*OVERSEERS, OWNER)
Builder = aliased(Party)
"""The owner's row: the contractor's is another one of the same table."""


def register_of(actor: Actor) -> Select[Any]:
    """Return the emergency works that this person sees: a county's offices all, a town its own."""
    query = (
        select(EmergencyWorks)
        .join(EmergencyWorks.project)
        .join(Builder, Project.owner_id == Builder.id)
        .outerjoin(Party, Project.winner_id == Party.id)
        .options(
            contains_eager(EmergencyWorks.project).options(
                contains_eager(Project.owner.of_type(Builder)).lazyload(Builder.roles),
                contains_eager(Project.winner).lazyload(Party.roles),
            )
        )
    )
    counties = {county for role in OVERSEERS for county in actor.counties_of(role)}
    if EVERYWHERE in counties:
        return query
    seen: list[ColumnElement[bool]] = []
    if counties:
        seen.append(EmergencyWorks.county_code.in_(sorted(counties)))
    if actor.party_id is not None and OWNER in actor.roles:
        seen.append(Project.owner_id == actor.party_id)
    return query.where(or_(*seen) if seen else false())
