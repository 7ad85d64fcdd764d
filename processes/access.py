"""Who may start a flow, do a work item, see a case: roles by county, parties, named people."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from models.identity.actor import PLATFORM, Actor
from processes import case_errors as errors
from processes.definitions import Pinned

CENTRE, ANALYST = "trading_centre", "analyst"
OVERSEERS = (CENTRE, "centre_leader", "regulator", "oversight_authority")
"""Who looks over every case of a county, as in the list of projects."""
SYSTEM_KEEPERS = frozenset({"keeper_system"})
SEEING_KEEPERS = SYSTEM_KEEPERS | {"keeper_audit"}
"""The keeper of security keeps accounts and has no part in cases, not even to look."""
KEEPERS = SEEING_KEEPERS | {"keeper_security"}


class Addressed(Protocol):
    """What an item says about whom it is for."""

    role: str
    county_code: str
    party_id: str | None
    account_id: str | None


def is_for(actor: Actor, item: Addressed) -> bool:
    """Return whether an item is for this actor: by name, by party and role, or by role alone."""
    if item.account_id is not None:
        return item.account_id == actor.account_id
    if item.party_id is not None and item.party_id != actor.party_id:
        return False
    return actor.holds(item.role, item.county_code)


def check_for(actor: Actor, item: Addressed) -> None:
    """Raise unless the item is for this actor."""
    if not is_for(actor, item):
        raise errors.NotYoursError


def check_start(actor: Actor, version: Pinned, county: str) -> None:
    """Raise unless the actor holds, in this county, a role that starts this flow."""
    roles = version.starters or (ANALYST,)  # without lanes nobody but its author may try it
    if actor == PLATFORM or any(actor.holds(role, county) for role in roles):
        return
    titles = {role: title for title, role in version.lanes.items()}
    names = "、".join(titles.get(role, role) for role in version.starters)
    raise errors.MayNotStartError(flow=version.title, roles=names or "有权岗位")


def check_keeper(actor: Actor, reason: str) -> None:
    """Raise unless a system keeper acts and says why."""
    if actor != PLATFORM and not actor.roles & SYSTEM_KEEPERS:
        raise errors.NotKeeperError
    if not reason.strip():
        raise errors.ReasonMissingError


def may_see(
    actor: Actor,
    county: str,
    started_by: str,
    data: Mapping[str, Any],
    items: Collection[Addressed],
) -> bool:
    """Return whether an actor may see a case: its county's offices, parties, people, keepers."""
    if any(actor.holds(role, county) for role in OVERSEERS) or actor.roles & SEEING_KEEPERS:
        return True
    if actor.account_id == started_by or actor.account_id in values_of(data, "people"):
        return True
    if actor.party_id is not None and actor.party_id in values_of(data, "parties"):
        return True
    return any(is_for(actor, item) for item in items)


def values_of(data: Mapping[str, Any], name: str) -> list[Any]:
    """Return the ids that the case data names under ``parties`` or ``people``."""
    found = data.get(name)
    return list(found.values()) if isinstance(found, dict) else []


def id_of(data: Mapping[str, Any], name: str, role: str) -> str | None:
    """Return who plays a role in the case, as far as the case data says."""
    found = data.get(name)
    value = found.get(role) if isinstance(found, dict) else None
    return value if isinstance(value, str) and value else None
