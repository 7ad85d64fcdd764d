"""A dated value goes into the rules' text and out of it; everything else stays as it was."""

import tomllib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.settings import BPMN
from processes.county_rules.editing import RulesUnreadableError, remove_value, set_value
from processes.packs.rules import Value, read_rules

BASE = (BPMN / "base" / "rules.toml").read_bytes()
RULES, _ = read_rules(BASE, None)
COUNTY = (BPMN / "counties" / "dazhou" / "rules.toml").read_bytes()
FROM = date(2027, 3, 1)


def test_a_value_is_added_and_no_other_line_changes():
    changed = set_value(COUNTY, "publicity.period", Value(FROM, 5, "办法第十条"))

    rules, found = read_rules(changed, RULES)
    assert found == []
    assert rules["publicity.period"].values[-1] == Value(FROM, 5, "办法第十条")
    before, after = lines_of(COUNTY), lines_of(changed)
    new = [
        "[[publicity.period.values]]",
        "from = 2027-03-01",
        "value = 5",
        'source = "办法第十条"',
    ]
    place = after.index("from = 2027-03-01") - 1
    assert after[place : place + 4] == new
    assert after[:place] + after[place + 4 :] == before


def lines_of(body: bytes) -> list[str]:
    return [line for line in body.decode().splitlines() if line.strip()]


def test_comments_of_the_file_stay():
    text = b'# \xe6\xb3\xa8\n[notice.minimum_period]\n[[notice.minimum_period.values]]\nfrom = 2026-01-01 # \xe8\xb5\xb7\nvalue = 3\nsource = "a"\n'

    changed = set_value(text, "notice.minimum_period", Value(FROM, 5, "b"))

    assert changed.startswith(text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(RULES)), st.dates(date(2026, 1, 1), date(2090, 1, 1)))
@pytest.mark.parametrize("body", [BASE, COUNTY, b""], ids=["base", "county", "empty"])
def test_what_was_added_is_taken_out_again(body, key, day):
    head = RULES[key]
    value = Value(day, head.values[0].value, '依据"一"\\二')
    held = tomllib.loads(body.decode())

    changed = set_value(body, key, value)
    group, name = key.split(".", 1)
    there = tomllib.loads(changed.decode())[group][name]["values"]
    assert {"from": day, "value": value.value, "source": value.source} in there

    back = tomllib.loads(remove_value(changed, key, day).decode())
    before = held.get(group, {}).get(name, {}).get("values", [])
    if all(one["from"] != day for one in before):
        assert back == held


def test_a_value_of_the_same_day_is_replaced():
    once = set_value(COUNTY, "notice.minimum_period", Value(FROM, 5, "一"))
    twice = set_value(once, "notice.minimum_period", Value(FROM, 7, "二"))

    values = read_rules(twice, RULES)[0]["notice.minimum_period"].values
    assert [one for one in values if one.from_on == FROM] == [Value(FROM, 7, "二")]


def test_a_file_written_in_another_way_keeps_what_it_says():
    text = '[publicity]\nperiod = { values = [{ from = 2026-01-01, value = 3, source = "a" }] }\n'

    changed = set_value(text.encode(), "publicity.period", Value(FROM, 5, "b"))

    values = read_rules(changed, RULES)[0]["publicity.period"].values
    assert [one.value for one in values] == [3, 5]


def test_a_file_with_a_mistake_is_not_written_over():
    with pytest.raises(RulesUnreadableError):
        set_value(b"[publicity", "publicity.period", Value(FROM, 5, "b"))
