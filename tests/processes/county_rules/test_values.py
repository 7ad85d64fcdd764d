"""What a clerk types becomes a dated value, or a sentence at the field says what to do."""

from datetime import date

import pytest

from models.settings import BPMN
from processes.county_rules.values import RuleFaultyError, bounds_of, typed_value, words_of
from processes.packs.rules import Declared, read_rules

RULES, _ = read_rules((BPMN / "base" / "rules.toml").read_bytes(), None)
TODAY = date(2026, 11, 18)
PERIOD, SWITCH = RULES["notice.minimum_period"], RULES["intake.budget_required"]
MONEY = Declared("x.y", "限额", "fen", 100, 500_000_00)


def typed(head, value, from_on="2027-01-01", source="办法第十条"):
    return typed_value(head, {"value": value, "from_on": from_on, "source": source}, TODAY)


def wrong(*given, **more):
    with pytest.raises(RuleFaultyError) as caught:
        typed(*given, **more)
    return caught.value.fields


@pytest.mark.parametrize(
    ("head", "text", "value"),
    [
        (PERIOD, "5", 5),
        (SWITCH, "false", False),
        (RULES["day.closes_at"], "17:00", "17:00"),
        (RULES["bidding.below_floor"], "reject", "reject"),
        (MONEY, "386,400.00", 38_640_000),
    ],
)
def test_each_unit_takes_its_own_writing(head, text, value):
    assert typed(head, text).value == value


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (PERIOD, "0"),
        (PERIOD, "31"),
        (PERIOD, "5.5"),
        (PERIOD, "-1"),
        (PERIOD, "五"),
        (PERIOD, "9" * 5000),
        (PERIOD, ""),
        (SWITCH, "yes"),
        (RULES["day.closes_at"], "25:00"),
        (RULES["bidding.below_floor"], "other"),
        (MONEY, "500001"),
        (RULES["project.number_prefix"], "X" * 101),
        (RULES["project.number_prefix"], "XE\u202e"),
    ],
)
def test_what_does_not_fit_is_told_at_the_field(head, text):
    assert list(wrong(head, text)) == ["value"]


@pytest.mark.parametrize("day", ["2026-11-17", "2027-02-30", "", "9999-12-31", "明天"])
def test_a_day_that_is_past_or_none_is_told_at_the_field(day):
    assert list(wrong(PERIOD, "5", from_on=day)) == ["from_on"]


@pytest.mark.parametrize("source", ["", " ", "x" * 201, "一\n二"])
def test_a_value_needs_its_article(source):
    assert list(wrong(PERIOD, "5", source=source)) == ["source"]


def test_bounds_and_values_are_told_in_words():
    assert bounds_of(PERIOD) == "1 至 30"
    assert bounds_of(MONEY) == "¥\u00a01.00 至 ¥\u00a0500,000.00"
    assert words_of(PERIOD, 3) == "3个工作日"
    assert words_of(RULES["notice.draft_within"], 0) == "当日"
    assert words_of(SWITCH, True) == "是"
    assert words_of(MONEY, 100) == "¥\u00a01.00"


def test_every_choice_of_the_base_has_words():
    from processes.county_rules.values import CHOICE_WORDS

    assert {one for head in RULES.values() for one in head.choices} <= set(CHOICE_WORDS)
    from processes.county_rules.reading import GROUPS

    assert {key.partition(".")[0] for key in RULES} <= set(GROUPS)
