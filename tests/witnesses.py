"""A served platform whose keeper may do what no honest one would, and real witness processes."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, select, update
from werkzeug.serving import WSGIRequestHandler, make_server

from models.clock import business_now
from models.identity.actor import PLATFORM
from models.installation import ensure_installation, log_key
from models.ledger.log import record
from models.ledger.tables import Checkpoint, LedgerEntry, LedgerNode
from models.ledger.witness_tables import Cosignature
from models.session import reading, unit_of_work
from models.settings import ROOT, Settings
from processes import sequencer
from processes.open_data import log

KEY_NAME = "smallworks-witness/dazhou-housing"
CHECKPOINT = "/api/v1/public/log/checkpoint"


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Keep the test's output to the test."""


class Replaying:
    """A cache before the platform that may hand out an old checkpoint again."""

    def __init__(self, app) -> None:
        self.app = app
        self.old = ""

    def __call__(self, environ, start_response):
        if self.old and environ["PATH_INFO"] == CHECKPOINT:
            start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
            return [self.old.encode()]
        return self.app(environ, start_response)


@dataclass
class Log:
    """The platform's log in the hands of whoever owns database and key."""

    settings: Settings
    address: str = ""
    cache: Replaying | None = None
    texts: list[str] = field(default_factory=list)

    def act(self, count: int = 1, word: str = "object") -> str:
        """Log some acts of draws, which get a checkpoint at once; return its text."""
        with unit_of_work() as session:
            for number in range(count):
                record(session, PLATFORM, "draw:planned", f"{word}-{number}", at=business_now())
        return self.signed()

    def signed(self) -> str:
        sequencer.sequence(self.settings)
        with reading() as session:
            self.texts.append(log.newest_head(session).text)
        return self.texts[-1]

    @property
    def key(self) -> str:
        with reading() as session:
            return log.public_key(session, self.settings)

    def rebuild(self, *changes) -> str:
        """Make another history of the entries as they are now, and sign it."""
        with unit_of_work() as session:
            for change in (*changes, delete(Cosignature), delete(Checkpoint), delete(LedgerNode)):
                session.execute(change)
            session.execute(update(LedgerEntry).values(seq=None))
        return self.signed()

    def rewrite(self) -> str:
        """Change an old entry, and go on."""
        self.rebuild(_changed(0))
        return self.act(2, "later")

    def truncate(self) -> str:
        """Forget the last entries."""
        return self.rebuild(delete(LedgerEntry).where(LedgerEntry.seq >= 2))

    def fork(self) -> str:
        """Have another last entry in its place."""
        with reading() as session:
            last = sequencer.numbered(session) - 1
        return self.rebuild(_changed(last))

    def take_another_key(self) -> str:
        """Sign with a key that nobody was told of."""
        (self.settings.keys / "log.key").unlink()
        with unit_of_work() as session:
            session.execute(delete(Cosignature))
            session.execute(delete(Checkpoint))
            log_key(session, self.settings)
        return self.act(1, "another")

    def replay(self) -> str:
        """Let a cache hand out the first checkpoint again."""
        self.cache.old = self.texts[0]
        return self.cache.old


def _changed(seq: int):
    query = select(LedgerEntry.body).where(LedgerEntry.seq == seq)
    with reading() as session:
        body = session.scalars(query).one()
    text = body.replace('"draw:planned"', '"draw:announced"')
    assert text != body
    return update(LedgerEntry).where(LedgerEntry.seq == seq).values(body=text)


@contextmanager
def served(app, settings: Settings) -> Iterator[Log]:
    """Serve a platform with a log of some entries until the block ends."""
    with unit_of_work() as session:
        ensure_installation(session)
    app.extensions["limits"].enabled = False
    cache = Replaying(app.wsgi_app)
    app.wsgi_app = cache
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    kept = Log(settings, f"http://127.0.0.1:{server.server_port}", cache)
    kept.act(3)
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Answer:
    """How a process ended."""

    code: int
    out: str
    err: str


class Process:
    """The witness as its own program, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def command(self, *arguments: str) -> list[str]:
        verb, *rest = arguments
        start = [sys.executable, "-m", "web.cli", "witness", verb]
        return [*start, "--folder", str(self.folder), *rest]

    def __call__(self, *arguments: str) -> Answer:
        command = self.command(*arguments)
        done = subprocess.run(
            command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def init(self, address: str, key: str, token: str) -> str:
        """Make the witness and return its public key."""
        file = self.folder.parent / "token.txt"
        file.write_text(token, encoding="utf-8")
        settings = ("--url", address, "--key", key, "--name", KEY_NAME, "--token-file", str(file))
        told = self("init", *settings)
        assert told.code == 0, told.err
        return told.out.splitlines()[-1]

    @property
    def evidence(self) -> list[Path]:
        return sorted((self.folder / "evidence").rglob("*.json"))
