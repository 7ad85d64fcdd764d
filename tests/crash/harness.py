"""Runs one step again and again from the same start, ended at each place, and compares.

Use::

    def test_a_freeze_survives_every_ending(start):          # ``start``: a World before the step
        check_every_ending(start, freeze)                    # freeze(world) -> None

``check_every_ending`` proves three things for every ending k:

* what is stored is one of the states the undisturbed run committed (nothing half done);
* doing the step again (``again``, by default the step itself) leads to the same end;
* the facts asked for by ``facts`` (for example the proof's bytes) are the same as undisturbed.

An ending that leaves every byte as it was needs no second look: the next one is tried in the same
world, and the step is done again once the world has changed or the endings are through.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, event

from models import calendar
from models import session as sessions
from models.clock import business_now
from models.flow.rules import forget_rules
from models.settings import ROOT, Settings
from tests.crash.endings import Endings, endings
from tests.crash.facts import Facts, known_ids, stored_facts

DATABASE = "smallworks.sqlite3"
ENDED = 9

Step = Callable[["World"], Any]
Look = Callable[["World"], Any]


@dataclass(frozen=True)
class World:
    """A data directory with its database, opened."""

    folder: Path
    engine: Engine
    known: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()

    @property
    def settings(self) -> Settings:
        """The settings under which this world's verbs run."""
        return Settings(data_dir=str(self.folder))


class Start(Protocol):
    """A closed world; a folder is one with SQLite."""

    def copy(self, name: str, known: frozenset[str]) -> AbstractContextManager[World]:
        """Open a fresh copy and throw it away afterwards."""
        ...


@contextmanager
def opened(folder: Path, known: frozenset[str] = frozenset()) -> Iterator[World]:
    """Open a world; both session factories are bound to it inside the block."""
    engine = sessions.make_engine(f"sqlite:///{folder / DATABASE}")
    # A process that ends loses nothing it has written; only a power cut needs the wait for the disk.
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    sessions.bind(engine)
    calendar.forget_calendar()
    try:
        yield World(folder, engine, known)
    finally:
        engine.dispose()


@contextmanager
def copy_of(start: Path | Start, name: str, known: frozenset[str] = frozenset()) -> Iterator[World]:
    """Open a fresh copy of a closed world and throw it away afterwards."""
    if not isinstance(start, Path):
        with start.copy(name, known) as world:
            yield world
        return
    folder = start.parent / name
    shutil.copytree(start, folder)
    try:
        with opened(folder, known) as world:
            yield world
    finally:
        shutil.rmtree(folder)


def all_stored(world: World) -> Any:
    """Return everything stored, the default of what is compared."""
    return stored_facts(world.engine, world.known, world.untold)


def fingerprint(world: World) -> object:
    """Return what differs as soon as a byte of the world does."""
    found = ((path, path.stat()) for path in world.folder.rglob("*") if path.is_file())
    files = {
        path: _digest(path, stat.st_ino, stat.st_ctime_ns, stat.st_mtime_ns, stat.st_size)
        for path, stat in found
        if not path.name.endswith("-shm") and stat.st_size
    }
    if world.engine.dialect.name == "sqlite":
        return files
    with world.engine.connect() as connection:
        written = connection.exec_driver_sql("SELECT pg_current_wal_insert_lsn()").scalar_one()
    return files, _rows_at(world.engine, str(written))


@lru_cache(maxsize=1_000)
def _digest(path: Path, *_written: int) -> bytes:
    """Return the hash of a file, read again only when it has been written since."""
    return hashlib.sha256(path.read_bytes()).digest()


@lru_cache(maxsize=4)
def _rows_at(engine: Engine, _written: str) -> Facts:
    """Return every row, read again only when the server has written anything since."""
    return stored_facts(engine, known_ids(engine))


@dataclass(frozen=True)
class Undisturbed:
    """What a run without any ending shows."""

    endings: int
    stages: list[Any]
    end: Any
    known: frozenset[str]


def undisturbed(start: Path | Start, step: Step, facts: Look = all_stored) -> Undisturbed:
    """Run the step to its end; the stages are the states between its commits."""
    with copy_of(start, "first") as world:
        known = known_ids(world.engine)
        step(world)  # what a process remembers after this is read by every run that is counted
    with copy_of(start, "whole", known) as world:
        with endings(world.engine) as passed:
            step(world)
        end = facts(world)
    stages: list[Any] = []
    for at in (1, *passed.commits):
        stage = _stage(start, step, at, known)
        stages += [] if stage in stages else [stage]
    return Undisturbed(passed.count, stages, end, known)


def _stage(start: Path | Start, step: Step, at: int, known: frozenset[str]) -> Any:
    with copy_of(start, "stage", known) as world:
        with endings(world.engine, at):
            step(world)
        return all_stored(world)


def check_every_ending(
    start: Path | Start, step: Step, *, again: Step | None = None, facts: Look = all_stored
) -> Undisturbed:
    """End the step at each place and prove that nothing is half done and nothing is lost."""
    whole = undisturbed(start, step, facts)
    assert whole.endings > 0, "the step touches no database"
    at = 0
    while at < whole.endings:
        with copy_of(start, f"ended-{at}", whole.known) as world:
            at = _end_until_changed(world, step, at, whole.endings)
            _check(world, whole, at, again or step, facts)
    return whole


def _end_until_changed(world: World, step: Step, at: int, last: int) -> int:
    """End at one place after the other; return the first that changed anything, or the last."""
    untouched = fingerprint(world)
    while at < last:
        at += 1
        calendar.forget_calendar()  # each begins as the undisturbed run did
        forget_rules()
        with endings(world.engine, at) as passed:
            step(world)
        assert passed.over, f"ending {at} was not reached"
        if fingerprint(world) != untouched:
            break
    return at


def check_real_ending(
    start: Path, step: str, at: int, whole: Undisturbed, *, again: Step, facts: Look = all_stored
) -> None:
    """The same with a process of its own that stops for real; ``step`` is ``module:function``."""
    with copy_of(start, f"process-{at}", whole.known) as world:
        moment = business_now().isoformat()
        arguments = [str(world.folder), step, str(at), moment]
        command = [sys.executable, "-m", "tests.crash.child", *arguments]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ended.returncode == ENDED, ended.stderr
        _check(world, whole, at, again, facts)


def _check(world: World, whole: Undisturbed, at: int, again: Step, facts: Look) -> None:
    assert all_stored(world) in whole.stages, f"ending {at} left something half done"
    again(world)
    assert facts(world) == whole.end, f"ending {at} led to another end"


__all__ = ["Endings", "World", "check_every_ending", "check_real_ending", "opened", "undisturbed"]
