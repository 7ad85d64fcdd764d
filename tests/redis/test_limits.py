"""Several web processes count sign-ins together in Redis, and each for itself without it."""

import dataclasses

import pytest

from models.settings import Settings
from processes.setting_up import prepare_database
from web.app import create_app
from web.blueprints import SIGN_IN_LIMIT

TOO_MANY = 429
ALLOWED = int(SIGN_IN_LIMIT.split()[0])


@pytest.fixture
def settings(redis_url, tmp_path):
    broker = redis_url.replace("/0", "/2")
    settings = Settings(data_dir=str(tmp_path / "data"), broker_url=broker)
    engine = prepare_database(settings)
    yield settings
    engine.dispose()


def tries(app, times):
    browser = app.test_client()
    return [browser.post("/sign-in", data={}).status_code for _ in range(times)]


def test_two_processes_count_together(settings):
    one, other = create_app(settings), create_app(settings)
    assert TOO_MANY not in tries(one, ALLOWED // 2) + tries(other, ALLOWED // 2)
    assert tries(one, 1) == tries(other, 1) == [TOO_MANY]


def test_without_redis_each_counts_for_itself(settings, unused_port):
    away = dataclasses.replace(settings, broker_url=f"redis://127.0.0.1:{unused_port}/0")
    app = create_app(away)
    assert TOO_MANY not in tries(app, ALLOWED)
    assert tries(app, 1) == [TOO_MANY]
