"""Writes proposals: made, filled with files, brought back to an earlier state of one."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.proposal import Origin, Proposal, ProposalFile, ProposalSave, ProposalState
from models.identity.actor import Actor
from models.ids import new_id
from models.ledger.log import record
from processes import contents
from processes.proposals import files
from processes.proposals.access import check_draft
from processes.proposals.errors import StaleFileError, TooManyFilesError
from processes.proposals.reading import name_of, row_of, saved_body
from processes.publishing import check_editor

MAX_FILES = 200
TOGETHER = timedelta(minutes=5)
"""Saves of one person within this time are kept as one state; the first of a file always is."""


def create(
    session: Session,
    county: str,
    title: str,
    actor: Actor,
    *,
    reason: str = "",
    origin: Origin = Origin.EDITED,
) -> Proposal:
    """Begin a proposal of a county, or of the base."""
    check_editor(session, actor, county)
    now = business_now()
    proposal = Proposal(
        id=new_id(),
        county_code=county,
        title=(title.strip() or _title(now.strftime("%m-%d"), actor))[:200],
        reason=reason.strip()[:1000],
        state=ProposalState.DRAFT,
        origin=origin,
        created_by=actor.account_id,
        created_at=now,
        edited_by=actor.account_id,
        edited_at=now,
    )
    session.add(proposal)
    session.flush()
    after = {"county": county, "origin": origin.value}
    record(session, actor, "proposal:created", proposal.id, at=now, after=after)
    return proposal


def open_for(session: Session, county: str, actor: Actor) -> Proposal:
    """Return the person's newest open draft in a county, or a new one titled by the day."""
    found = newest_draft(session, county, actor)
    return found or create(session, county, "", actor)


def newest_draft(session: Session, county: str, actor: Actor) -> Proposal | None:
    """Return the person's newest open draft in a county, or nothing."""
    check_editor(session, actor, county)
    query = select(Proposal).where(
        Proposal.county_code == county,
        Proposal.state == ProposalState.DRAFT,
        Proposal.created_by == actor.account_id,
    )
    return session.scalar(query.order_by(Proposal.edited_at.desc(), Proposal.id.desc()).limit(1))


def save_file(
    session: Session,
    proposal: Proposal,
    path: str,
    body: bytes | None,
    *,
    version: int,
    actor: Actor,
) -> int:
    """Save a file of a draft over ``version`` (0: not in it yet) and return its new version.

    Nothing as ``body`` takes the county's own file away, so that the base's holds again.
    """
    files.check(path, body)
    check_editor(session, actor, proposal.county_code)
    _lock(session, proposal)
    check_draft(proposal)
    row = row_of(session, proposal, path)
    if (0 if row is None else row.version) != version:
        raise _stale(session, row)
    digest = None if body is None else contents.put(session, body)
    if row is None:
        made = _new_row(session, proposal, path, digest)
        if made is None:
            return 0
        row = made
    elif row.sha256 == digest:
        return row.version
    else:
        row.version, row.sha256 = row.version + 1, digest
    _touch(session, proposal, row, actor)
    return row.version


def restore(
    session: Session, proposal: Proposal, path: str, saved: int, *, version: int, actor: Actor
) -> int:
    """Bring back an earlier state of a file, as a new one."""
    body = saved_body(session, proposal, path, saved)
    return save_file(session, proposal, path, body, version=version, actor=actor)


def accept_present(session: Session, proposal: Proposal, path: str, actor: Actor) -> None:
    """Note that what others published meanwhile has been looked at; the draft stays as it is."""
    check_editor(session, actor, proposal.county_code)
    _lock(session, proposal)
    check_draft(proposal)
    row = row_of(session, proposal, path)
    if row is not None:
        row.base_sha256, row.base_county = _held(session, proposal.county_code, path)
        _touched(proposal, actor)
        session.flush()


def rename(session: Session, proposal: Proposal, title: str, reason: str, actor: Actor) -> None:
    """Change what a draft is called and why it is made."""
    check_editor(session, actor, proposal.county_code)
    _lock(session, proposal)
    check_draft(proposal)
    proposal.title, proposal.reason = title.strip()[:200] or proposal.title, reason.strip()[:1000]
    _touched(proposal, actor)
    session.flush()


def _lock(session: Session, proposal: Proposal) -> None:
    """Let the acts on one proposal happen one after another."""
    session.refresh(proposal, with_for_update=True)


def _stale(session: Session, row: ProposalFile | None) -> StaleFileError:
    if row is None:
        return StaleFileError(who="有人", when="刚才", version=0, edited_by="", edited_at="")
    who, when = name_of(session, row.edited_by), row.edited_at.strftime("%m-%d %H:%M")
    at = row.edited_at.isoformat()
    return StaleFileError(who=who, when=when, version=row.version, edited_by=who, edited_at=at)


def _new_row(
    session: Session, proposal: Proposal, path: str, digest: str | None
) -> ProposalFile | None:
    """Return a new file of a proposal, or nothing when it says what holds already."""
    held, whose = _held(session, proposal.county_code, path)
    if held == digest and (digest is not None or whose is None):
        return None
    count = select(func.count()).where(ProposalFile.proposal_id == proposal.id)
    if (session.scalar(count) or 0) >= MAX_FILES:
        raise TooManyFilesError(limit=MAX_FILES)
    row = ProposalFile(id=new_id(), proposal_id=proposal.id, path=path, sha256=digest)
    row.base_sha256, row.base_county, row.version = held, whose, 1
    return row


def _held(session: Session, county: str, path: str) -> tuple[str | None, str | None]:
    found = files.held(session, county, path)
    return (None, None) if found is None else (files.digest(found[0]), found[1])


def _touch(session: Session, proposal: Proposal, row: ProposalFile, actor: Actor) -> None:
    now = business_now()
    row.edited_by, row.edited_at = actor.account_id, now
    _touched(proposal, actor)
    session.add(row)
    session.flush()
    _keep(session, row)


def _touched(proposal: Proposal, actor: Actor) -> None:
    proposal.edited_by, proposal.edited_at = actor.account_id, business_now()
    proposal.version += 1


def _keep(session: Session, row: ProposalFile) -> None:
    """Keep the state of a file, in place of the same person's of a moment ago."""
    query = select(ProposalSave).where(ProposalSave.file_id == row.id)
    last = session.scalar(query.order_by(ProposalSave.version.desc()).limit(1))
    if last is None or last.version == 1 or not _together(last, row):
        last = ProposalSave(id=new_id(), file_id=row.id, saved_by=row.edited_by)
        # not moved on by later saves: else hours of work without a pause would be one state
        last.saved_at = row.edited_at
        session.add(last)
    last.version, last.sha256 = row.version, row.sha256
    session.flush()


def _together(last: ProposalSave, row: ProposalFile) -> bool:
    return last.saved_by == row.edited_by and row.edited_at - last.saved_at < TOGETHER


def _title(day: str, actor: Actor) -> str:
    return f"{day} {actor.name}的改动"
