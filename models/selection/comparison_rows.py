"""Finding a comparison and its candidates, and the words for its states."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.selection.comparison_errors import ComparisonNotFoundError, ComparisonStateError
from models.selection.comparison_tables import Candidate, Comparison, ComparisonState
from models.selection.tables import Draw

STATE_TITLES: Mapping[ComparisonState, str] = {
    ComparisonState.PREPARING: "准备中",
    ComparisonState.PLANNED: "公告已编制",
    ComparisonState.REGISTERING: "报名中",
    ComparisonState.CLOSED: "报名已截止，等待公开名单",
    ComparisonState.OPENED: "名单已公开，等待资格审查",
    ComparisonState.REVIEWED: "已资格审查，等待比选",
    ComparisonState.COMPARED: "已比选，等待公布",
    ComparisonState.PUBLISHED: "已公布",
    ComparisonState.UNSUCCESSFUL: "比选失败",
    ComparisonState.CANCELLED: "已取消",
}
NAMED = (
    ComparisonState.OPENED,
    ComparisonState.REVIEWED,
    ComparisonState.COMPARED,
    ComparisonState.PUBLISHED,
)


def latest(session: Session, project_id: str | None) -> Comparison | None:
    """Return the latest comparison of a project, if there is one."""
    query = select(Comparison).join(Draw, Draw.id == Comparison.draw_id)
    of_project = query.where(Comparison.project_id == project_id).order_by(Draw.round.desc())
    return session.scalar(of_project.limit(1))


def current(session: Session, project_id: str | None) -> Comparison:
    """Return the latest comparison of a project; raise when it has none."""
    comparison = latest(session, project_id)
    if comparison is None:
        raise ComparisonNotFoundError
    return comparison


def of_draw(session: Session, draw_id: str) -> Comparison | None:
    """Return the comparison whose registrations a draw keeps; None for any other draw."""
    return session.scalar(select(Comparison).where(Comparison.draw_id == draw_id))


def draw_of(session: Session, comparison: Comparison) -> Draw:
    """Return the draw that keeps the sealed registrations."""
    return session.get_one(Draw, comparison.draw_id)


def passed_of(comparison: Comparison) -> list[Candidate]:
    """Return the candidates that passed the review, in order of their places."""
    return [one for one in comparison.candidates if one.passed]


def ranked_of(comparison: Comparison) -> list[Candidate]:
    """Return the candidates that were ranked, the first one first."""
    ranked = [one for one in comparison.candidates if one.rank is not None]
    return sorted(ranked, key=lambda one: one.rank or 0)


def state_error(comparison: Comparison, act: str) -> ComparisonStateError:
    """Return the refusal of an act in this state."""
    return ComparisonStateError(state=STATE_TITLES[comparison.state], act=act)
