"""The harness itself must be able to fail: it finds work that is half done or lost."""

import pytest

from models.flow.job import Setting
from models.session import unit_of_work
from tests.crash.harness import check_every_ending


def put(name, value):
    with unit_of_work() as session:
        session.merge(Setting(name=name, value=value))


def test_one_transaction_passes(empty_world):
    def step(_):
        with unit_of_work() as session:
            session.merge(Setting(name="a", value=1))
            session.flush()
            session.merge(Setting(name="b", value=1))

    whole = check_every_ending(empty_world, step)
    assert len(whole.stages) == 2
    assert whole.endings >= 4


def test_two_transactions_that_belong_together_are_found_when_nobody_finishes_them(empty_world):
    def step(_):
        put("a", 1)
        put("b", 1)

    with pytest.raises(AssertionError, match="led to another end"):
        check_every_ending(empty_world, step, again=lambda _: None)


def test_a_step_that_counts_again_when_repeated_is_found(empty_world):
    def step(_):
        with unit_of_work() as session:
            row = session.get(Setting, "count") or Setting(name="count", value=0)
            row.value = row.value + 1
            session.add(row)

    with pytest.raises(AssertionError, match="led to another end"):
        check_every_ending(empty_world, step)
