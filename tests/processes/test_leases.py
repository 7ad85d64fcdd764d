"""Leases: one holder at a time, handed on when it ends."""

from datetime import timedelta

import pytest
import time_machine

from models.clock import system_now
from processes import leases

pytestmark = pytest.mark.usefixtures("database")
MINUTE = timedelta(minutes=1)


def test_only_one_holds_and_the_holder_renews():
    assert leases.hold("beat", "a", MINUTE)
    assert not leases.hold("beat", "b", MINUTE)
    assert leases.hold("beat", "a", MINUTE)


def test_another_takes_over_when_the_lease_has_ended():
    leases.hold("beat", "a", MINUTE)
    with time_machine.travel(system_now() + MINUTE * 2):
        assert leases.hold("beat", "b", MINUTE)
        assert not leases.hold("beat", "a", MINUTE)


def test_a_released_lease_is_free_at_once():
    leases.hold("beat", "a", MINUTE)
    leases.release("beat", "b")
    assert not leases.hold("beat", "b", MINUTE)
    leases.release("beat", "a")
    assert leases.hold("beat", "b", MINUTE)


def test_a_worker_that_no_longer_reports_counts_as_absent():
    with pytest.raises(leases.WorkerAbsentError):
        leases.check_worker()
    leases.report_alive()
    leases.report_alive()
    leases.check_worker()
    with (
        time_machine.travel(system_now() + leases.ALIVE_FOR + MINUTE),
        pytest.raises(leases.WorkerAbsentError),
    ):
        leases.check_worker()
