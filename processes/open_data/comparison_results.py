"""Published results of comparisons (比选): who was chosen, out of how many, ranked why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.clock import to_china
from models.errors import NotFoundError
from models.identity.party import Party
from models.letter import Letter, LetterKind
from models.notice import Notice, NoticeKind
from models.project import Project
from models.selection.comparison_rows import of_draw
from models.selection.comparison_tables import Comparison
from models.selection.tables import Draw
from processes.comparison_facts import comparison_facts, is_out
from processes.open_data.masks import lifted_fields
from processes.open_data.results import notices_of
from processes.open_data.rounds import Round, rounds_of
from processes.open_data.steps import Step


class OutcomeMissingError(NotFoundError):
    """There is no such comparison, or its result is not out yet: the same words for both."""

    message = "没有找到这个比选结果：公布之后才会公开，请稍后再来或检查地址。"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A published comparison, ready for the result page."""

    comparison: Comparison
    draw: Draw
    project: Project
    winner: Party | None
    facts: Mapping[str, Any]
    notices: Mapping[NoticeKind, Notice]
    rounds: Sequence[Round]
    letter: Letter | None

    @property
    def award(self) -> Notice | None:
        """The notice that published the result."""
        return self.notices.get(NoticeKind.AWARD_NOTICE)

    @property
    def ranking(self) -> Sequence[Mapping[str, Any]]:
        """Everybody as the county's rule opens them; nobody where it opens the winner alone."""
        rows = self.facts["candidates"]
        return rows if isinstance(rows, list) else []

    @property
    def round(self) -> Round:
        """The comparison among the project's rounds."""
        return next(one for one in self.rounds if one.draw.id == self.draw.id)

    @property
    def successor(self) -> Round | None:
        """The round whose result is in force instead, where this one's is not any more."""
        later = (one for one in self.rounds if one.is_in_force and one.draw.id != self.draw.id)
        return None if self.round.is_in_force else next(later, None)

    @property
    def steps(self) -> list[Step]:
        """How the result came about, with the moments that are public."""
        one = self.comparison
        names = f"{_moment(one.opened_at)}，{self.facts['tickets']}家"
        return [
            Step("发布发包公告", _announced(self.notices.get(NoticeKind.TENDER_NOTICE)), "done"),
            Step("报名到点自动截止", f"{_moment(one.closed_at)}，名单指纹写入日志", "done"),
            Step("保管方共同开启名称", names, "done"),
            Step("资格审查", f"{_moment(one.reviewed_at)}，通过{self.facts['passed']}家", "done"),
            Step("比选排名", _moment(one.compared_at), "done"),
            Step("公布中选结果", _moment(one.published_at), "done"),
        ]


def find_outcome(session: Session, draw_id: str) -> Outcome | None:
    """Return the comparison beside a draw once it is out; None for a draw without one."""
    comparison = of_draw(session, draw_id)
    if comparison is None:
        return None
    if not is_out(comparison):
        raise OutcomeMissingError
    draw = session.get_one(Draw, draw_id)
    project = session.get_one(Project, draw.project_id, options=[joinedload(Project.owner)])
    shown = lifted_fields(session, project.id)
    return Outcome(
        comparison=comparison,
        draw=draw,
        project=project,
        winner=session.get(Party, comparison.winner_id) if comparison.winner_id else None,
        facts=comparison_facts(project, comparison, shown, "", inside=False),
        notices=notices_of(session, draw),
        rounds=rounds_of(session, project.id),
        letter=_award_letter(session, comparison),
    )


def _award_letter(session: Session, comparison: Comparison) -> Letter | None:
    """Return the award letter that stands: its number has been public since the notice."""
    query = (
        select(Letter)
        .where(
            Letter.project_id == comparison.project_id,
            Letter.party_id == comparison.winner_id,
            Letter.kind == LetterKind.AWARD_LETTER,
            Letter.voided_at.is_(None),
        )
        .order_by(Letter.issued_at.desc())
    )
    return session.scalars(query).first()


def _announced(tender: Notice | None) -> str:
    return _moment(tender.published_at) if tender else ""


def _moment(moment: datetime | None) -> str:
    return f"{to_china(moment):%m-%d %H:%M}" if moment else ""
