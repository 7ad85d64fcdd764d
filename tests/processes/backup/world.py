"""A city with a finished draw, and what two installations must have in common."""

import zipfile
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from sqlalchemy import Engine, select

from models import schema
from models import session as sessions
from models.calendar import forget_calendar
from models.clock import business_clock, fixed
from models.flow.rules import forget_rules
from models.selection import verifier
from models.selection.tables import Draw, DrawState
from models.session import reading
from models.settings import Settings
from processes.ledger_check import check_log
from processes.sequencer import sequence
from tests.city import SELECTION, City


def stamped(engine: Engine) -> None:
    """Note the newest revision in a database whose tables were made at once."""
    made = schema.config()
    with engine.begin() as connection:
        made.attributes["connection"] = connection
        command.stamp(made, "head")


def finished(city: City) -> City:
    """Publish one draw, leave another open, sequence the log."""
    stamped(city.engine)
    city.published(1, 2, 3)
    city.announced(4, 5)
    with business_clock(fixed(SELECTION)):
        sequence(city.settings)
    return city


def use(engine: Engine) -> None:
    """Let this process look at a database."""
    sessions.bind(engine)
    forget_calendar()
    forget_rules()


def contents(path: Path) -> dict[str, list[bytes]]:
    """Every table's lines in a backup, in one order for either database."""
    with zipfile.ZipFile(path) as archive:
        return {
            name: sorted(archive.read(name).splitlines())
            for name in archive.namelist()
            if name.startswith("tables/")
        }


def manifest(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        found: dict[str, Any] = orjson.loads(archive.read("manifest.json"))
    return found


def assert_whole(settings: Settings) -> None:
    """The log is the signed one, and a finished draw's proof holds against its notice's plan."""
    with reading() as session:
        assert check_log(session).size > 10
        draws = session.scalars(select(Draw).where(Draw.state == DrawState.PUBLISHED)).all()
    assert len(draws) == 1
    verifier.verify(orjson.loads(draws[0].public_proof), draws[0].plan_hash)
