"""Celery's side of a job: two-line bodies that take an id, and the doorbell that rings for them."""

import queue
import threading
import time

import structlog
from celery import Celery, current_app, shared_task
from sqlalchemy.exc import DBAPIError

from models.settings import Settings
from processes import (
    case_messages,  # noqa: F401 - importing it registers its kind of job
    job_runner,
    letters,  # noqa: F401 - importing it registers its kinds of job
    outbox,
    sweeper,
)
from processes.cases import job as cases_job  # noqa: F401 - importing it registers its kind of job
from processes.moving import job as moving_job  # noqa: F401 - importing it registers its kind of job

log = structlog.get_logger(__name__)

QUEUE = "smallworks"
RING_EXPIRES = 60
BROKER_REST = 10.0
MOST_WAITING = 1000
BROKER_PATIENCE = 3

_settings: list[Settings] = []


def use(settings: Settings) -> None:
    """Let the jobs of this process run under these settings."""
    _settings[:] = [settings]


@shared_task(name="smallworks.deliver", ignore_result=True)
def deliver(message_id: str) -> None:
    """Send one message."""
    outbox.deliver(message_id)


@shared_task(name="smallworks.run_job", ignore_result=True)
def run_job(job_id: str) -> None:
    """Do one job."""
    job_runner.run_job(job_id, _settings[0])


@shared_task(name="smallworks.sweep", ignore_result=True)
def sweep() -> None:
    """Do whatever is due."""
    sweeper.sweep(_settings[0])


TASKS = {"message": deliver, "job": run_job}


class Doorbell:
    """Carries wake-ups to the broker from a thread of its own.

    A request never waits for the broker. What is lost here (broker down, process killed) is found
    by the next sweep, so a full queue or a refused wake-up is let go.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._waiting: queue.Queue[tuple[str, str]] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def __call__(self, kind: str, row_id: str) -> None:
        """Ring for one row."""
        self._start()
        try:
            self._waiting.put_nowait((kind, row_id))
        except queue.Full:
            log.info("wake_up_dropped", kind=kind)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._carry, name="doorbell", daemon=True)
                self._thread.start()

    def _carry(self) -> None:
        quiet_until = 0.0
        while True:
            kind, row_id = self._waiting.get()
            if time.monotonic() >= quiet_until and not self._publish(kind, row_id):
                quiet_until = time.monotonic() + BROKER_REST

    def _publish(self, kind: str, row_id: str) -> bool:
        try:
            # by its own application: the process's present one may have another broker
            task = self._app.tasks[TASKS[kind].name]
            task.apply_async((row_id,), expires=RING_EXPIRES, retry=False)
        except Exception as error:  # noqa: BLE001 - each transport raises its own kind
            log.warning("broker_not_reached", error=repr(error))
            self._app.pool.force_close_all(close_pool=False)
            return False
        return True


def check_broker() -> None:
    """Declare the queue; raise when the broker cannot be reached."""
    try:
        _declare_queue()
    except DBAPIError:  # a database as broker: another process declared it at this moment
        _declare_queue()


def _declare_queue() -> None:
    # A pooled connection: one opened for each look would leave its session to the collector.
    pool = current_app.pool
    try:
        with pool.acquire(block=True, timeout=BROKER_PATIENCE) as connection:
            connection.ensure_connection(max_retries=1, timeout=BROKER_PATIENCE)
            connection.default_channel.queue_declare(QUEUE, passive=False)
    except Exception:
        pool.force_close_all(close_pool=False)
        raise
