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
from processes.packs.upgrade import Drafted, Upgrade, upgrades_of
from processes.proposals import files
from processes.proposals.reading import row_of, rows_of
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


def upgrades_for(session: Session, county: str, draft: Proposal | None) -> list[Upgrade]:
    """Return what is to be looked at in a county, over what an open upgrade has decided."""
    return upgrades_of(session, county, {} if draft is None else drafts_of(session, draft))


def drafts_of(session: Session, proposal: Proposal) -> dict[str, Drafted]:
    """Return the files of an upgrade, each with the base's that was brought into it."""
    rows = rows_of(session, proposal).items()
    return {path: Drafted(row.sha256, row.merged_sha256) for path, row in rows}


def propose_upgrade(
    session: Session, county: str, decisions: Mapping[str, Decision], digest: str, actor: Actor
) -> Proposal | None:
    """Put the decided files into the open draft, or a new one; nothing when all stays as it is."""
    check_editor(session, actor, county)
    draft = draft_of(session, county)
    upgrades = upgrades_for(session, county, draft)
    if digest_of(upgrades) != digest:
        raise UpgradeMovedError
    decided = [one for one in upgrades if one.path in decisions]
    bodies = {one.path: _body(one, decisions[one.path]) for one in decided}
    kept = [one.path for one in decided if not one.is_drafted and bodies[one.path] == one.ours]
    keep_ours(session, county, kept, actor)
    wanted = [one for one in decided if one.path not in kept]
    if not wanted:
        return None
    proposal = draft or create(session, county, TITLE, actor, origin=Origin.UPGRADE)
    for one in wanted:
        _take(session, proposal, one, bodies[one.path], actor)
    return proposal


def _take(
    session: Session, proposal: Proposal, one: Upgrade, body: bytes | None, actor: Actor
) -> None:
    """Save a file in the proposal, with the base's file that it knows of now."""
    before = row_of(session, proposal, one.path)
    version = before.version if before is not None else 0
    save_file(session, proposal, one.path, body, version=version, actor=actor)
    row = row_of(session, proposal, one.path)
    if row is not None:
        row.merged_sha256 = None if one.theirs is None else files.digest(one.theirs)
        session.flush()


def draft_of(session: Session, county: str) -> Proposal | None:
    """Return the newest upgrade of a county that can still be edited."""
    found = open_upgrade(session, county)
    return found if found is not None and found.state == ProposalState.DRAFT else None


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
