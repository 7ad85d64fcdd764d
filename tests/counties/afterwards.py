"""Plays the worked cases of what follows an award: contract, works, evaluation, lock."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from models import contracts
from models.clock import CHINA
from models.errors import SmallworksError
from models.reviews import of_project
from models.session import reading
from processes.demo.story import Story
from tests.city import City
from tests.flows.afterwards import AWARDED, accepted, awarded, contracted

ACCEPTED = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)


def signing(city: City, given: dict[str, Any]) -> dict[str, Any]:
    """Hand the contract in once for each answer of the winner."""
    story = awarded(city)
    at = AWARDED
    for answer in given["answers"]:
        if error := _refusal(lambda at=at: story.submit_contract(at, **given.get("changes", {}))):
            return {"refused": error, "next": city.steps(story)}
        story.answer_contract(at, "" if answer == "confirm" else "工期与双方签订的不一致。")
        at += timedelta(hours=1)
    with reading() as session:
        rounds = len(contracts.rounds_of(session, story.project))
    return {"rounds": rounds, **_now(city, story)}


def completing(city: City, given: dict[str, Any]) -> dict[str, Any]:
    """Register start and acceptance on the days given."""
    story = contracted(city)
    started_on = date.fromisoformat(given["started_on"])
    story.start_works(datetime.combine(started_on, ACCEPTED.timetz()))
    at = datetime.fromisoformat(given["registered_at"]).replace(tzinfo=CHINA)
    changes = {"completed_on": given["accepted_on"], "accepted_on": given["accepted_on"]}
    if error := _refusal(lambda: story.accept_works(at, **changes)):
        return {"refused": error, "next": city.steps(story)}
    return {"due": _due(story), **_now(city, story)}


def evaluating(city: City, given: dict[str, Any]) -> dict[str, Any]:
    """Evaluate, or begin another selection before or after the deadline."""
    story = accepted(city, ACCEPTED)
    if "begin" in given:
        at = datetime.fromisoformat(given["begin"]).replace(tzinfo=CHINA)
        another = city.story()
        error = _refusal(lambda: another.start(at))
        return {"refused": error, "next": city.steps(story)}
    story.evaluate(ACCEPTED, tuple(given["scores"]))
    with reading() as session:
        review = of_project(session, story.project)
        assert review is not None
        assert review.grade is not None
        return {"total": review.total, "grade": review.grade.value, **_now(city, story)}


def _now(city: City, story: Story) -> dict[str, Any]:
    return {"phase": city.project(story).phase.value, "next": city.steps(story)}


def _due(story: Story) -> datetime:
    with reading() as session:
        review = of_project(session, story.project)
        assert review is not None
        return review.due_at.replace(tzinfo=None)


def _refusal(act: Callable[[], Any]) -> str:
    try:
        act()
    except SmallworksError as error:
        return error.code
    return ""


AFTERWARDS = {
    "contract_signing": signing,
    "works_completion": completing,
    "evaluation": evaluating,
}
