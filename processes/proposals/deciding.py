"""What the second person does: agrees, now or from a moment on, or sends back with a reason."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.proposal import Proposal, ProposalFile, ProposalSave, ProposalState
from models.identity.account import Account
from models.identity.actor import Actor
from models.outbox import enqueue
from processes.proposals.errors import (
    ApprovalNeededError,
    NotPublisherError,
    OwnWorkError,
    ReasonMissingError,
)
from processes.proposals.submitting import (
    WAITING,
    back_to_draft,
    check_moment,
    check_sound,
    check_state,
    lock,
    log,
)
from processes.proposals.telling import makers, tell
from processes.publishing import PUBLISHER, check_editor, wants_two

JOB = "proposal.publish"
MOST = 1000


def approve(
    session: Session,
    proposal: Proposal,
    actor: Actor,
    *,
    note: str = "",
    effective_at: datetime | None = None,
) -> None:
    """Agree to a submitted proposal: it is published at once, or at the moment given."""
    _check_decider(session, proposal, actor)
    lock(session, proposal)
    check_state(proposal, (ProposalState.SUBMITTED,))
    check_not_own(session, proposal, actor)
    check_moment(effective_at)
    check_sound(session, proposal)
    proposal.decided_by, proposal.decision_note = actor.account_id, note.strip()[:MOST]
    log(session, proposal, "proposal:approved", actor)
    when = effective_at or _still_ahead(proposal.effective_at)
    words = f"{actor.name}同意了改动单“{proposal.title}”，{_when(when)}。"
    tell(session, proposal, makers(proposal) - {actor.account_id}, "approved", words)
    _schedule(session, proposal, when)


def send_back(session: Session, proposal: Proposal, note: str, actor: Actor) -> None:
    """Return a submitted or scheduled proposal to its makers, saying why."""
    _check_decider(session, proposal, actor)
    lock(session, proposal)
    check_state(proposal, WAITING)
    if not note.strip():
        raise ReasonMissingError
    back_to_draft(session, proposal)
    proposal.decided_by, proposal.decided_at = actor.account_id, business_now()
    proposal.decision_note = note.strip()[:MOST]
    log(session, proposal, "proposal:sent_back", actor)
    words = f"{actor.name}退回了改动单“{proposal.title}”：{proposal.decision_note}"
    tell(session, proposal, makers(proposal) - {actor.account_id}, "sent_back", words)


def publish(
    session: Session, proposal: Proposal, actor: Actor, *, effective_at: datetime | None = None
) -> None:
    """Have a draft published without a second person, where the county's rules allow it."""
    check_editor(session, actor, proposal.county_code)
    if wants_two(session, proposal.county_code):
        raise ApprovalNeededError
    lock(session, proposal)
    check_state(proposal, (ProposalState.DRAFT, ProposalState.SUBMITTED))
    check_moment(effective_at)
    check_sound(session, proposal)
    proposal.submitted_by = proposal.submitted_by or actor.account_id
    proposal.submitted_at = proposal.submitted_at or business_now()
    proposal.decided_by, proposal.decision_note = actor.account_id, ""
    log(session, proposal, "proposal:released", actor)
    _schedule(session, proposal, effective_at)


def check_not_own(session: Session, proposal: Proposal, actor: Actor) -> None:
    """Raise when the person, by whichever account, edited or submitted the proposal."""
    saved = (
        select(ProposalSave.saved_by)
        .join(ProposalFile, ProposalFile.id == ProposalSave.file_id)
        .where(ProposalFile.proposal_id == proposal.id)
    )
    hands = makers(proposal) | set(session.scalars(saved))
    people = select(Account.person).where(Account.id.in_(hands), Account.person != "")
    mine = session.scalar(select(Account.person).where(Account.id == actor.account_id))
    if actor.account_id in hands or (mine and mine in set(session.scalars(people))):
        raise OwnWorkError


def may_decide(session: Session, proposal: Proposal, actor: Actor) -> bool:
    """Return whether a person may agree to a proposal."""
    if not actor.holds(PUBLISHER, proposal.county_code):
        return False
    try:
        check_not_own(session, proposal, actor)
    except OwnWorkError:
        return False
    return True


def job_key(proposal: Proposal) -> str:
    """Return the key of the job that publishes a proposal as it was agreed to."""
    decided = proposal.decided_at.isoformat() if proposal.decided_at else ""
    return f"{JOB}/{proposal.id}/{decided}"[:100]


def _schedule(session: Session, proposal: Proposal, effective_at: datetime | None) -> None:
    now = business_now()
    proposal.state, proposal.decided_at = ProposalState.SCHEDULED, now
    proposal.effective_at = effective_at or now
    session.flush()
    if effective_at is None:
        owe(session, proposal)


def owe(session: Session, proposal: Proposal) -> bool:
    """Owe the job that publishes a proposal; whoever asks again owes nothing more."""
    key = job_key(proposal)
    return enqueue(session, JOB, key=key, args={"proposal": proposal.id, "key": key})


def _check_decider(session: Session, proposal: Proposal, actor: Actor) -> None:
    check_editor(session, actor, proposal.county_code)
    if not actor.holds(PUBLISHER, proposal.county_code):
        raise NotPublisherError


def _still_ahead(moment: datetime | None) -> datetime | None:
    """Return the moment that the analyst asked for, unless it has passed."""
    return moment if moment is not None and moment > business_now() else None


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}起生效" if moment else "正在发布"
