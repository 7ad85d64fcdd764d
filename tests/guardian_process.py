"""A guardian's program as a process of its own, on a clock that the test sets."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from models.clock import fixed
from models.settings import ROOT

EVERY = 0.2


@contextmanager
def guardian_process(folder: Path, at: datetime) -> Iterator[subprocess.Popen[bytes]]:
    """Run a guardian's program until the block is left; what it says is in ``program.log``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SMALLWORKS_")}
    command = [sys.executable, "-m", "tests.guardian_process", str(folder), at.isoformat()]
    with (folder / "program.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=kept, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def said(folder: Path) -> str:
    """What a guardian's program has said so far."""
    return (folder / "program.log").read_text("utf-8")


def main(folder: str, at: str) -> int:
    """Run in the child process."""
    from processes.guardian_program.door import reach
    from processes.guardian_program.folder import Folder
    from processes.guardian_program.round import Guardian
    from web.cli.guardian import keep_on

    held = Folder(Path(folder))
    platform = reach(held.settings().url, held.token())
    one = Guardian(held, held.keys(None), fixed(datetime.fromisoformat(at)), platform)
    with held.held():
        return keep_on(one, threading.Event(), EVERY)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
