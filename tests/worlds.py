"""Templates of rehearsed worlds, made once in a run; each test's data directory gets copies."""

import shutil
from pathlib import Path

from models.settings import Settings
from processes.rehearsal.helper import RemoteWorld
from processes.rehearsal.orders import Order
from tests.built import once

COUNTIES = ("dazhou", "huairou")


def build(folder: Path) -> None:
    """Make the templates of the shipped packs, as they stand, for the counties tests play in."""
    # in a process of its own: making a template binds the sessions of whoever makes it
    remote = RemoteWorld(Settings(data_dir=str(folder)))
    for county in COUNTIES:
        remote.open(Order(county, county))
    remote.stop()


def shelf() -> Path:
    return once("worlds", build)


def give(settings: Settings) -> None:
    """Put the ready templates where a data directory's rehearsals look for them."""
    place = settings.directory / "rehearsals" / "worlds"
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(shelf() / "rehearsals" / "worlds", place)
