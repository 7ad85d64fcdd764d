"""Whether a test's copy of a county is still as it was, and putting a played one in its place."""

import hashlib
import shutil
import time
from pathlib import Path

from models import ids

Files = dict[str, tuple[int, int]]

_chance = ids._source[0]
_began = time.time() - time.monotonic()


def is_untouched(folder: Path, county: Path) -> bool:
    """Return whether nothing has been written, and clock and chance are the machine's own."""
    is_now = abs(time.time() - time.monotonic() - _began) < 60
    return is_now and ids._source[0] is _chance and _files(folder) == _files(county)


def key_of(*what: object) -> str:
    """Return a short name for what is played."""
    return hashlib.sha256(repr(what).encode()).hexdigest()[:12]


def replace(folder: Path, played: Path) -> None:
    """Put what was played in the place of a folder; nobody may have its database open."""
    shutil.rmtree(folder)
    shutil.copytree(played, folder)


def _files(folder: Path) -> Files:
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): (stat.st_size, stat.st_mtime_ns)
        for path, stat in found
        if stat.st_size and not path.name.endswith("-shm")
    }
