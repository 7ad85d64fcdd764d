"""A town whose three guardians run on machines of their own."""

from pathlib import Path

import pytest

from models.settings import Settings
from tests import seeding
from tests.guardians.doors import machine
from web.app import create_app

NAMES = ("centre", "discipline", "regulator")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64)


@pytest.fixture
def town(database, settings):
    return seeding.build_town(settings)


@pytest.fixture
def machines(town, settings, tmp_path):
    """Three machines, each with a key of its own, before anything is sealed."""
    client = create_app(settings).test_client()
    return {name: machine(settings, client, name, tmp_path / name) for name in NAMES}
