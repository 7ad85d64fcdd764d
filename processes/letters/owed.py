"""Letters that a case owes and waits for: being made, tried again, or given up on for a keeper."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.job import Job, JobState
from models.letter import Letter, LetterKind
from processes.letters.jobs import MAKE


@dataclass(frozen=True)
class OwedLetter:
    """A letter without its PDF, and how its making goes."""

    title: str
    attempts: int
    is_given_up: bool


def owed_letters(session: Session, instance_id: str) -> list[OwedLetter]:
    """Return the letters of a case that are not made yet."""
    letters = session.scalars(
        select(Letter)
        .where(
            Letter.instance_id == instance_id,
            Letter.document_id.is_(None),
            Letter.voided_at.is_(None),
        )
        .order_by(Letter.issued_at, Letter.id)
    ).all()
    keys = [f"{MAKE}:{letter.id}" for letter in letters]
    jobs = {job.key: job for job in session.scalars(select(Job).where(Job.key.in_(keys)))}
    return [_owed(letter, jobs.get(key)) for letter, key in zip(letters, keys, strict=True)]


def current_letter(session: Session, project_id: str, kind: str) -> Letter | None:
    """Return the letter of this kind that holds for a project now."""
    query = select(Letter).where(
        Letter.project_id == project_id,
        Letter.kind == LetterKind(kind),
        Letter.voided_at.is_(None),
    )
    return session.scalars(query.order_by(Letter.issued_at.desc())).first()


def _owed(letter: Letter, job: Job | None) -> OwedLetter:
    attempts = job.attempts if job else 0
    # a job that is being done for the first time has not failed
    failed = attempts if job and job.state is not JobState.LEASED else max(attempts - 1, 0)
    return OwedLetter(letter.title, failed, job is not None and job.state is JobState.DEAD)
