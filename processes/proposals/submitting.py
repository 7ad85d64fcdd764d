"""What the analyst does with a finished draft: submits it, takes it back, gives it up."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.proposal import Proposal, ProposalState
from models.identity.actor import Actor
from models.ledger.log import record
from processes.cases import verdict
from processes.lint import Finding
from processes.proposals.access import STATES, check_draft
from processes.proposals.checking import check
from processes.proposals.errors import (
    BadMomentError,
    NothingChangedError,
    ProposalFaultyError,
    WrongStateError,
)
from processes.proposals.reading import rows_of
from processes.proposals.telling import publishers, tell
from processes.publishing import check_editor

WAITING = (ProposalState.SUBMITTED, ProposalState.SCHEDULED)
OPEN = (ProposalState.DRAFT, *WAITING)
FARTHEST = timedelta(days=366)


def submit(
    session: Session, proposal: Proposal, actor: Actor, *, effective_at: datetime | None = None
) -> None:
    """Ask for approval of a draft that has no errors, to hold at once or from a moment on."""
    check_editor(session, actor, proposal.county_code)
    lock(session, proposal)
    check_draft(proposal)
    check_moment(effective_at)
    check_sound(session, proposal)
    now = business_now()
    proposal.state, proposal.effective_at = ProposalState.SUBMITTED, effective_at
    proposal.submitted_by, proposal.submitted_at = actor.account_id, now
    proposal.decided_by, proposal.decided_at, proposal.decision_note = None, None, ""
    session.flush()
    log(session, proposal, "proposal:submitted", actor)
    waiting = publishers(session, proposal.county_code) - {actor.account_id}
    words = f"{actor.name}提交了改动单“{proposal.title}”，请审阅后同意或退回。"
    tell(session, proposal, waiting, "submitted", words)


def recall(session: Session, proposal: Proposal, actor: Actor) -> None:
    """Take a submitted or scheduled proposal back to go on editing."""
    check_editor(session, actor, proposal.county_code)
    lock(session, proposal)
    check_state(proposal, WAITING)
    back_to_draft(session, proposal)
    log(session, proposal, "proposal:recalled", actor)


def withdraw(session: Session, proposal: Proposal, actor: Actor) -> None:
    """Give a proposal up; its files stay readable."""
    check_editor(session, actor, proposal.county_code)
    lock(session, proposal)
    check_state(proposal, OPEN)
    proposal.state, proposal.effective_at = ProposalState.WITHDRAWN, None
    session.flush()
    log(session, proposal, "proposal:withdrawn", actor)


def back_to_draft(session: Session, proposal: Proposal) -> None:
    """Let a proposal be edited again."""
    proposal.state, proposal.effective_at = ProposalState.DRAFT, None
    session.flush()


def check_sound(session: Session, proposal: Proposal) -> list[Finding]:
    """Return the warnings; raise when a proposal changes nothing or its check finds errors.

    A worked case that failed on exactly these files is such an error.
    """
    if not changes(session, proposal):
        raise NothingChangedError
    found = [*check(session, proposal), *verdict.failures(session, proposal)]
    if errors := [one for one in found if one.level == "error"]:
        raise ProposalFaultyError(errors)
    return found


def changes(session: Session, proposal: Proposal) -> bool:
    """Return whether any file of a proposal differs from what held when it was begun."""
    return any(
        row.sha256 != row.base_sha256 if row.sha256 else row.base_county == proposal.county_code
        for row in rows_of(session, proposal).values()
    )


def check_moment(effective_at: datetime | None) -> None:
    """Raise unless a moment lies ahead, and not too far."""
    if effective_at is not None:
        now = business_now()
        if not now < effective_at < now + FARTHEST:
            raise BadMomentError


def check_state(proposal: Proposal, allowed: tuple[ProposalState, ...]) -> None:
    """Raise unless the proposal is in one of some states."""
    if proposal.state not in allowed:
        raise WrongStateError(state=STATES[proposal.state])


def lock(session: Session, proposal: Proposal) -> None:
    """Let the acts on one proposal happen one after another."""
    session.refresh(proposal, with_for_update=True)


def log(session: Session, proposal: Proposal, action: str, actor: Actor, **facts: object) -> None:
    """Write an act on a proposal into the business log, with the hashes of its files."""
    files = {path: row.sha256 or "" for path, row in rows_of(session, proposal).items()}
    after = {"county": proposal.county_code, "files": files, **facts}
    record(session, actor, action, proposal.id, at=business_now(), after=after)
