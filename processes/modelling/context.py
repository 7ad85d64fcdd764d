"""What a diagram being drawn may name: the county's files with a proposal's laid over them."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ForbiddenError, NotFoundError
from models.flow.proposal import Proposal, ProposalFile
from models.identity.actor import Actor
from processes import contents
from processes.lint import Catalogue
from processes.modelling.laid_over import Overlay, catalogue_over

EDITORS = ("analyst", "publisher")


class ProposalUnknownError(NotFoundError):
    """There is no such proposal."""

    message = "没有找到这份改动单，请回到“改动单”列表重新打开。"


class NotYourCountyError(ForbiddenError):
    """The county's flows are other people's to edit."""

    message = "您不是这个区县的流程分析员，不能修改它的流程，请联系安全管理员授予角色。"


@dataclass(frozen=True)
class Context:
    """Whose flow is drawn, and what else the proposal changes."""

    county: str
    overlay: Overlay = field(default_factory=dict)

    def catalogue(self, session: Session) -> Catalogue:
        """Return every name that would exist if the proposal were in force."""
        return catalogue_over(session, self.county, self.overlay)


def context_of(session: Session, proposal_id: str, actor: Actor) -> Context:
    """Return a proposal's context to those who may edit its county's flows."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        raise ProposalUnknownError
    check_may_edit(actor, proposal.county_code)
    return Context(proposal.county_code, overlay_of(session, proposal.id))


def check_may_edit(actor: Actor, county: str) -> None:
    """Raise when somebody may not edit a county's flows."""
    if not any(actor.holds(role, county) for role in EDITORS):
        raise NotYourCountyError


def overlay_of(session: Session, proposal_id: str) -> dict[str, bytes | None]:
    """Return path → body of a proposal's files; nothing for what it takes away."""
    query = select(ProposalFile.path, ProposalFile.sha256)
    rows = session.execute(query.where(ProposalFile.proposal_id == proposal_id))
    return {row.path: contents.get(session, row.sha256) if row.sha256 else None for row in rows}
