"""Brings the base's changes to a county's own files: decided file by file, kept in a proposal."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import ConflictError
from models.flow.definition import BASE, Asset
from models.flow.proposal import Origin, Proposal, ProposalState
from models.identity.actor import Actor
from models.ledger.log import record
from processes import contents
from processes.catalogue import published_flows
from processes.packs.storing import DIAGRAMS, key_of, own_diagrams
from processes.packs.upgrade import Upgrade, upgrades_of
from processes.proposals.saving import create, save_file
from processes.publishing import check_editor

TITLE = "跟上基础包的改动"
OPEN = (ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.SCHEDULED)


class Choice(StrEnum):
    """Whose file holds afterwards."""

    OURS = "ours"
    THEIRS = "theirs"
    MERGED = "merged"


@dataclass(frozen=True)
class Decision:
    """What becomes of one file; ``takes`` are the conflicts settled for the base."""

    choice: Choice
    takes: Collection[str] = ()


class UpgradeMovedError(ConflictError):
    """The base or the county changed while somebody decided."""

    message = "您查看之后，基础包或本县的文件又有改动，没有生成改动单；请按刷新后的内容重新选择。"


def digest_of(upgrades: Sequence[Upgrade]) -> str:
    """Return what stands for everything that was shown, so that nothing else is decided on."""
    seen = hashlib.sha256()
    for one in upgrades:
        for part in (one.path.encode(), one.then, one.ours, one.theirs or b""):
            seen.update(len(part).to_bytes(8, "big") + part)
    return seen.hexdigest()


def propose_upgrade(
    session: Session, county: str, decisions: Mapping[str, Decision], digest: str, actor: Actor
) -> Proposal | None:
    """Put the decided files into a proposal; nothing when the county keeps all of its own."""
    check_editor(session, actor, county)
    upgrades = upgrades_of(session, county)
    if digest_of(upgrades) != digest:
        raise UpgradeMovedError
    bodies: dict[str, bytes | None] = {}
    kept = []
    for one in upgrades:
        decision = decisions.get(one.path)
        if decision is None:
            continue
        body = _body(one, decision)
        if body == one.ours:
            kept.append(one.path)
        else:
            bodies[one.path] = body
    keep_ours(session, county, kept, actor)
    if not bodies:
        return None
    proposal = create(session, county, TITLE, actor, origin=Origin.UPGRADE)
    for path, body in bodies.items():
        save_file(session, proposal, path, body, version=0, actor=actor)
    return proposal


def keep_ours(session: Session, county: str, paths: Collection[str], actor: Actor) -> None:
    """Note that a county keeps its own files as they are over the base's present ones."""
    if not paths:
        return
    below = contents.assets(session, BASE)
    query = select(Asset).where(Asset.county_code == county, Asset.path.in_(paths))
    for row in session.scalars(query):
        row.base_sha256 = below.get(row.path)
    flows, own = published_flows(session, BASE), own_diagrams(session, county)
    for path in paths:
        if path.startswith(DIAGRAMS) and key_of(path) in own:
            own[key_of(path)].base_id = flows.get(key_of(path))
    after = {"county": county, "paths": sorted(paths)}
    record(session, actor, "pack:kept", f"pack/{county}", at=business_now(), after=after)
    session.flush()


def open_upgrade(session: Session, county: str) -> Proposal | None:
    """Return the newest upgrade of a county that is not published yet."""
    query = select(Proposal).where(
        Proposal.county_code == county,
        Proposal.origin == Origin.UPGRADE,
        Proposal.state.in_(OPEN),
    )
    return session.scalars(query.order_by(Proposal.edited_at.desc()).limit(1)).first()


def _body(one: Upgrade, decision: Decision) -> bytes | None:
    if decision.choice is Choice.THEIRS:
        return None
    return one.ours if decision.choice is Choice.OURS else one.settled(decision.takes)
