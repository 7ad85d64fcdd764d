"""Workers forked from a process that has imported everything, and killed when told.

Run as a program it reads ``start`` and ``kill <pid>`` from standard input and answers each with one
line. It alone reaps its children, so that a number never names another program's process.
"""

import ctypes
import importlib
import os
import random
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from models.settings import ROOT, Settings

IMPORTED = (
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.concurrency.solo",
    "celery.events.receiver",
    "celery.fixups.django",
    "celery.loaders.app",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer.consumer",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.strategy",
    "kombu.transport.redis",
    "kombu.transport.sqlalchemy",
    "processes.letters.render",
    "processes.letters.stamp",
    "pyhanko.sign.signers",
    "sqlalchemy.dialects.mysql",
)
"""What a worker would import as it starts; kombu's tables bring MySQL's dialect."""

SENT = "sent.txt"
LOG = "worker.log"
TEMPORARY = "temporary"
PR_SET_PDEATHSIG = 1
SWEEP_EVERY = 0.1
LEASE = timedelta(seconds=2)
"""Long enough for a letter on a busy machine; a killed worker's row is free after it."""


class EndedByItselfError(AssertionError):
    """A worker was gone before anybody killed it."""


class Nursery:
    """Starts and kills workers of one installation."""

    def __init__(self, settings: Settings, chance: random.Random) -> None:
        folder = settings.directory
        (folder / TEMPORARY).mkdir()
        kept = {key: text for key, text in os.environ.items() if not key.startswith("SMALLWORKS_")}
        environ = {
            **kept,
            "TMPDIR": str(folder / TEMPORARY),
            "SMALLWORKS_DATA_DIR": str(folder),
            "SMALLWORKS_DATABASE_URL": settings.database_url,
            "SMALLWORKS_BROKER_URL": settings.broker_url,
            "SMALLWORKS_TRAINING": settings.training,
        }
        self.chance = chance
        self.alive: list[int] = []
        with (folder / LOG).open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.crash.kills.nursery"],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start(self) -> None:
        """Start one more worker."""
        self.alive.append(int(self._ask("start")))

    def kill_one(self) -> None:
        """Kill one of them and start another in its place."""
        victim = self.alive.pop(self.chance.randrange(len(self.alive)))
        ended_by = int(self._ask(f"kill {victim}"))
        if ended_by != signal.SIGKILL:
            raise EndedByItselfError(ended_by)
        self.start()

    def close(self) -> None:
        """Kill all that are left."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def _ask(self, words: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()


def main() -> None:
    """Fork and kill as told, until nobody tells any more."""
    prepare()
    children: set[int] = set()
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "start":
            pid = os.fork()
            if pid == 0:
                work()
            children.add(pid)
            answer(pid)
        else:
            pid = int(rest[0])
            children.remove(pid)
            answer(ended(pid))
    for pid in children:
        ended(pid)


def answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def ended(pid: int) -> int:
    """Kill a child and return the signal that ended it, 0 when it had ended by itself."""
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def prepare() -> None:
    """Import and read what a worker needs, and shorten what nobody can wait for here."""
    for module in IMPORTED:
        importlib.import_module(module)
    from processes import claims, training_clock
    from processes import worker as workers
    from processes.startup import settle

    claims.LEASE = LEASE
    # a look at the clock of a while ago would tell a reminder at the moment before
    training_clock.LOOK_EVERY = 0.0
    workers.SWEEP_EVERY = SWEEP_EVERY
    read_diagrams()
    settle()


def read_diagrams() -> None:
    """Parse what is published, once for all workers; each opens the database for itself."""
    from sqlalchemy import select

    from models.flow.definition import Definition, DefinitionStatus
    from models.session import open_database, reading
    from processes.definitions import prepared

    engine = open_database(Settings.from_environ())
    with reading() as session:
        published = Definition.status == DefinitionStatus.PUBLISHED
        for one in session.scalars(select(Definition.id).where(published)).all():
            prepared(session, one)
    engine.dispose()


def work() -> None:
    """Be a worker, as ``smallworks worker`` is one, whose messages leave a line each."""
    from processes import senders
    from processes.startup import start
    from processes.worker import run_worker

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    settings = Settings.from_environ()
    senders.install_sender("sms", Noted(settings.directory / SENT))
    start(settings)
    os._exit(run_worker(settings, with_beat=False))


class Noted:
    """The console's twin: one appended line for each message that left."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def send(self, message) -> str:
        """Write the key down; what is written stays when the process is killed."""
        os.write(self.file, f"{message.key}\n".encode())
        return f"console:{message.key}"


if __name__ == "__main__":
    main()
