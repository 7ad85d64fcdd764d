"""The project of the running case, for the operators that work on it."""

from handlers.context import OperatorContext
from models.errors import ConflictError
from models.project import Project


class NoProjectError(ConflictError):
    """A service task needs a project and the case has none yet."""

    message = "本案尚未登记项目，不能办理这一环节，请流程分析员检查流程图的次序。"


def project_of(context: OperatorContext) -> Project:
    """Return the project of the case; raise when none is registered."""
    found = context.case.project_id and context.session.get(Project, context.case.project_id)
    if not found:
        raise NoProjectError
    return found
