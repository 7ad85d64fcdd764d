"""What follows an award, as pages show it: contract rounds, works, evaluation, to whom it may."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models import completions, contracts
from models.completion import Completion
from models.contract import Contract
from models.flow.instance import Instance
from models.identity.actor import Actor
from models.performance_review import PerformanceReview
from models.project import Project, ProjectPhase
from models.reviews import of_project
from processes.documents.access import is_party

UNDER_CONTRACT = frozenset(
    {ProjectPhase.CONTRACTED, ProjectPhase.COMPLETED, ProjectPhase.EVALUATED}
)
AFTER_AWARD = UNDER_CONTRACT | {ProjectPhase.AWARDED}


@dataclass(frozen=True, kw_only=True)
class AfterAward:
    """Every round of the contract, and the works and the evaluation as far as they have come."""

    rounds: Sequence[Contract]
    works: Completion | None
    review: PerformanceReview | None


def after_award(
    session: Session, instance: Instance, project: Project | None, actor: Actor
) -> AfterAward | None:
    """Return what the parties of the case and its overseers see of the time after the award."""
    if project is None or project.phase not in AFTER_AWARD:
        return None
    if not is_party(session, instance, actor):
        return None
    found = AfterAward(
        rounds=contracts.rounds_of(session, project.id),
        works=completions.of_project(session, project.id),
        review=of_project(session, project.id),
    )
    return found if found.rounds else None


def facts_of_works(session: Session, project: Project) -> dict[str, Any]:
    """Return contract and acceptance from the contract's publicity on; before it, nothing."""
    if project.phase not in UNDER_CONTRACT:
        return {}
    contract = contracts.confirmed(session, project)
    works = completions.of_project(session, project.id)
    accepted_on = works.accepted_on if works else None
    return {
        "contract_price": contract.contract_price if contract else None,
        "signed_on": contract.signed_on.isoformat() if contract else None,
        "accepted_on": accepted_on.isoformat() if accepted_on else None,
        "audited_settlement": works.audited_settlement if works else None,
    }
