"""Plays the worked cases of Huairou's comparison: what happens act by act, and what comes of it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.project_request import ProjectRequest
from models.selection import comparisons
from models.selection.guardians import Guardian
from models.session import reading, unit_of_work
from tests.city import MORNING, City, after
from tests.flows import comparing as play
from tests.flows.comparing import (
    ANNOUNCED,
    AWARDED,
    CLOSES,
    COMPARED,
    OFFERS,
    PUBLISHED,
    REGISTERED,
    REVIEWED,
    Comparing,
)

AT = after(days=1)
CONTRACTED = AWARDED + timedelta(hours=1)
WORKS = AWARDED + timedelta(days=3)
TEXT, REASON = "更正联系电话，其余不变。", "本年度资金计划调整，项目不再实施。"
Act = Callable[[Comparing, Mapping[str, Any]], None]


def comparison_outcome(city: City, given: Mapping[str, Any]) -> dict[str, Any]:
    """Everything up to the registration, then the acts."""
    one = play.story(city, given.get("management", play.SELF))
    acts = list(given["acts"])
    one.start(MORNING)
    if acts != ["withdraw"]:
        one.initiate(MORNING)
        if "revise" in acts:
            one.draft(MORNING, CLOSES)
            one.publish_notice(MORNING, "revise")
        if "stop_drafting" not in acts:
            one.announce(ANNOUNCED, CLOSES)
            one.register(REGISTERED, *given.get("registered", (1, 2, 3)))
    for act in acts:
        ACTS[act](one, given)
    return _ending(city, one)


def _ending(city: City, one: Comparing) -> dict[str, Any]:
    told: dict[str, Any] = {"next": city.steps(one)}
    if not one.project:
        return told
    with reading() as session:
        comparison = comparisons.current(session, one.project)
        asked = select(ProjectRequest.state).where(ProjectRequest.project_id == one.project)
        states = [state.value for state in session.scalars(asked)]
    told |= {"comparison": comparison.state.value, "phase": city.project(one).phase.value}
    if comparison.failure:
        told["failure"] = comparison.failure
    return told | ({"requests": states} if states else {})


def _withdraw(one: Comparing, _: Mapping[str, Any]) -> None:
    with one.player.at(MORNING):
        one.player.withdraw(one.owner, one.instance, "资金调整，今年不再实施。")


def _guardians_late(one: Comparing, _: Mapping[str, Any]) -> None:
    _answering("centre")
    one.wake(CLOSES)
    _answering()
    one.wake(CLOSES + timedelta(minutes=2))


def _answering(*names: str) -> None:
    with unit_of_work() as session:
        for row in session.scalars(select(Guardian)):
            row.is_local = not names or row.name in names


def _compare(one: Comparing, _: Mapping[str, Any]) -> None:
    one.compare(COMPARED, OFFERS)


def _again(one: Comparing, _: Mapping[str, Any]) -> None:
    one.publish(PUBLISHED, "again")
    one.compare(PUBLISHED, OFFERS)


def _contract(one: Comparing, _: Mapping[str, Any]) -> None:
    one.wake(AWARDED)
    one.sign_contract(CONTRACTED)
    one.wake(WORKS)


def _correct_late(one: Comparing, _: Mapping[str, Any]) -> None:
    request = one.ask_to_correct(AT)
    one.file_corrigendum(AT, request, TEXT)
    one.wake(CLOSES)
    _deliver(one)


def _deliver(one: Comparing) -> None:
    with one.player.at(WORKS):
        one.player.deliver_messages()


def _correct_not(one: Comparing, _: Mapping[str, Any]) -> None:
    request = one.ask_to_correct(AT)
    with one.player.at(AT):
        one.player.take_back(one.organiser, request)


def _terminate_awarded(one: Comparing, _: Mapping[str, Any]) -> None:
    one.wake(AWARDED)
    one.terminate(AWARDED, REASON)


def _terminate_late(one: Comparing, _: Mapping[str, Any]) -> None:
    one.ask_to_terminate(WORKS, REASON)
    one.complete_works(WORKS)
    _deliver(one)


def _terminate_not(one: Comparing, _: Mapping[str, Any]) -> None:
    request = one.begin_termination(AT)
    with one.player.at(AT):
        one.player.take_back(one.owner, request)


ACTS: Mapping[str, Act] = {
    "withdraw": _withdraw,
    "revise": lambda _, __: None,
    "stop_drafting": lambda _, __: None,
    "close": lambda one, _: one.wake(CLOSES),
    "guardians_late": _guardians_late,
    "review": lambda one, given: one.review(REVIEWED, given.get("failed", ())),
    "compare": _compare,
    "nobody": lambda one, _: one.recommend_nobody(COMPARED),
    "again": _again,
    "publish": lambda one, _: one.publish(PUBLISHED),
    "contract": _contract,
    "works": lambda one, _: one.complete_works(WORKS),
    "evaluate": lambda one, _: one.evaluate(WORKS + timedelta(days=1)),
    "repeat": lambda one, _: one.decide_after_failure(REVIEWED, "repeat", "报名不足，重新公告。"),
    "give_up": lambda one, _: one.decide_after_failure(REVIEWED, "terminate", REASON),
    "correct": lambda one, _: one.correct(AT, TEXT) and None,
    "correct_late": _correct_late,
    "correct_not": _correct_not,
    "terminate": lambda one, _: one.terminate(AT, REASON) and None,
    "terminate_awarded": _terminate_awarded,
    "terminate_works": lambda one, _: one.terminate(WORKS, REASON) and None,
    "terminate_late": _terminate_late,
    "terminate_not": _terminate_not,
}
COMPARING = {"comparative_selection": comparison_outcome}
