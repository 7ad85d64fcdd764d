"""What takes long to build and is never changed: built once in a run, for all its workers."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

Build = Callable[[Path], None]

_shelves: list[Path] = []


@pytest.fixture(scope="session", autouse=True)
def _shelf(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp()
    # each worker has a folder of its own in the folder of the run
    _shelves[:] = [base.parent if "PYTEST_XDIST_WORKER" in os.environ else base]


def once(name: str, build: Build) -> Path:
    """Return a folder that ``build`` has filled; whoever asks later finds it ready.

    Nobody may write there: take a copy.
    """
    (shelf,) = _shelves
    made, growing = shelf / f"built-{name}", shelf / f"growing-{name}"
    with (shelf / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(growing, ignore_errors=True)
            growing.mkdir()
            build(growing)
            growing.rename(made)
    return made


def copy_of(name: str, build: Build, folder: Path) -> None:
    """Fill a new folder with what ``build`` makes; outside a run it is built there."""
    if not _shelves:
        folder.mkdir(parents=True, exist_ok=True)
        build(folder)
        return
    shutil.copytree(once(name, build), folder, dirs_exist_ok=True)


def is_known(fact: str) -> bool:
    """Return whether somebody in this run has noted a fact."""
    return bool(_shelves) and _note_of(fact).exists()


def note(fact: str) -> None:
    """Note a fact for everybody in this run; outside a run nothing is kept."""
    if _shelves:
        _note_of(fact).touch()


def _note_of(fact: str) -> Path:
    return _shelves[0] / f"known-{hashlib.sha256(fact.encode()).hexdigest()}"
