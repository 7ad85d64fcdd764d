"""Steps that a county wants confirmed by a key or certificate: which, and whether it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.flow.instance import Instance
from models.flow.rules import load_rules
from models.flow.work_item import WorkItem
from models.identity import key_proofs, keys
from models.identity.actor import Actor
from models.identity.key_challenges import Asker, Purpose
from models.identity.key_errors import KeyRequiredError
from models.identity.key_proofs import Proof
from models.identity.security import note
from processes.properties import properties_of
from processes.runtime import OpenTask


@dataclass(frozen=True)
class StepKey:
    """A proof for a step, with the site and the browser it came from."""

    proof: Proof
    origin: str
    tie: str
    address: str = ""


def wanted(session: Session, task: OpenTask, instance: Instance) -> bool:
    """Return whether the rule that the task's property ``key`` names asks for a proof."""
    key = properties_of(task.extensions).get("key", "").strip()
    if not key:
        return False
    return load_rules(session, instance.county_code, instance.rules_on)[key] is True


def asker_of(item: WorkItem, actor: Actor, origin: str, tie: str) -> Asker:
    """Return who is to prove, and what for: this person, for this very item."""
    return Asker(
        origin=origin,
        tie=tie,
        purpose=Purpose.STEP,
        account_id=actor.account_id,
        about=item.id,
        county=item.county_code,
    )


def check(
    session: Session, item: WorkItem, actor: Actor, given: StepKey | None
) -> Mapping[str, Any]:
    """Return what the log keeps of a step's proof; raise when one is wanted and does not hold."""
    if not item.wants_key:
        return {}
    if given is None or actor.by_token:
        raise KeyRequiredError
    token = key_proofs.check(session, given.proof, asker_of(item, actor, given.origin, given.tie))
    note(session, "key.step", actor.username, given.address, f"{item.title}：{keys.told(token)}")
    return {"key": {"kind": token.kind.value, "handle": token.handle}}
