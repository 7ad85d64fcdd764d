"""Forms of a rehearsal's page: a number or an amount that is none is said, whatever was sent."""

import pytest

from processes.rehearsal.seen import Seen
from web.workbench.rehearsal_acts import TooLittleToldError, act_told

NOTHING = Seen(clock="2026-11-09T09:00:00+08:00", next=None, open=[], cases=[])


@pytest.fixture
def seen() -> Seen:
    return NOTHING


@pytest.mark.parametrize("yuan", ["", "x", "NaN", "Infinity", "1e999999999", "9" * 5_000, "-1"])
def test_an_amount_that_is_none_is_said(seen, yuan) -> None:
    given = {"verb": "event", "event": "bid", "who": ["contractor1"], "yuan": yuan}
    with pytest.raises(TooLittleToldError, match="金额"):
        act_told(given, seen)


def test_an_amount_is_counted_in_fen(seen) -> None:
    given = {"verb": "event", "event": "bid", "who": ["contractor1"], "yuan": "1,234.50"}
    assert act_told(given, seen)["offers"] == {"contractor1": 123_450}


@pytest.mark.parametrize("typed", ["x", "-1", "²", "9" * 5_000, "10001"])
@pytest.mark.parametrize("unit", ["working_days", "hours"])
def test_a_wait_that_is_no_number_is_said(seen, unit, typed) -> None:
    with pytest.raises(TooLittleToldError, match="等多久"):
        act_told({"verb": "wait", unit: typed}, seen)


@pytest.mark.parametrize(("text", "value"), [("5", 5), ("--5", "--5"), ("9" * 50, "9" * 50)])
def test_a_rules_value_is_a_number_only_when_it_is_one(seen, text, value) -> None:
    given = {"verb": "event", "event": "rule", "key": "a.b", "value": text}
    assert act_told(given, seen)["value"] == value
