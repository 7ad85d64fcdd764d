"""Published results of emergency works (应急工程): contracted first, told with the reason why."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.clock import business_now
from models.emergency import EmergencyWorks
from models.errors import NotFoundError
from models.letter import Letter, LetterKind
from models.notice import Notice, NoticeKind
from models.project import Project


class EmergencyResultMissingError(NotFoundError):
    """There are no such emergency works, or their result is not out: the same words for both."""

    message = "没有找到这个应急工程的结果：公布之后才会公开，请稍后再来或检查地址。"


@dataclass(frozen=True)
class EmergencyResult:
    """Emergency works whose contractor is public, ready for the result page."""

    works: EmergencyWorks
    project: Project
    award: Notice
    letter: Letter | None


def read_emergency(session: Session, project_id: str) -> EmergencyResult:
    """Return the result of emergency works; raise as long as its notice is not out."""
    row = session.execute(
        select(EmergencyWorks, Project, Notice)
        .join(Project, Project.id == EmergencyWorks.project_id)
        .join(Notice, Notice.project_id == Project.id)
        .where(
            Project.id == project_id,
            Notice.kind == NoticeKind.AWARD_NOTICE,
            Notice.published_at <= business_now(),
        )
        .options(joinedload(Project.owner), joinedload(Project.winner))
        .order_by(Notice.published_at.desc())
    ).first()
    if row is None:
        raise EmergencyResultMissingError
    works, project, award = row
    return EmergencyResult(works, project, award, _letter(session, project))


def _letter(session: Session, project: Project) -> Letter | None:
    query = (
        select(Letter)
        .where(
            Letter.project_id == project.id,
            Letter.kind == LetterKind.AWARD_LETTER,
            Letter.voided_at.is_(None),
        )
        .order_by(Letter.issued_at.desc())
    )
    return session.scalars(query).first()
