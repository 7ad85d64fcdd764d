"""Puts a backup into an empty installation: checked first, then all of it in one transaction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, func, inspect, select, text
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.job import JobState, OutboundMessage
from models.identity.actor import PLATFORM
from models.ledger.log import record
from models.schema import is_known, migrate
from models.selection import platform_year
from models.selection.spent_keys import forget_spent_keys
from models.session import open_database, reading, unit_of_work
from models.settings import Settings
from models.storage import open_storage
from processes import training_clock
from processes.backup.archive import Archive, open_backup
from processes.backup.errors import (
    BackupDamagedError,
    BackupNewerError,
    NotEmptyError,
    RestoreFaultyError,
)
from processes.backup.keys_needed import MissingKey, missing_keys
from processes.backup.rows import Shape
from processes.ledger_check import LogBrokenError, check_log
from processes.startup import PRIVATE

BATCH = 500
VERSIONS = "alembic_version"


@dataclass(frozen=True)
class Restored:
    """What is there now, and what is still needed."""

    made_at: str
    rows: int
    blobs: int
    entries: int
    unsent: int
    lost: list[str]
    missing: list[MissingKey]


def restore_backup(settings: Settings, path: Path, *, fingerprint: str | None = None) -> Restored:
    """Restore a backup; refuse what is altered, newer, or not for an empty installation."""
    with open_backup(path, fingerprint) as archive:
        settings.directory.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        engine = open_database(settings)
        _check_target(engine, archive)
        migrate(engine, archive.revision)
        storage = open_storage(settings)
        for sha256 in archive.blobs:
            if storage.put(archive.blob(sha256)) != sha256:
                raise BackupDamagedError(problem=f"blobs/{sha256} 与名称不符")
        with unit_of_work() as session:
            rows = sum(_fill(session, archive, shape, count) for shape, count in archive.tables())
        migrate(engine)
        return _finish(settings, archive, rows)


def _check_target(engine: Engine, archive: Archive) -> None:
    if not is_known(archive.revision):
        raise BackupNewerError(revision=archive.revision)
    names = [name for name in inspect(engine).get_table_names() if name != VERSIONS]
    with reading() as session:
        for name in names:
            if session.execute(select(1).select_from(text(name)).limit(1)).first():
                raise NotEmptyError(table=name)


def _fill(session: Session, archive: Archive, shape: Shape, expected: int) -> int:
    table, done = shape.table(), 0
    rows = archive.rows(shape)
    ordered = _parents_first(rows, shape.parent, table) if shape.parent else rows
    for some in _batches(ordered):
        session.connection().execute(table.insert(), some)
        done += len(some)
    if done != expected:
        raise BackupDamagedError(problem=f"{shape.name} 的行数与清单不符")
    if shape.serial and session.get_bind().dialect.name == "postgresql":
        _move_sequence(session, table, shape.serial)
    return done


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(rows)
    while some := list(islice(iterator, BATCH)):
        yield some


def _parents_first(
    rows: Iterable[dict[str, Any]], parent: str, table: Table
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that refers to itself, each after the one it names."""
    key = next(iter(table.columns)).name
    waiting, known = list(rows), {None}
    while waiting:
        ready = [row for row in waiting if row[parent] in known]
        if not ready:
            raise BackupDamagedError(problem=f"{table.name} 的上下级不完整")
        yield from ready
        known |= {row[key] for row in ready}
        waiting = [row for row in waiting if row[key] not in known]


def _move_sequence(session: Session, table: Table, column: str) -> None:
    """Let PostgreSQL give the next number after the highest that was restored."""
    sequence = func.pg_get_serial_sequence(table.name, column)
    highest = select(func.max(table.c[column])).scalar_subquery()
    session.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


def _finish(settings: Settings, archive: Archive, rows: int) -> Restored:
    with reading() as session:
        try:
            entries = check_log(session).size
        except LogBrokenError as error:
            raise RestoreFaultyError(problem=str(error)) from error
    training_clock.install(settings)
    with unit_of_work() as session:
        forget_spent_keys(session, settings)
        after = {"made_at": archive.manifest["made_at"], "fingerprint": archive.fingerprint}
        name = f"installation/{archive.manifest['installation']}"[:60]
        at = business_now()
        platform_year.spend_noted(session, settings, at)
        record(session, PLATFORM, "installation:restored", name, at=at, after=after)
        unsent = select(func.count()).where(OutboundMessage.state != JobState.DONE)
        return Restored(
            made_at=str(archive.manifest["made_at"]),
            rows=rows,
            blobs=len(archive.blobs),
            entries=entries,
            unsent=session.scalar(unsent) or 0,
            lost=list(archive.manifest["missing"]),
            missing=missing_keys(session, settings),
        )
