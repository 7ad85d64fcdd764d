"""Reads proposals: their files, what they lie over, and what was saved before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE
from models.flow.proposal import Proposal, ProposalFile, ProposalSave, ProposalState
from models.identity.account import Account
from models.identity.actor import Actor
from processes import contents
from processes.packs.files import TOP
from processes.proposals import files
from processes.proposals.access import check_seen
from processes.proposals.errors import FileUnknownError

Source = Literal["proposal", "county", "base"]


@dataclass(frozen=True)
class Shown:
    """A file as an editor shows it; ``version`` is 0 while the proposal does not hold it.

    ``body`` is empty and ``taken_away`` set when the proposal takes the file away for good.
    """

    body: bytes
    version: int
    source: Source
    edited_by: str | None = None
    edited_at: datetime | None = None
    taken_away: bool = False


@dataclass(frozen=True)
class Saved:
    """One state of a file that was saved and can be brought back."""

    version: int
    saved_by: str
    saved_at: datetime
    sha256: str | None


def find(session: Session, proposal_id: str, actor: Actor) -> Proposal:
    """Return a proposal to those who edit or publish in its county."""
    return check_seen(actor, session.get(Proposal, proposal_id))


def was_published(session: Session, county: str) -> bool:
    """Return whether analysts have published anything in a county."""
    published = (Proposal.county_code == county, Proposal.state == ProposalState.PUBLISHED)
    return session.scalar(select(Proposal.id).where(*published).limit(1)) is not None


def rows_of(session: Session, proposal: Proposal) -> dict[str, ProposalFile]:
    """Return the files of a proposal by path."""
    query = select(ProposalFile).where(ProposalFile.proposal_id == proposal.id)
    return {row.path: row for row in session.scalars(query.order_by(ProposalFile.path))}


def overlay(session: Session, proposal: Proposal) -> dict[str, bytes | None]:
    """Return what a proposal changes: path → content, or nothing for a file taken away."""
    rows = rows_of(session, proposal)
    bodies = contents.get_all(session, {p: row.sha256 for p, row in rows.items() if row.sha256})
    return {path: bodies.get(path) for path in rows}


def files_in(session: Session, county: str, proposal: Proposal | None = None) -> dict[str, bytes]:
    """Return every file that a county sees, with a proposal of it laid on top."""
    own = dict(files.own_files(session, county))
    below = {} if county == BASE else files.own_files(session, BASE)
    changed = {} if proposal is None else overlay(session, proposal)
    seen = {path: body for path, body in below.items() if files.is_seen(path, BASE, county)}
    return laid_over(seen, laid_over(own, changed))


def laid_over(below: Mapping[str, bytes], changed: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """Return files with changes laid on top, what is taken away gone."""
    merged = {**below, **changed}
    return {path: body for path, body in sorted(merged.items()) if body is not None}


def read_file(session: Session, county: str, path: str, proposal: Proposal | None = None) -> Shown:
    """Return one file as the county sees it, or as the proposal has it."""
    files.check_path(path)
    row = None if proposal is None else row_of(session, proposal, path)
    if row is not None and row.sha256 is not None:
        body = contents.get(session, row.sha256)
        return Shown(body, row.version, "proposal", row.edited_by, row.edited_at)
    if row is not None:
        return _without(session, county, path, row)
    found = files.held(session, county, path)
    if found is None and path in TOP:
        return Shown(b"", 0, "county")
    if found is None:
        raise FileUnknownError(path=path)
    return Shown(found[0], 0, "base" if found[1] == BASE else "county")


def _without(session: Session, county: str, path: str, row: ProposalFile) -> Shown:
    """Return what is seen of a file whose county's own is taken away."""
    below = files.below(session, county, path)
    source: Source = "proposal" if below is None else "base"
    return Shown(below or b"", row.version, source, row.edited_by, row.edited_at, taken_away=True)


def row_of(session: Session, proposal: Proposal, path: str) -> ProposalFile | None:
    """Return a file of a proposal, or nothing when it does not hold it."""
    same = (ProposalFile.proposal_id == proposal.id, ProposalFile.path == path)
    return session.scalar(select(ProposalFile).where(*same))


def history(session: Session, proposal: Proposal, path: str) -> list[Saved]:
    """Return the saved states of a file of a proposal, the newest first."""
    row = row_of(session, proposal, path)
    if row is None:
        return []
    query = select(ProposalSave).where(ProposalSave.file_id == row.id)
    return [
        Saved(one.version, one.saved_by, one.saved_at, one.sha256)
        for one in session.scalars(query.order_by(ProposalSave.version.desc()))
    ]


def saved_body(session: Session, proposal: Proposal, path: str, version: int) -> bytes | None:
    """Return a saved state of a file; nothing when it was taken away then."""
    kept = next((one for one in history(session, proposal, path) if one.version == version), None)
    if kept is None:
        raise FileUnknownError(path=path)
    return None if kept.sha256 is None else contents.get(session, kept.sha256)


def name_of(session: Session, account_id: str | None) -> str:
    """Return what an account is called, for pages and messages."""
    account = None if account_id is None else session.get(Account, account_id)
    return "平台" if account is None else account.name
