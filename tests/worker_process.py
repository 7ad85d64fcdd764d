"""A worker as a process of its own, as ``smallworks worker`` runs it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from models.settings import ROOT, Settings

PATIENCE = 60.0
NEVER = 3600.0


@contextmanager
def worker(settings: Settings, *, sweep_every: float = 2.0) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker until the block is left; sweeping ``NEVER`` shows what the broker brings."""
    settings.directory.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SMALLWORKS_")}
    environ = {
        **kept,
        "SMALLWORKS_DATA_DIR": str(settings.directory),
        "SMALLWORKS_BROKER_URL": settings.broker_url,
        "SMALLWORKS_DATABASE_URL": settings.database_url,
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.worker_process", str(sweep_every)]
    with (settings.directory / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def until(true: Callable[[], bool]) -> bool:
    """Look again and again until something is so; False when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def main(sweep_every: str) -> int:
    """Run in the child process."""
    from processes import worker as workers
    from web.cli.common import opened

    workers.SWEEP_EVERY = float(sweep_every)
    return workers.run_worker(opened(), with_beat=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
