"""The only module that commits: one unit of work per request, job or command."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, sessionmaker

from models.settings import Settings

AfterCommit = Callable[[], None]
WAIT_SECONDS = 20
SAMPLE = 50_000
"""How many rows of an index may be looked at: too few make a county or a kind seem rare."""
_writers = threading.RLock()

Write = sessionmaker[Session](expire_on_commit=False)
Read = sessionmaker[Session](expire_on_commit=False, autoflush=False)


def open_database(settings: Settings) -> Engine:
    """Create the engine for these settings and bind both session factories to it."""
    engine = make_engine(settings.database)
    bind(engine)
    return engine


def make_engine(url: str) -> Engine:
    """Return an engine; SQLite gets WAL, full sync and transactions that begin as told."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def bind(engine: Engine) -> None:
    """Let every unit of work of this process use ``engine``."""
    Write.configure(bind=engine)
    Read.configure(bind=engine.execution_options(read_only=True))


def refresh_statistics(session: Session) -> None:
    """Let SQLite count what its tables hold; PostgreSQL keeps count of its own accord.

    Without counts SQLite takes a county's index for as good as a project's and walks thousands of
    rows. A sample of each index is enough and bounds the time, however long the tables.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"PRAGMA analysis_limit = {SAMPLE}"))
        session.execute(text("ANALYZE"))


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={WAIT_SECONDS * 1000}",
        "foreign_keys=ON",
        "cache_size=-32000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that writes later fails at once when another writer was first;
    # an immediate one waits its turn (busy_timeout).
    reading = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Yield a session; commit when the block ends well, roll back when it does not."""
    with Write() as session:
        with _turn(session), session.begin():
            yield session
        for action in session.info.pop("after_commit", []):
            action()


@contextmanager
def _turn(session: Session) -> Iterator[None]:
    # SQLite has one writer at a time and lets the others sleep and try again, so that four clients
    # get less done than one: the threads of a process queue here instead. Other processes, and
    # whoever waited too long here, still meet SQLite's own lock.
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    is_first = _writers.acquire(timeout=WAIT_SECONDS)
    try:
        yield
    finally:
        if is_first:
            _writers.release()


@contextmanager
def reading() -> Iterator[Session]:
    """Yield a session for looking only: it takes no write lock and commits nothing."""
    with Read() as session:
        yield session


def after_commit(session: Session, action: AfterCommit) -> None:
    """Run ``action`` once the surrounding unit of work has been committed (a wake-up)."""
    session.info.setdefault("after_commit", []).append(action)
