"""Selection officer and monitor (第七十九条): two natural persons, each with a sealed secret."""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy.orm import Session

from models.identity.account import Account
from models.selection import draws, guardians
from models.selection.draw_errors import (
    NotAppointedError,
    SamePersonError,
    SecretInvalidError,
)
from models.selection.envelope_form import check_envelope, is_hex
from models.selection.tables import Draw, DrawContributor, DrawState
from models.selection.world import World

CONTRIBUTORS = {"selection_officer": "owner", "monitor": "monitor"}
"""Role of the appointment → role of the contributor in the plan (selection.md 1)."""

TITLES = {"selection_officer": "选取人员", "monitor": "监督人员"}
HASH_BYTES = 32


class Appointed(Protocol):
    """The case in which people are appointed."""

    @property
    def project_id(self) -> str | None: ...  # noqa: D102
    @property
    def people(self) -> Mapping[str, str]: ...  # noqa: D102


class AppointingWorld(World, Protocol):
    """The world of one act within a case."""

    @property
    def case(self) -> Appointed: ...  # noqa: D102


def check_two_people(session: Session, officer_id: str, monitor_id: str) -> None:
    """Raise when both appointments go to one natural person, whatever accounts are used."""
    officer, monitor = session.get(Account, officer_id), session.get(Account, monitor_id)
    if officer is None or monitor is None or same_person(officer, monitor):
        raise SamePersonError(fields={"monitor": SamePersonError.message})


def same_person(one: Account, other: Account) -> bool:
    """Return whether two accounts are one natural person's."""
    if one.id == other.id or (one.person and one.person == other.person):
        return True
    return bool(one.mobile) and (one.name, one.mobile) == (other.name, other.mobile)


def accept(world: AppointingWorld, role: str, draw_secret: object) -> None:
    """Take the sealed secret that a contributor's browser hands in with the confirmation."""
    draw = draws.current_draw(world.session, world.case.project_id)
    if draw.state is not DrawState.PREPARING:
        raise draws.state_error(draw, "确认指定")
    _check_appointed(world, role)
    commit, envelope = _parts(draw_secret)
    contributor = CONTRIBUTORS[role]
    context = {"project": draw.project_id, "kind": "draw_secret", "holder": contributor}
    keepers = guardians.public_guardians(world.session)
    checked = check_envelope(envelope, ctx=context, guardians=keepers)
    guardians.test_open(world.session, world.settings, checked)
    _store(world, draw, contributor, commit, checked)
    after = {"role": contributor, "commit": commit, "envelope": checked["commit"]}
    world.log("draw:secret_sealed", draw.id, role=role, after=after)


def _check_appointed(world: AppointingWorld, role: str) -> None:
    people = world.case.people
    if role not in CONTRIBUTORS or people.get(role) != world.actor.account_id:
        raise NotAppointedError(title=TITLES.get(role, role))
    check_two_people(world.session, people["selection_officer"], people["monitor"])


def _parts(given: object) -> tuple[str, dict[str, Any]]:
    parts = given if isinstance(given, Mapping) else {}
    commit, envelope = parts.get("commit"), parts.get("envelope")
    whole = set(parts) == {"commit", "envelope"} and isinstance(envelope, Mapping)
    if not whole or not isinstance(envelope, Mapping) or not is_hex(commit, HASH_BYTES):
        raise SecretInvalidError
    return str(commit), dict(envelope)


def _store(world: World, draw: Draw, role: str, commit: str, envelope: dict[str, Any]) -> None:
    row = draws.contributors(world.session, draw).get(role)
    if row is None:
        row = DrawContributor(draw_id=draw.id, role=role)
        world.session.add(row)
    row.account_id, row.commit, row.envelope = world.actor.account_id, commit, envelope
    world.session.flush()
