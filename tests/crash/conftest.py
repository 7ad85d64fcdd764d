"""Where the worlds of the crash tests begin."""

from pathlib import Path

import pytest

from models.base import Base
from models.session import make_engine
from tests.crash.harness import DATABASE


@pytest.fixture
def empty_world(tmp_path: Path) -> Path:
    """A closed world with every table and no row."""
    folder = tmp_path / "start"
    folder.mkdir()
    engine = make_engine(f"sqlite:///{folder / DATABASE}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return folder
