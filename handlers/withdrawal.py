"""Withdrawing a project before it is accepted (撤回): the case ends, everything stays on record."""

from dataclasses import dataclass, field

from sqlalchemy import update

from handlers.context import OperatorContext
from handlers.projects import move
from handlers.registry import operator
from models.letter import Letter
from models.project import Project, ProjectPhase

VOID = "项目业主已撤回项目"


@dataclass(frozen=True, kw_only=True)
class WithdrawParams:
    """Why the owner takes the project back."""

    reason: str = field(metadata={"label": "撤回原因"})


@operator("project.withdraw", title="撤回项目")
def withdraw(params: WithdrawParams, context: OperatorContext) -> bool:
    """End the project of the case; return whether one had been registered."""
    id_ = context.case.project_id
    project = context.session.get(Project, id_) if id_ else None
    if project is None:
        return False
    project.withdrawn_reason = params.reason
    move(context, project, ProjectPhase.WITHDRAWN)
    letters = update(Letter).where(Letter.project_id == project.id, Letter.voided_at.is_(None))
    values = {"voided_at": context.clock(), "void_reason": VOID}
    context.session.execute(letters.values(values))
    context.log("project:withdrawn", project.id, after={"reason": params.reason})
    return True
