"""Fixtures of rehearsals: data directories with ready templates, a process with a world."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from processes.rehearsal import helper
from processes.rehearsal.helper import RemoteWorld
from processes.rehearsal.orders import Order
from tests import worlds
from tests.city import city, county

__all__ = ["city", "county"]
DAZHOU = Order("dazhou", "dazhou")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a data directory whose rehearsals find their templates."""
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("data")))
    worlds.give(settings)
    return settings


@pytest.fixture(scope="module")
def process(place: Settings) -> Iterator[RemoteWorld]:
    """A process of its own for worlds."""
    remote = RemoteWorld(place)
    yield remote
    remote.stop()


@pytest.fixture
def world(process: RemoteWorld) -> RemoteWorld:
    """A world of Dazhou at its beginning."""
    process.open(DAZHOU)
    return process


@pytest.fixture(autouse=True, scope="module")
def _stopped() -> Iterator[None]:
    yield
    helper.stop_all()


def files_below(folder: Path, *apart: str) -> dict[str, bytes]:
    """Every file below a folder with its bytes, these folders at its top left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in apart
    }
