"""A city with a finished draw, and its backup."""

from pathlib import Path

import pytest

from models.settings import Settings
from processes.backup import write_backup
from tests.city import City, city, county
from tests.processes.backup.world import finished

__all__ = ["city", "county"]


@pytest.fixture
def source(city: City) -> City:
    return finished(city)


@pytest.fixture
def backup(source: City, tmp_path: Path) -> Path:
    path = tmp_path / "city.backup"
    write_backup(source.settings, path)
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """An installation on which nothing has run."""
    return Settings(data_dir=str(tmp_path / "restored"))
