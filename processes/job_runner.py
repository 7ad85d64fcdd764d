"""Does jobs: claim, prepare outside any transaction, then store and mark done in one."""

import structlog

from models.clock import system_now
from models.flow.job import Job
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import claims
from processes.job_kinds import kind_of

log = structlog.get_logger(__name__)


class LeaseLostError(Exception):
    """The lease ended while the job was prepared; whoever has it now stores the result."""


def due_jobs(*, limit: int = 100) -> list[str]:
    """Return the ids of jobs that may be done now."""
    with reading() as session:
        return claims.due_ids(session, Job, system_now(), limit=limit)


def run_job(job_id: str, settings: Settings) -> bool:
    """Do one job if nobody else is at it; return whether it is done."""
    with unit_of_work() as session:
        row = claims.claim(session, Job, job_id, system_now())
        if row is None:
            return False
        kind, args, attempt = row.kind, dict(row.args), row.attempts
    try:
        _do(job_id, attempt, kind, args, settings)
    except LeaseLostError:
        return False
    except Exception as error:  # whatever a job raises, it is tried again, then shown to a keeper
        log.exception("job_failed", job=job_id, kind=kind, attempt=attempt)
        with unit_of_work() as session:
            claims.fail(session, Job, job_id, attempt, error, system_now())
        return False
    return True


def _do(job_id: str, attempt: int, name: str, args: dict[str, object], settings: Settings) -> None:
    kind = kind_of(name)
    result = kind.prepare(args, settings) if kind.prepare else None
    with unit_of_work() as session:
        # First: another worker's later attempt must not be overtaken by our result.
        if not claims.finish(session, Job, job_id, attempt, {"done_at": system_now()}):
            raise LeaseLostError
        kind.store(session, args, result, settings)
