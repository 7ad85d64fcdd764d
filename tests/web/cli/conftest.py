"""An installation that ``smallworks setup`` prepared, for the commands."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from models import clock
from models.calendar import forget_calendar
from models.flow.rules import forget_rules
from models.settings import Settings
from processes.setting_up import load_shipped_packs, prepare_database, prepare_installation
from tests.built import once
from web.cli import main


@pytest.fixture(scope="session")
def prepared() -> Path:
    """A closed data directory with the shipped packs."""
    return once("prepared", prepare) / "data"


def prepare(folder: Path) -> None:
    settings = Settings(data_dir=str(folder / "data"))
    engine = prepare_database(settings)
    prepare_installation(settings)
    load_shipped_packs(settings)
    engine.dispose()


@pytest.fixture
def installation(prepared: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it for one test; the clock is put back afterwards."""
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder)
    _forget()
    yield folder
    _forget()


def _forget() -> None:
    """Drop what this process remembers of another installation."""
    forget_calendar()
    forget_rules()
    clock.install_business_clock(clock.system_now)


@pytest.fixture
def command(installation: Path):
    """Run one command on the installation; returns exit code and output."""

    def run(*arguments: str, **environ: str) -> tuple[int, str]:
        environ = {"SMALLWORKS_DATA_DIR": str(installation), **environ}
        result = CliRunner().invoke(main, arguments, env=environ, catch_exceptions=False)
        return result.exit_code, result.output

    return run
