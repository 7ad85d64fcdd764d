"""The training clock: only where nothing real happens, only forward, the same for all processes."""

from datetime import datetime, timedelta

import pytest
import time_machine

from models import clock
from models.clock import CHINA, business_now, system_now
from models.flow.job import Setting
from models.session import unit_of_work
from models.settings import Settings
from processes import training_clock

REAL = Settings()
TRAINING = Settings(training="1")
DAY = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def former_clock(database):
    yield
    clock.install_business_clock(system_now)
    training_clock._clock.forget()


def test_an_installation_for_real_business_follows_the_machine_and_is_not_moved():
    assert not training_clock.install(REAL)
    with pytest.raises(training_clock.ClockForbiddenError, match="真实业务"):
        training_clock.move(REAL, DAY)


def test_a_demonstration_may_move_its_clock_without_the_setting():
    with unit_of_work() as session:
        session.add(Setting(name=training_clock.DEMONSTRATION, value=True))
    training_clock.store(DAY, running=False)
    assert training_clock.install(REAL)
    assert business_now() == DAY


def test_a_standing_clock_stays_and_a_running_one_runs():
    training_clock.install(TRAINING)
    training_clock.store(DAY, running=False)
    with time_machine.travel(system_now() + timedelta(hours=2)):
        assert business_now() == DAY
    training_clock.store(DAY, running=True)
    with time_machine.travel(system_now() + timedelta(hours=2), tick=False):
        assert abs(business_now() - DAY - timedelta(hours=2)) < timedelta(seconds=5)


def test_it_never_goes_backwards_and_says_why():
    training_clock.store(DAY, running=False)
    training_clock.install(TRAINING)
    with pytest.raises(training_clock.ClockBackwardsError, match="只能向前"):
        training_clock.move(TRAINING, DAY - timedelta(minutes=1))
    assert business_now() == DAY


def test_a_move_keeps_it_standing_unless_told_otherwise():
    training_clock.store(DAY, running=False)
    training_clock.move(TRAINING, DAY + timedelta(days=1))
    assert "fixed" in training_clock.stored()
    training_clock.move(TRAINING, DAY + timedelta(days=2), running=True)
    assert "offset" in training_clock.stored()


def test_another_process_sees_a_move_within_a_second():
    training_clock.store(DAY, running=False)
    other = training_clock.TrainingClock()
    assert other() == DAY
    training_clock.store(DAY + timedelta(days=1), running=False)
    assert other() == DAY
    other._looked_at -= training_clock.LOOK_EVERY
    assert other() == DAY + timedelta(days=1)


def test_before_anybody_set_it_a_training_clock_shows_the_machines_time():
    assert training_clock.install(TRAINING)
    assert abs(business_now() - system_now()) < timedelta(seconds=2)
