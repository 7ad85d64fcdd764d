"""Decision tables: what each kind of test means, and which rows win."""

import pytest

from processes.sandbox.errors import SandboxSyntaxError
from processes.sandbox.sandbox import Sandbox
from processes.spiff.decisions import OverlappingRulesError
from processes.spiff.errors import UnsupportedDiagramError
from processes.spiff.unary import condition
from tests.processes.diagrams import data
from tests.processes.runs import Run, prepare, source

HOLDS = {
    "-": [1, "a", None],
    "": [1],
    '"a"': ["a"],
    '"a", "b,c"': ["a", "b,c"],
    "3": [3],
    "< 300000": [299_999],
    ">= 5": [5, 6],
    "!= 5": [4],
    "= 5": [5],
    "[1..5]": [1, 5],
    "(1..5)": [2, 4],
    "]1..5]": [5],
    "[1..5[": [1],
    "< 2, > 8": [1, 9],
    "true": [True],
    "false": [False],
    "null": [None],
    "not(3)": [4],
    'not("a","b")': ["c"],
    "not([1..5])": [6],
    "300 <= ? and ? < 1000": [300, 999],
    "? = 3": [3],
    "len(?) > 2": [[1, 2, 3]],
    '"why?"': ["why?"],
    '"true"': ["true"],
}
FAILS = {
    '"a"': ["b"],
    '"a", "b,c"': ["b", "c", "a, b"],
    "< 300000": [300_000],
    "[1..5]": [0, 6],
    "(1..5)": [1, 5],
    "]1..5]": [1],
    "[1..5[": [5],
    "< 2, > 8": [2, 8],
    "true": [False],
    "null": [0],
    "not(3)": [3],
    'not("a","b")': ["a", "b"],
    "300 <= ? and ? < 1000": [299, 1000],
    '"true"': ["True"],
}


@pytest.mark.parametrize("test", HOLDS)
def test_a_test_holds_for(test):
    for value in HOLDS[test]:
        assert Sandbox().evaluate(condition("x", test), {"x": value})


@pytest.mark.parametrize("test", FAILS)
def test_a_test_fails_for(test):
    for value in FAILS[test]:
        assert not Sandbox().evaluate(condition("x", test), {"x": value})


@pytest.mark.parametrize("test", ["1 2", "<", "[1..", "if x then", "'a"])
def test_what_is_no_test_is_refused(test):
    with pytest.raises(SandboxSyntaxError):
        condition("x", test)


def test_two_rows_of_a_unique_table_may_not_hold_at_once():
    with pytest.raises(OverlappingRulesError) as caught:
        Run("decision", "method_overlap.dmn", budget=1, urgent=False)
    assert caught.value.details == {"first": 1, "second": 2}


def test_an_unknown_policy_is_refused_when_the_flow_is_prepared():
    table = data("method_first.dmn").replace(b"FIRST", b"PRIORITY")
    with pytest.raises(UnsupportedDiagramError, match="PRIORITY"):
        with_table(table)


def test_a_bad_test_names_its_row():
    table = data("method_first.dmn").replace(b"&lt; 1000000", b"1 1")
    with pytest.raises(UnsupportedDiagramError, match="第 3 条"):
        with_table(table)


def test_a_collecting_table_gives_lists():
    table = data("method_first.dmn").replace(b"FIRST", b"COLLECT")
    run = Run(with_table(table), budget=1, urgent=True)
    found = run.runtime.open_tasks()[0].data["method"]
    assert found == ["emergency", "entrusted", "random_draw", "reverse_auction"]


def with_table(table: bytes):
    from processes.specs import Source, SpecCache

    given = source("decision")
    return SpecCache(lambda key: Source(key, "flow", given.bpmn, (table,))).get("decision:1")


def test_a_table_is_asked_in_one_round_trip():
    prepared = prepare("decision", "method_unique.dmn")
    run = Run(prepared, budget=300_000, urgent=False)
    asked = []
    helper = run.engine.sandbox.helper
    original = helper.call
    helper.call = lambda *args: asked.append(args) or original(*args)
    try:
        Run(prepared, budget=2_000_000, urgent=False)
    finally:
        del helper.call
    assert len(asked) <= 1
