"""A city with a finished draw, and its backup."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from processes.backup import write_backup
from tests.built import once
from tests.city import City, city, copied, county
from tests.processes.backup.world import finished

__all__ = ["city", "county"]


@pytest.fixture
def source(county: Path, tmp_path: Path) -> Iterator[City]:
    """A finished city of the test's own: played once, copied for each test."""

    def build(folder: Path) -> None:
        with copied(county, folder / "data") as played:
            finished(played)

    with copied(once("finished", build) / "data", tmp_path / "data") as own:
        yield own


@pytest.fixture
def backup(source: City, tmp_path: Path) -> Path:
    path = tmp_path / "city.backup"
    write_backup(source.settings, path)
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """An installation on which nothing has run."""
    return Settings(data_dir=str(tmp_path / "restored"))
