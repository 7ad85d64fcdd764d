"""Web and worker through a real Redis, and what happens without one."""

import pytest
import redis
from sqlalchemy import select

from models import outbox as owed
from models.flow.job import JobState, OutboundMessage
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import jobs
from processes import worker as workers
from processes.leases import WORKER
from processes.setting_up import prepare_database
from tests.worker_process import NEVER, until, worker


@pytest.fixture
def settings(redis_url, tmp_path):
    settings = Settings(data_dir=str(tmp_path / "data"), broker_url=redis_url)
    engine = prepare_database(settings)
    yield settings
    engine.dispose()


@pytest.fixture
def bell(monkeypatch):
    """Ring for what is owed in this test only."""
    monkeypatch.setattr(owed, "_doorbell", [])


def owe(key):
    with unit_of_work() as session:
        owed.notify(
            session, channel="sms", recipient="1", template="t", values={"text": "词"}, key=key
        )


def states():
    with reading() as session:
        return dict(session.execute(select(OutboundMessage.key, OutboundMessage.state)).all())


def is_sent(key):
    return states().get(key) is JobState.DONE


def reports_alive():
    from models.flow.job import Lease

    with reading() as session:
        return session.get(Lease, WORKER) is not None


def test_a_doorbell_brings_the_message_to_a_worker_that_never_sweeps_again(settings, bell):
    with worker(settings, sweep_every=NEVER):
        assert until(reports_alive)
        workers.connect(settings)
        jobs.check_broker()
        owe("award:1")
        assert until(lambda: is_sent("award:1"))


def test_two_workers_share_the_work_and_send_each_message_once(settings, bell):
    workers.connect(settings)
    for number in range(10):
        owe(f"award:{number}")
    with worker(settings), worker(settings):
        assert until(lambda: set(states().values()) == {JobState.DONE})
    with reading() as session:
        assert set(session.scalars(select(OutboundMessage.attempts))) == {1}


def test_without_a_broker_a_request_succeeds_and_a_sweep_finds_the_message(
    settings, bell, unused_port
):
    alone = Settings(data_dir=settings.data_dir, broker_url=f"redis://127.0.0.1:{unused_port}/0")
    workers.connect(alone)
    owe("award:1")
    with worker(alone):
        assert until(lambda: is_sent("award:1"))


def test_the_doorbell_rings_again_after_its_connections_were_cut(settings, redis_url, bell):
    app = workers.connect(settings)
    server = redis.Redis.from_url(redis_url)
    ring = jobs.Doorbell(app)
    assert ring._publish("job", "a")
    server.client_kill_filter(_type="normal", skipme=True)
    ring._publish("job", "b")  # may find out that the connection is gone
    assert ring._publish("job", "c")
    jobs.check_broker()
    server.delete(jobs.QUEUE)
    server.close()


def test_a_killed_worker_loses_nothing(settings, bell):
    with worker(settings, sweep_every=NEVER) as first:
        assert until(reports_alive)
        first.kill()
        first.wait()
    workers.connect(settings)
    owe("award:1")
    with worker(settings):
        assert until(lambda: is_sent("award:1"))
