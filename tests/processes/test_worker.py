"""The worker's own parts: its broker, its beat, its doorbell."""

import pytest
from kombu import Connection
from sqlalchemy import create_engine, text

from models.settings import Settings
from processes import jobs, leases, worker
from tests.worker_process import until

QUEUE = "trimmed"


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=str(tmp_path))


@pytest.fixture
def app(database, settings):
    return worker.make_app(settings)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:////data/broker.sqlite3", "sqla+sqlite:////data/broker.sqlite3"),
        ("postgresql://u@h/b", "sqla+postgresql://u@h/b"),
        ("redis://h:6379/0", "redis://h:6379/0"),
    ],
)
def test_a_databases_address_serves_as_a_broker_too(given, used):
    assert worker.broker_address(Settings(broker_url=given)) == used


def test_the_default_broker_is_a_file_of_its_own(settings):
    assert worker.broker_address(settings) != f"sqla+{settings.database}"
    assert "broker.sqlite3" in worker.broker_address(settings)


def test_delivered_wake_ups_are_deleted_and_waiting_ones_kept(app, settings):
    with Connection(worker.broker_address(settings)) as connection:
        wake_ups = connection.SimpleQueue(QUEUE)
        for number in range(3):
            wake_ups.put(number)
        wake_ups.get(timeout=1).ack()
    worker.trim_broker(settings)
    assert messages_at(settings) == 2


def test_of_two_beats_only_the_one_with_the_lease_beats(app, monkeypatch):
    sent = []
    monkeypatch.setattr(
        worker.Scheduler, "tick", lambda self, *_, **__: sent.append(self._holder) or 1.0
    )
    first, second = (worker.LeasedScheduler(app=app, lazy=True) for _ in range(2))
    first._holder, second._holder = "first", "second"
    assert first.tick() == 1.0
    assert second.tick() == worker.BEAT_EVERY
    leases.release(leases.BEAT, "first")
    second.tick()
    assert sent == ["first", "second"]


def test_a_beat_without_a_database_tries_again(app, monkeypatch):
    def away(*_):
        raise OSError

    monkeypatch.setattr(worker, "hold", away)
    assert worker.LeasedScheduler(app=app, lazy=True).tick() == worker.BEAT_EVERY


def test_a_full_doorbell_lets_wake_ups_go_and_blocks_nobody(app, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_WAITING", 2)
    bell = jobs.Doorbell(app)
    monkeypatch.setattr(bell, "_start", lambda: None)
    for number in range(5):
        bell("job", str(number))
    assert bell._waiting.qsize() == 2


def test_after_a_refused_wake_up_the_doorbell_rests_and_then_rings_again(app, monkeypatch):
    monkeypatch.setattr(jobs, "BROKER_REST", 0.0)
    rung, answers = [], iter([False, True])
    bell = jobs.Doorbell(app)
    monkeypatch.setattr(bell, "_publish", lambda *what: rung.append(what) or next(answers))
    bell("job", "a")
    bell("message", "b")
    assert until(lambda: len(rung) == 2)


def test_a_doorbell_rings_at_its_own_broker_whatever_application_came_later(database, tmp_path):
    former, later = (Settings(data_dir=str(tmp_path / name)) for name in ("former", "later"))
    for settings in (former, later):
        settings.directory.mkdir()
    bell = jobs.Doorbell(worker.make_app(former))
    worker.make_app(later)
    assert bell._publish("job", "a")
    assert messages_at(former) == 1
    assert not (later.directory / "broker.sqlite3").exists()


def messages_at(settings):
    engine = create_engine(worker.broker_address(settings).removeprefix("sqla+"))
    with engine.connect() as connection:
        number = connection.scalar(text("SELECT count(*) FROM kombu_message"))
    engine.dispose()
    return number


def test_looking_at_the_broker_again_and_again_uses_up_nothing(app):
    for _ in range(40):
        jobs.check_broker()
