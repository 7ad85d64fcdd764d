"""The Celery application, the worker with its own ticker, and the beat that only one may be."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from celery import Celery
from celery.beat import EmbeddedService, Scheduler, Service
from sqlalchemy import create_engine, text

from models.outbox import install_doorbell
from models.settings import Settings
from processes import jobs, sweeper
from processes.leases import BEAT, hold, process_name, release, report_alive

log = structlog.get_logger(__name__)

SWEEP_EVERY = 2.0
ALIVE_EVERY = 15.0
TRIM_EVERY = 600.0
BEAT_EVERY = 5.0
BEAT_LEASE = timedelta(seconds=30)


def make_app(settings: Settings) -> Celery:
    """Return the Celery application of this process and make it the current one."""
    app = Celery("smallworks", broker=broker_address(settings))
    app.set_default()
    app.conf.update(
        task_default_queue=jobs.QUEUE,
        task_ignore_result=True,
        task_acks_late=False,
        worker_pool="solo",
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=3,
        broker_transport_options=transport_options(settings),
        timezone="Asia/Shanghai",
        enable_utc=True,
        beat_schedule={
            "sweep": {
                "task": "smallworks.sweep",
                "schedule": BEAT_EVERY,
                "options": {"expires": BEAT_EVERY, "queue": jobs.QUEUE},
            }
        },
        beat_max_loop_interval=BEAT_EVERY,
    )
    jobs.use(settings)
    return app


def connect(settings: Settings) -> Celery:
    """Prepare this process to ring for what it owes (web, commands, workers)."""
    app = make_app(settings)
    install_doorbell(jobs.Doorbell(app))
    return app


def broker_address(settings: Settings) -> str:
    """Return the broker as Celery writes it; a database's address becomes an ``sqla+`` one."""
    address = settings.broker
    return f"sqla+{address}" if address.startswith(("sqlite:", "postgresql")) else address


def transport_options(settings: Settings) -> dict[str, Any]:
    """Return what the broker's kind needs."""
    address = broker_address(settings)
    if address.startswith("redis"):
        return {"visibility_timeout": 600, "socket_connect_timeout": 3, "socket_timeout": 10}
    if address.startswith("sqla+sqlite"):
        return {"connect_args": {"timeout": 10}}
    return {"pool_pre_ping": True} if address.startswith("sqla+") else {}


class Ticker(threading.Thread):
    """Sweeps and reports the worker alive, so that without beat or broker nothing is left lying."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="ticker", daemon=True)
        self._settings = settings
        self._stopping = threading.Event()

    def run(self) -> None:
        """Tick until stopped."""
        last = {"trim": 0.0}  # a new broker has nothing to trim, not even a table yet
        tasks: tuple[tuple[str, float, Callable[[], object]], ...] = (
            ("alive", ALIVE_EVERY, report_alive),
            ("trim", TRIM_EVERY, lambda: trim_broker(self._settings)),
            ("sweep", SWEEP_EVERY, lambda: sweeper.sweep(self._settings)),
        )
        elapsed = 0.0
        while not self._stopping.is_set():
            for name, every, action in tasks:
                if elapsed - last.get(name, -every) >= every:
                    last[name] = elapsed
                    _safely(name, action)
            self._stopping.wait(SWEEP_EVERY)
            elapsed += SWEEP_EVERY

    def stop(self) -> None:
        """End after the current tick."""
        self._stopping.set()
        self.join(timeout=20)


def _safely(name: str, action: Callable[[], object]) -> None:
    try:
        action()
    except Exception:  # a database that is away for a while must not end the ticker
        log.exception("tick_failed", step=name)


def trim_broker(settings: Settings) -> None:
    """Delete delivered wake-ups: this kind of broker keeps them for ever."""
    address = broker_address(settings)
    if not address.startswith("sqla+"):
        return
    engine = create_engine(address.removeprefix("sqla+"))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM kombu_message WHERE visible = :no"), {"no": False})
    engine.dispose()


class LeasedScheduler(Scheduler):
    """A beat that beats only while it holds the lease; another one takes over when it dies."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Celery's signature
        super().__init__(*args, **kwargs)
        self._holder = f"{process_name()}:beat"

    def tick(self, *args: Any, **kwargs: Any) -> float:  # noqa: ANN401
        """Send what is due, if this beat is the one."""
        try:
            ours = hold(BEAT, self._holder, BEAT_LEASE)
        except Exception:  # the database is away: try again at the next beat
            log.exception("beat_lease_failed")
            return BEAT_EVERY
        return float(super().tick(*args, **kwargs)) if ours else BEAT_EVERY

    def close(self) -> None:
        """Give the lease back, so that another beat need not wait for its end."""
        _safely("beat", lambda: release(BEAT, self._holder))
        super().close()


def run_worker(settings: Settings, *, with_beat: bool) -> int:
    """Work until told to stop; return the exit code."""
    app = connect(settings)
    ticker = Ticker(settings)
    ticker.start()
    beat = EmbeddedService(app, thread=True, scheduler_cls=LeasedScheduler) if with_beat else None
    if beat:
        beat.start()
    # Celery gives up when another process declares the queue of a new broker at the same moment
    _safely("broker", jobs.check_broker)
    try:
        worker = app.Worker(
            pool="solo",
            loglevel="WARNING",
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            hostname=f"worker@{process_name()}",
            quiet=True,
        )
        worker.start()
        return int(worker.exitcode or 0)
    finally:
        if beat:
            beat.stop()
        ticker.stop()


def run_beat(settings: Settings) -> None:
    """Beat until told to stop."""
    Service(connect(settings), scheduler_cls=LeasedScheduler).start()
