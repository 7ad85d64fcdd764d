"""Which flows a person may begin in a county, and why not the others."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE, Definition, DefinitionStatus
from models.identity.actor import Actor
from processes import access, definitions
from processes.case_errors import MayNotStartError
from processes.definitions import Pinned
from processes.described import Description, description
from processes.withheld import withheld


@dataclass(frozen=True)
class Choice:
    """A flow in force in a county; ``refusal`` says why this person may not begin it."""

    version: Pinned
    about: Description
    """What the diagram says of the flow: what it is for, what to have ready, what follows."""
    refusal: str = ""


def choices(session: Session, actor: Actor, county: str) -> list[Choice]:
    """Return the flows in force in a county that people begin, those allowed first."""
    found = [_choice(session, actor, each, county) for each in in_force(session, county)]
    begun = [one for one in found if one.version.starters and not one.version.phases]
    return sorted(begun, key=_place)


def matters(session: Session, actor: Actor, county: str) -> list[Choice]:
    """Return the flows that a person may begin for a matter that is no project."""
    return [one for one in choices(session, actor, county) if one.about.subject and not one.refusal]


def _place(one: Choice) -> tuple[bool, int, str]:
    return bool(one.refusal), one.about.order, one.version.title


def in_force(session: Session, county: str) -> list[Pinned]:
    """Return the versions in force in a county that are no mere part of another flow."""
    return [definitions.pinned(session, each) for each in _in_force(session, county)]


def _choice(session: Session, actor: Actor, version: Pinned, county: str) -> Choice:
    about = description(session, version)
    try:
        access.check_start(actor, version, county)
    except MayNotStartError as error:
        return Choice(version, about, error.text)
    return Choice(version, about)


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
