"""Decision tables before they are published."""

import pytest

from processes.lint import check_decision, outputs_of
from processes.xml import BadDiagramError
from tests.processes.diagrams import data

GOOD = data("method_first.dmn")


@pytest.mark.parametrize("name", ["method_first", "method_unique", "method_overlap"])
def test_a_good_table_has_no_finding(name):
    assert check_decision(data(f"{name}.dmn")) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"FIRST", b"ANY", "ANY"),
        (b"&lt; 1000000", b"&lt; &lt;", "第 3 条"),
        (b"&lt; 1000000", b"tomorrow(1)", "tomorrow"),
        (b'"random_draw"', b"random(", ""),
        (b"<decisionTable ", b"<literalTable ", ""),
    ],
)
def test_a_bad_table_is_an_error_that_tells_where(old, new, words):
    assert old in GOOD
    table = GOOD.replace(old, new).replace(
        b"</decisionTable>", b"</literalTable>" if b"literal" in new else b"</decisionTable>"
    )
    (finding, *_) = check_decision(table)
    assert finding.level == "error"
    assert words in finding.message


def test_a_diagram_is_no_table():
    with pytest.raises(BadDiagramError):
        check_decision(data("linear5.bpmn"))


def test_a_table_tells_what_it_sets():
    assert outputs_of(GOOD) == {"method"}
    assert outputs_of(b"no table") == frozenset()
