"""Templates of worlds: made once for what they are made of, kept as folders, then copied.

Three layers, each a copy of the one below: the shipped packs; the installation's own packs; a
county's cast with the files that are tried. A change to a draft makes the last one alone.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

import models.tables  # noqa: F401 - create_all has to know every table
from models import calendar
from models import session as sessions
from models.base import Base
from models.calendar_seed import load_calendar_seed
from models.clock import business_clock, fixed
from models.flow.definition import BASE
from models.flow.job import Setting
from models.flow.rules import forget_rules
from models.identity.actor import PLATFORM
from models.identity.county import County
from models.installation import ensure_installation, log_key
from models.selection import platform_year
from models.selection.guardians import ensure_guardians
from models.settings import Settings
from processes.demo.people import BEGAN
from processes.packs.errors import PackFaultyError
from processes.proposals.applying import apply_files
from processes.publishing import checked_before
from processes.publishing_errors import DiagramFaultyError
from processes.rehearsal.cast import Casting
from processes.rehearsal.database import DATABASE, engine_at
from processes.rehearsal.errors import WorldFaultyError
from processes.rehearsal.orders import Files, Order, world_of
from processes.rehearsal.shipped import name_of
from processes.setting_up import load_shipped_packs
from processes.training_clock import DEMONSTRATION

KEPT = 16
"""How many templates lie ready; one is about four megabytes."""
Fill = Callable[[Path], None]


def template(root: Path, order: Order) -> Path:
    """Return the folder of an order's template; whoever asks first makes it."""
    shipped = made(root, name_of("shipped"), _shipped)
    stored = shipped
    if order.stored:
        name = name_of("stored", order.stored_digest)
        stored = made(root, name, lambda folder: _stored(shipped, folder, order))
    return made(root, world_of(order), lambda folder: _world(stored, folder, order))


def made(root: Path, name: str, fill: Fill) -> Path:
    """Return a folder by its name, filled at most once at a time."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder, growing = root / name, root / f"{name}.new"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(growing, ignore_errors=True)
            growing.mkdir(mode=0o700)
            fill(growing)
            growing.rename(folder)
            _forget_old(root, folder)
    os.utime(folder)
    return folder


def _forget_old(root: Path, newest: Path) -> None:
    folders = [one for one in root.iterdir() if one.is_dir() and one.suffix != ".new"]
    for one in sorted(folders, key=lambda each: each.stat().st_mtime, reverse=True)[KEPT:]:
        if one != newest:
            shutil.rmtree(one, ignore_errors=True)
            (root / f"{one.name}.lock").unlink(missing_ok=True)


def _shipped(folder: Path) -> None:
    """Make an installation with the shipped packs and nobody in it."""
    settings = Settings(data_dir=str(folder))
    engine = _bound(folder)
    Base.metadata.create_all(engine)
    with business_clock(fixed(BEGAN)):
        with sessions.unit_of_work() as session:
            ensure_installation(session)
            log_key(session, settings)
            ensure_guardians(session, settings)
            platform_year.ensure_year(session, settings, BEGAN)
            load_calendar_seed(session)
            session.merge(Setting(name=DEMONSTRATION, value=True))
        with checked_before():
            load_shipped_packs(settings)
    engine.dispose()


def _stored(below: Path, folder: Path, order: Order) -> None:
    """Let the packs be as the installation has them."""
    shutil.copytree(below, folder, dirs_exist_ok=True)
    engine = _bound(folder)
    with business_clock(fixed(BEGAN)), checked_before():
        for code in sorted(order.stored, key=lambda one: one != BASE):
            _lay(code, order.stored[code])
    engine.dispose()


def _world(below: Path, folder: Path, order: Order) -> None:
    """Lay the files that are tried over what holds, and add the county's cast."""
    shutil.copytree(below, folder, dirs_exist_ok=True)
    engine = _bound(folder)
    with business_clock(fixed(BEGAN)):
        if order.files:
            _lay(order.owner, order.files)
        with sessions.unit_of_work() as session:
            Casting(session, order.county).build()
        with sessions.reading() as session:
            sessions.refresh_statistics(session)
    engine.dispose()


def _lay(code: str, files: Files) -> None:
    try:
        with sessions.unit_of_work() as session:
            if code != BASE and session.get(County, code) is None:
                session.add(County(code=code, name=code, is_open=True))
                session.flush()
            apply_files(session, code, files, PLATFORM)
    except (DiagramFaultyError, PackFaultyError) as error:
        found = [
            {"element": one.element, "message": one.message}
            for one in error.findings
            if one.level == "error"
        ]
        first = found[0]["message"] if found else error.text
        raise WorldFaultyError(first=first, findings=found) from error


def _bound(folder: Path) -> Engine:
    engine = engine_at(folder / DATABASE)
    sessions.bind(engine)
    calendar.forget_calendar()
    forget_rules()
    return engine
