"""Keeps a child process alive beside the web server: starts it again when it dies."""

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

import structlog

log = structlog.get_logger(__name__)

PR_SET_PDEATHSIG = 1
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY = 30.0
GOODBYE = 15


class Keeper(threading.Thread):
    """Runs ``command`` and starts it again when it ends, more slowly when it ends at once."""

    def __init__(self, command: Sequence[str]) -> None:
        super().__init__(name="keeper", daemon=True)
        self.command = list(command)
        self.process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Keep the child running until :meth:`stop`."""
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = time.monotonic()
            self.process = start_child(self.command)
            code = self.process.wait()
            if self._stopping.is_set():
                return
            pause = FIRST_PAUSE if time.monotonic() - began > STEADY else pause
            log.warning("child_ended", code=code, again_in=pause)
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def stop(self) -> None:
        """End the child: kindly first, then for certain."""
        self._stopping.set()
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=GOODBYE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_child(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a child that is told to stop when this process dies, however it dies."""
    # A thread's death counts as the parent's to the kernel: the keeper's thread lives as long as
    # the program does.
    return subprocess.Popen(command, preexec_fn=_stop_with_parent(), start_new_session=True)  # noqa: S603, PLW1509


def _stop_with_parent() -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM) and None
