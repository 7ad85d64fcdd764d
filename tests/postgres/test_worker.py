"""PostgreSQL as database and as broker: nothing else is needed for several machines."""

import pytest
from sqlalchemy import select

from models import outbox as owed
from models.flow.job import JobState, Lease, OutboundMessage
from models.ids import new_id
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import jobs
from processes import worker as workers
from processes.leases import WORKER
from processes.setting_up import prepare_database
from tests.postgres.conftest import run
from tests.worker_process import NEVER, until, worker


@pytest.fixture
def settings(postgres_server, tmp_path):
    names = [f"w_{new_id()}" for _ in range(2)]
    for name in names:
        run(postgres_server, f"CREATE DATABASE {name}")
    database, broker = (postgres_server.format(database=name) for name in names)
    settings = Settings(data_dir=str(tmp_path / "data"), database_url=database, broker_url=broker)
    engine = prepare_database(settings)
    yield settings
    engine.dispose()


def is_sent():
    with reading() as session:
        return session.scalar(select(OutboundMessage.state)) is JobState.DONE


def reports_alive():
    with reading() as session:
        return session.get(Lease, WORKER) is not None


def test_a_doorbell_through_postgresql_brings_the_message_to_a_worker(settings, monkeypatch):
    monkeypatch.setattr(owed, "_doorbell", [])
    with worker(settings, sweep_every=NEVER):
        assert until(reports_alive)
        workers.connect(settings)
        jobs.check_broker()
        with unit_of_work() as session:
            owed.notify(
                session, channel="sms", recipient="1", template="t", values={}, key="award:1"
            )
        assert until(is_sent)
    workers.trim_broker(settings)
