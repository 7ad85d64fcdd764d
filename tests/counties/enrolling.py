"""Plays the worked cases of enrolments: any kind of organisation, in any county, any trade."""

from typing import Any

from sqlalchemy import select

from models.flow.job import OutboundMessage
from models.session import reading
from tests.city import MORNING, City, after
from tests.flows.enrolling import HOUSING, Applicant, code

REGULATORS = {"dazhou": HOUSING, "huairou": "hr.regulator"}
BY_LANDSCAPE = "_by_landscape"
REASONS = "资质证书看不清楚。"


def enrolment_outcome(city: City, county: str, case: dict[str, Any]) -> dict[str, Any]:
    """Return how many rounds, which roles, what is next and what was told."""
    given = case["given"]
    kind = given.get("kind", case["flow"].removesuffix("_enrolment"))
    one = Applicant(city, kind=kind, place=county, changed={"credit_code": code(977)})
    one.register(MORNING)
    if kind == "owner":
        one.fill_owner(after(hours=1))
    for number, decision in enumerate(given["decisions"]):
        _fill(one, given, 2 * number + 1)
        _decide(one, decision, 2 * number + 2)
    if given.get("late"):
        one.fill(MORNING)
        one.wake(after(days=1, hours=9))
        one.wake(after(days=2, hours=9))
    with reading() as session:
        sent = list(session.scalars(select(OutboundMessage.template)))
    return {
        "rounds": len([row for row in one.rounds() if row.submitted_at]),
        "roles": sorted(one.roles()),
        "next": one.steps(),
        "messages": sorted(sent),
    }


def _fill(one: Applicant, given: dict[str, Any], hour: int) -> None:
    trade = {"trade": given["trade"]} if "trade" in given else {}
    if one.kind == "contractor":
        one.fill(after(hours=hour), **trade)
        return
    held = [one.supervision()] if one.kind == "supervisor" else []
    one.fill_unit(after(hours=hour), qualifications=held, **trade)


def _decide(one: Applicant, decision: str, hour: int) -> None:
    (step,) = one.steps()
    if decision == "withdrawn":
        one.withdraw(after(hours=hour))
        return
    by = "hr.landscape" if step.endswith(BY_LANDSCAPE) else REGULATORS[one.place]
    reasons = "" if decision == "passed" else REASONS
    one.decide_at(step, after(hours=hour), decision, reasons, by)
