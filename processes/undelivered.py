"""Whether what a case told another one has arrived: being tried again, or given up on."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.case_message import JOB
from models.flow.job import Job, JobState


@dataclass(frozen=True)
class Undelivered:
    """A message that failed to arrive so far."""

    attempts: int
    is_given_up: bool


def undelivered(session: Session, instance_id: str) -> Undelivered | None:
    """Return how the message of a case fails to arrive; None when nothing is amiss."""
    job = session.scalar(
        select(Job)
        .where(
            Job.kind == JOB,
            Job.state != JobState.DONE,
            Job.args["sender"].as_string() == instance_id,
        )
        .order_by(Job.due_at.desc())
        .limit(1)
    )
    if job is None:
        return None
    # a message that is being delivered for the first time has not failed
    failed = job.attempts - (job.state is JobState.LEASED)
    is_given_up = job.state is JobState.DEAD
    return Undelivered(failed, is_given_up) if failed > 0 or is_given_up else None
