"""Runs every worked case of every county's pack."""

import tomllib
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.calendar import load_calendar
from models.clock import to_china
from models.flow.deadlines import deadline
from models.flow.job import OutboundMessage
from models.flow.rules import load_rules
from models.session import reading
from models.settings import BPMN
from tests.city import FREEZE, MORNING, SELECTION, City, after, city, county
from tests.counties.afterwards import AFTERWARDS
from tests.counties.changing import change_outcome
from tests.counties.declining import decline_outcome, failure_outcome
from tests.counties.intake import INTAKE
from tests.counties.interrupting import INTERRUPTING
from tests.flows.enrolling import Applicant

__all__ = ["city", "county"]

CASES = [
    pytest.param(path.parent.parent.name, case, id=f"{path.parent.parent.name}-{case['name']}")
    for path in sorted((BPMN / "counties").glob("*/cases/*.toml"))
    for case in tomllib.loads(path.read_text())["case"]
]
DECLINING = {"failed_selection": failure_outcome, "winner_decline": decline_outcome}
FITTING = (1, 2, 3, 4, 5, 6, 7, 8, 10)


def test_counties_bring_worked_cases() -> None:
    assert len(CASES) >= 12


@pytest.mark.req("DZ-75")
@pytest.mark.req("DZ-76.1")
@pytest.mark.req("DZ-77")
@pytest.mark.parametrize(("code", "case"), CASES)
def test_worked_case(city: City, code: str, case: dict[str, Any]) -> None:
    run = flow_outcome if "flow" in case else period_end if "from" in case["given"] else rule_value
    assert run(city, code, case) == case["expect"]


def flow_outcome(city: City, code: str, case: dict[str, Any]) -> dict[str, Any]:
    if case["flow"] == "change_request":
        return change_outcome(city, case["given"])
    if case["flow"].endswith("_enrolment"):
        return enrolment_outcome(city, case)
    if played := (DECLINING | INTERRUPTING | AFTERWARDS | INTAKE).get(case["flow"]):
        return played(city, case["given"])
    assert (code, case["flow"]) == ("dazhou", "random_selection")
    story = city.announced(*FITTING[: case["given"]["tickets"]])
    story.wake(FREEZE)
    story.wake(SELECTION)
    return {"draw": city.draw(story).state.value, "next": city.steps(story)}


def enrolment_outcome(city: City, case: dict[str, Any]) -> dict[str, Any]:
    one = Applicant(city, kind=case["flow"].removesuffix("_enrolment"))
    one.register(MORNING)
    if one.kind == "owner":
        one.fill_owner(after(hours=1))
    for number, decision in enumerate(case["given"]["decisions"]):
        one.fill(after(hours=2 * number + 1))
        reasons = "" if decision == "passed" else "资质证书看不清楚。"
        one.decide(after(hours=2 * number + 2), decision, reasons)
    if case["given"].get("late"):
        one.fill(MORNING)
        one.wake(after(days=1, hours=9))
        one.wake(after(days=2, hours=9))
    with reading() as session:
        sent = list(session.scalars(select(OutboundMessage.template)))
    submitted = [row for row in one.rounds() if row.submitted_at]
    return {
        "rounds": len(submitted),
        "roles": sorted(one.roles()),
        "next": one.steps(),
        "messages": sorted(sent),
    }


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
