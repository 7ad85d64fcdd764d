"""Runs every worked case of every county's pack."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.calendar import load_calendar
from models.clock import to_china
from models.flow.deadlines import deadline
from models.flow.rules import load_rules
from models.session import reading
from models.settings import BPMN
from tests.city import City, copied, county
from tests.counties.afterwards import AFTERWARDS
from tests.counties.bidding import BIDDING
from tests.counties.changing import change_outcome
from tests.counties.comparing import COMPARING
from tests.counties.declining import decline_outcome, failure_outcome
from tests.counties.emergencies import EMERGENCIES
from tests.counties.enrolling import enrolment_outcome
from tests.counties.intake import INTAKE
from tests.counties.interrupting import INTERRUPTING
from tests.counties.selecting import SELECTING
from tests.counties.visiting import VISITING
from tests.counties.walked import Step, drawn, recording

__all__ = ["county"]

CASES = [
    pytest.param(path.parent.parent.name, case, id=f"{path.parent.parent.name}-{case['name']}")
    for path in sorted((BPMN / "counties").glob("*/cases/*.toml"))
    for case in tomllib.loads(path.read_text())["case"]
]
DECLINING = {"failed_selection": failure_outcome, "winner_decline": decline_outcome}
HUAIROU = COMPARING | EMERGENCIES
PLAYERS = BIDDING | DECLINING | INTERRUPTING | AFTERWARDS | INTAKE | SELECTING


def test_counties_bring_worked_cases() -> None:
    assert len(CASES) >= 12


@pytest.mark.req("DZ-75")
@pytest.mark.req("DZ-76.1")
@pytest.mark.req("DZ-77")
@pytest.mark.parametrize(("code", "case"), CASES)
def test_worked_case(book: "Book", code: str, case: dict[str, Any]) -> None:
    assert book.play(code, case).outcome == case["expect"]


@pytest.mark.timeout(500)
def test_worked_cases_walk_every_branch_of_every_diagram(book: "Book") -> None:
    walked = set().union(*(book.play(*one.values).walked for one in CASES))
    assert sorted(drawn() - walked) == []


@dataclass(frozen=True)
class Played:
    """What came of a worked case, and the sequence flows that it walked."""

    outcome: dict[str, Any]
    walked: set[Step]


class Book:
    """Plays each worked case once, in a county of its own, for every test that asks."""

    def __init__(self, county: Path, folders: pytest.TempPathFactory) -> None:
        self.county, self.folders = county, folders
        self.played: dict[str, Played] = {}

    def play(self, code: str, case: dict[str, Any]) -> Played:
        key = f"{code} {case}"
        if key not in self.played:
            folder = self.folders.mktemp("case") / "data"
            with copied(self.county, folder) as city, recording() as walked:
                self.played[key] = Played(outcome(city, code, case), walked)
        return self.played[key]


@pytest.fixture(scope="module")
def book(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    return Book(county, tmp_path_factory)


def outcome(city: City, code: str, case: dict[str, Any]) -> dict[str, Any]:
    run = flow_outcome if "flow" in case else period_end if "from" in case["given"] else rule_value
    return run(city, code, case)


def flow_outcome(city: City, code: str, case: dict[str, Any]) -> dict[str, Any]:
    if case["flow"] == "change_request":
        return change_outcome(city, case["given"])
    if case["flow"].endswith("_enrolment"):
        return enrolment_outcome(city, code, case)
    if code == "xiangxi":
        return VISITING[case["flow"]](city, case["given"])
    if code == "huairou":
        return HUAIROU[case["flow"]](city, case["given"])
    assert code == "dazhou"
    return PLAYERS[case["flow"]](city, case["given"])


def period_end(city: City, code: str, case: dict[str, Any]) -> dict[str, Any]:
    began = to_china(case["given"]["from"])
    with reading() as session:
        rules = load_rules(session, code, began.date())
        until = deadline(rules, load_calendar(session), case["rule"], began)
    return {"until": until.replace(tzinfo=None)}


def rule_value(city: City, code: str, case: dict[str, Any]) -> dict[str, Any]:
    on = case["on"]
    assert type(on) is date
    with reading() as session:
        rule = load_rules(session, code, on).rule(case["rule"])
    assert case["source"] in rule.source
    return {"value": rule.value}
