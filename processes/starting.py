"""Which flows a person may begin in a county, and why not the others."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE, Definition, DefinitionStatus
from models.identity.actor import Actor
from processes import access, definitions
from processes.case_errors import MayNotStartError
from processes.definitions import Pinned
from processes.withheld import withheld

FIRST = ("random_selection", "reverse_auction", "comparative_selection", "emergency_works")
"""The order in which the regulation names the ways to select; other flows follow by title."""


@dataclass(frozen=True)
class Choice:
    """A flow in force in a county; ``refusal`` says why this person may not begin it."""

    version: Pinned
    refusal: str = ""


def choices(session: Session, actor: Actor, county: str) -> list[Choice]:
    """Return the flows in force in a county that people begin, those allowed first."""
    found = [_choice(actor, each, county) for each in in_force(session, county)]
    begun = [one for one in found if one.version.starters and not one.version.phases]
    return sorted(begun, key=_place)


def _place(one: Choice) -> tuple[bool, int, str]:
    key = one.version.key
    return bool(one.refusal), FIRST.index(key) if key in FIRST else len(FIRST), one.version.title


def in_force(session: Session, county: str) -> list[Pinned]:
    """Return the versions in force in a county that are no mere part of another flow."""
    return [definitions.pinned(session, each) for each in _in_force(session, county)]


def _choice(actor: Actor, version: Pinned, county: str) -> Choice:
    try:
        access.check_start(actor, version, county)
    except MayNotStartError as error:
        return Choice(version, error.text)
    return Choice(version)


def _in_force(session: Session, county: str) -> list[str]:
    query = select(Definition.key, Definition.county_code, Definition.id).where(
        Definition.county_code.in_((county, BASE)),
        Definition.status == DefinitionStatus.PUBLISHED,
    )
    rows = sorted(session.execute(query), key=lambda row: row.county_code != BASE)
    called = _called(session, [row.id for row in rows])
    hidden = withheld(session, county)
    found = {row.key: row.id for row in rows if row.key not in hidden}
    return [one for one in found.values() if one not in called]


def _called(session: Session, ids: list[str]) -> set[str]:
    """Return the versions that others call: parts of a flow, begun by no person."""
    return {
        called
        for each in ids
        for name, called in definitions.pinned(session, each).resources.items()
        if name.startswith("calls/")
    }
