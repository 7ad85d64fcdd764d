"""The sweep: does whatever is due, whether or not a doorbell rang for it."""

import threading
from collections.abc import Callable

import structlog

from models.settings import Settings
from processes import daily, heartbeat, job_runner, outbox, reminders, sequencer, wakeups
from processes.daily_jobs import DIGEST
from processes.proposals import publishing

log = structlog.get_logger(__name__)

MOST_ROUNDS = 200

_busy = threading.Lock()


def sweep(settings: Settings) -> dict[str, int]:
    """Do what is due now and return how much of each; one sweep at a time in a process."""
    if not _busy.acquire(blocking=False):
        return {}
    try:
        return {name: _guarded(name, step, settings) for name, step in STEPS.items()}
    finally:
        _busy.release()


def sweep_until_quiet(settings: Settings) -> dict[str, int]:
    """Sweep again while a sweep finds something, as one step may make the next one due."""
    total = dict.fromkeys(STEPS, 0)
    for _ in range(MOST_ROUNDS):
        done = sweep(settings)
        total = {name: count + done.get(name, 0) for name, count in total.items()}
        if not any(done.values()):
            break
    return total


def _guarded(name: str, step: Callable[[Settings], int], settings: Settings) -> int:
    """Run one step; its failure must not keep the others from their work."""
    try:
        return step(settings)
    except Exception:
        log.exception("sweep_step_failed", step=name)
        return 0


def _messages(_: Settings) -> int:
    return sum(map(outbox.deliver, outbox.due_messages()))


def _jobs(settings: Settings) -> int:
    return sum(job_runner.run_job(job_id, settings) for job_id in job_runner.due_jobs())


def _daily(_: Settings) -> int:
    return daily.owe_daily_jobs()


def _woken(settings: Settings) -> int:
    # A list that freezes gets no digest any more. Whose worker died comes with the end of its
    # lease; one that fails rests for a while and keeps nothing waiting.
    return 0 if daily.is_underway(DIGEST) else wakeups.wake_due(settings)


STEPS: dict[str, Callable[[Settings], int]] = {
    "found_down": heartbeat.beat,
    "owed_today": _daily,
    "published": lambda _: publishing.owe_due(),
    "jobs": _jobs,
    "woken": _woken,
    "reminded": lambda _: reminders.tell_due(),
    "sent": _messages,
    "logged": sequencer.sequence,
}
"""In this order: an outage is found before what came due in it goes on; a day begins with its
digests, before the clock freezes a list in its course; what a case writes when it wakes is sent and
logged in the same sweep."""
