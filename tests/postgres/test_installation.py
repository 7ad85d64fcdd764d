"""A whole installation on PostgreSQL: set up, demonstrated, woken by the clock, found sound."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models import calendar, clock
from models.flow.rules import forget_rules
from models.ids import new_id
from models.selection.tables import Draw, DrawState
from models.session import reading
from models.settings import Settings
from processes import training_clock
from processes.checkup import check_up
from processes.demo import build_demonstration
from processes.leases import report_alive
from processes.setting_up import load_shipped_packs, prepare_database, prepare_installation
from processes.startup import start
from processes.sweeper import sweep_until_quiet
from tests.postgres.conftest import run


@pytest.fixture
def settings(postgres_server, tmp_path):
    name = f"d_{new_id()}"
    run(postgres_server, f"CREATE DATABASE {name}")
    calendar.forget_calendar()
    forget_rules()
    settings = Settings(
        data_dir=str(tmp_path / "data"), database_url=postgres_server.format(database=name)
    )
    first = prepare_database(settings)
    engine = start(settings)
    yield settings
    clock.install_business_clock(clock.system_now)
    forget_rules()
    for each in (first, engine):
        each.dispose()


def draws():
    with reading() as session:
        return {draw.id: draw.state for draw in session.scalars(select(Draw))}


@pytest.mark.req("PL-7")
def test_the_demonstration_lives_on_postgresql(settings):
    prepare_installation(settings)
    load_shipped_packs(settings)
    build_demonstration(settings)
    sweep_until_quiet(settings)
    before = draws()
    open_ones = [each for each, state in before.items() if state is DrawState.OPEN]

    with reading() as session:
        ends = {each: session.get_one(Draw, each).freeze_at for each in open_ones}
    open_one = min(open_ones, key=lambda each: ends[each])
    closes: datetime = ends[open_one]
    training_clock.move(settings, closes + timedelta(minutes=1))
    sweep_until_quiet(settings)

    assert draws()[open_one] is DrawState.FROZEN
    report_alive()
    assert [line for line in check_up(settings) if line.fault] == []
