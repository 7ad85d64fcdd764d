"""Who may see, edit and approve proposals of a county: analysts and publishers, nobody else."""

from models.flow.proposal import Proposal, ProposalState
from models.identity.actor import Actor
from processes.proposals.errors import ProposalClosedError, ProposalNotFoundError
from processes.publishing import ANALYST, PUBLISHER

STATES = {
    ProposalState.DRAFT: "还在编制",
    ProposalState.SUBMITTED: "已提交，正等待审批",
    ProposalState.SCHEDULED: "已同意，正等待生效",
    ProposalState.PUBLISHED: "已发布",
    ProposalState.WITHDRAWN: "已撤回",
}


def may_edit(actor: Actor, county: str) -> bool:
    """Return whether a person edits what a county's pack says."""
    return actor.holds(ANALYST, county) or actor.holds(PUBLISHER, county)


def check_seen(actor: Actor, proposal: Proposal | None) -> Proposal:
    """Return the proposal, or raise as if there were none."""
    if proposal is None or not may_edit(actor, proposal.county_code):
        raise ProposalNotFoundError
    return proposal


def check_draft(proposal: Proposal) -> None:
    """Raise unless the proposal is still being edited."""
    if proposal.state != ProposalState.DRAFT:
        raise ProposalClosedError(state=STATES[proposal.state])
