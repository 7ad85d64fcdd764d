"""A rule is asked once for the same file and the same names, and again when either differs."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from processes.lint import Catalogue, check
from processes.lint.diagram import Diagram
from processes.lint.kept import CATALOGUES, FILES, Silence, Watched
from processes.lint.registry import RULES, Found, rule
from tests.processes.diagrams import form, lanes, line, node
from tests.processes.lint.test_lint import CATALOGUE

SOUND = line(lanes(项目业主="step"), node("userTask", "step", form("apply")), ids="step")
Asked = list[tuple[bytes, frozenset[str]]]


@pytest.fixture
def asked() -> Iterator[Asked]:
    """What a rule of the test's own was asked; it reads the forms when there is one."""
    calls: Asked = []

    @rule("of_the_test")
    def of_the_test(diagram: Diagram, catalogue: Catalogue) -> Found:
        calls.append((diagram.data, catalogue.lanes))
        if "bad" in catalogue.lanes:
            yield "step", "bad"

    yield calls
    del RULES["of_the_test"]


def test_a_silent_rule_is_asked_once_for_the_same_file_and_names(asked: Asked) -> None:
    check(SOUND, CATALOGUE)
    check(SOUND, replace(CATALOGUE))
    check(SOUND, replace(CATALOGUE, notices=frozenset({"other"})))  # it does not read them
    assert len(asked) == 1
    check(SOUND.replace(b"step", b"stop"), CATALOGUE)
    check(SOUND, replace(CATALOGUE, lanes=CATALOGUE.lanes | {"more"}))
    assert len(asked) == 3


def test_what_was_found_is_found_again_each_time(asked: Asked) -> None:
    bad = replace(CATALOGUE, lanes=CATALOGUE.lanes | {"bad"})
    for catalogue in (bad, CATALOGUE, bad, bad):
        found = [one.rule for one in check(SOUND, catalogue)]
        assert ("of_the_test" in found) == (catalogue is bad)
    assert [lanes for _, lanes in asked] == [bad.lanes, CATALOGUE.lanes, bad.lanes, bad.lanes]


def test_a_file_that_was_sound_is_refused_where_its_names_mean_nothing() -> None:
    before = check(SOUND, CATALOGUE)
    assert all(one.level == "warning" for one in before)
    for poorer in (replace(CATALOGUE, forms={}), replace(CATALOGUE, lanes=frozenset())):
        assert next(one.level for one in check(SOUND, poorer)) == "error"
    assert check(SOUND, CATALOGUE) == before


def test_strokes_of_the_modeller_are_not_kept(asked: Asked) -> None:
    for _ in range(2):
        check(SOUND, CATALOGUE, run=False)
    assert len(asked) == 2


def test_little_is_kept() -> None:
    silence = Silence()
    for number in range(FILES + 1):
        silence.keep(str(number), "rule", {})
    assert silence.rules("0", CATALOGUE) == frozenset()
    assert silence.rules(str(FILES), CATALOGUE) == {"rule"}
    for number in range(CATALOGUES + 1):
        silence.keep("1", "other", {"lanes": frozenset({str(number)})})
    assert not silence.rules("1", Catalogue(lanes=frozenset({"0"}))) & {"other"}
    assert "other" in silence.rules("1", Catalogue(lanes=frozenset({"1"})))


def test_what_is_read_of_a_catalogue_is_noted() -> None:
    watched = Watched(CATALOGUE)
    assert "apply" in watched.forms
    assert watched.read == {"forms": CATALOGUE.forms}
