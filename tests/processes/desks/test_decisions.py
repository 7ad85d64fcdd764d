"""What the decision editor asks: findings, questions of a trial, the engine's own answers."""

from pathlib import Path

import pytest

from processes.desks import decisions, names, uses
from processes.desks.decisions import TableWrongError
from processes.desks.names import NewFile

BPMN = Path(__file__).resolve().parents[3] / "bpmn"
PACK = BPMN / "base"
FILES = {
    one.relative_to(PACK).as_posix(): one.read_bytes() for one in PACK.rglob("*") if one.is_file()
}
SCHEME = FILES["decisions/qualification_scheme.dmn"].decode()
AMOUNTS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="n" namespace="x">
<decision id="amounts" name="n"><decisionTable id="t" hitPolicy="{policy}">
<input id="i" label="金额"><inputExpression id="e" typeRef="number"><text>project["price"]</text></inputExpression></input>
<input id="j" label="应急"><inputExpression id="f" typeRef="boolean"><text>urgent</text></inputExpression></input>
<output id="o" label="签批" name="sign.by" typeRef="string" />
<rule id="r1"><inputEntry id="a"><text>&lt; 300000</text></inputEntry><inputEntry id="b"><text>-</text></inputEntry><outputEntry id="c"><text>"centre"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="k"><text>[200000..400000]</text></inputEntry><inputEntry id="l"><text>true</text></inputEntry><outputEntry id="m"><text>"leader"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
SHIPPED = sorted(BPMN.glob("**/decisions/*.dmn"))


def table(policy="UNIQUE", **changed):
    text = AMOUNTS.format(policy=policy)
    for before, after in changed.items():
        text = text.replace(before, after)
    return text


def told(text, name="amounts"):
    return [one.message for one in decisions.findings_of(text, name, []) if one.level == "error"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda one: one.stem)
def test_no_shipped_table_has_a_finding(path):
    used = uses.uses_of_decision(FILES, path.stem)
    found = decisions.findings_of(path.read_text(), path.stem, used)
    assert [one for one in found if one.level == "error"] == []


def test_a_trial_asks_for_what_the_conditions_read():
    price, urgent = decisions.questions_of(table())
    assert (price.name, price.label, price.type) == ("project.price", "金额", "number")
    assert (urgent.name, urgent.type) == ("urgent", "boolean")

    (scheme,) = decisions.questions_of(SCHEME)
    assert scheme.options[:2] == ("building_general", "municipal_general")


@pytest.mark.parametrize(
    ("policy", "price", "rows", "outputs"),
    [
        ("UNIQUE", 100_000, [1], {"sign": {"by": "centre"}}),
        ("FIRST", 250_000, [1], {"sign": {"by": "centre"}}),
        ("COLLECT", 250_000, [1, 2], {"sign": [{"by": "centre"}, {"by": "leader"}]}),
        ("UNIQUE", 500_000, [], {}),
    ],
)
def test_a_trial_decides_as_the_engine_does(session, policy, price, rows, outputs):
    values = {"project.price": price, "urgent": True}
    answer = decisions.tried(session, "dazhou", table(policy), values)
    assert (answer["rows"], answer["outputs"]) == (rows, outputs)


def test_two_rules_at_once_and_a_missing_value_are_told_in_words(session):
    with pytest.raises(TableWrongError, match="同时成立"):
        decisions.tried(session, "dazhou", table(), {"project.price": 250_000, "urgent": True})
    with pytest.raises(TableWrongError):
        decisions.tried(session, "dazhou", table(), {"project.price": "多", "urgent": True})
    with pytest.raises(TableWrongError):
        decisions.tried(session, "dazhou", table(), {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<a/>",
        "决策",
        '<!DOCTYPE x [<!ENTITY a "b">]><a/>',
        table(PRIORITY="x", UNIQUE="PRIORITY"),
        table(**{'"centre"': "__import__('os')"}),
        table(**{'"centre"': "(" * 3000}),
        table(**{'name="sign.by"': 'name="1 x"'}),
        table(**{'id="amounts"': 'id="other"'}),
        table(**{'project["price"]': "project.price"}),
    ],
)
def test_a_table_that_will_not_run_is_found(session, text):
    assert told(text)


@pytest.mark.parametrize("text", ["", "<a/>", "决策", table(urgent="while True")])
def test_a_table_that_cannot_be_read_is_not_tried(session, text):
    with pytest.raises(TableWrongError):
        decisions.tried(session, "dazhou", text, {"project.price": 1})


def test_a_text_that_never_ends_is_cut_off(session):
    endless = table(**{'"centre"': '"x" * 2000000000', "urgent": "urgent"})
    with pytest.raises(TableWrongError):
        decisions.tried(session, "dazhou", endless, {"project.price": 1, "urgent": False})


def test_outputs_that_flows_may_miss_are_told():
    used = uses.uses_of_decision(FILES, "qualification_scheme")
    assert len(used) >= 1
    renamed = SCHEME.replace('name="category"', 'name="sort"')
    (one,) = decisions.lost_outputs(SCHEME.encode(), renamed, used)
    assert "category" in one.message
    assert decisions.lost_outputs(SCHEME.encode(), SCHEME, used) == []


def test_a_new_table_is_sound_empty_or_copied():
    path, body = names.new_decision(FILES, NewFile("sign_off", "签批"))
    assert path == "decisions/sign_off.dmn"
    assert told(body.decode(), "sign_off") == []

    _, copied = names.new_decision(FILES, NewFile("sign_off", "签批", "qualification_scheme"))
    assert told(copied.decode(), "sign_off") == []
    assert b"qualification_scheme" not in copied
