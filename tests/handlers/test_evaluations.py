"""Evaluation's operators by themselves: repeated steps, second evaluations, other people's."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from handlers import evaluation_criteria, evaluations
from handlers.context import OperatorContext
from handlers.registry import registry
from models.clock import CHINA
from models.ledger.tables import LedgerEntry
from models.performance_review import PerformanceReview
from models.reviews import (
    CriteriaInvalidError,
    NotOwnersReviewError,
    ReviewDoneError,
    ReviewMissingError,
    ScoresInvalidError,
)
from models.session import reading, unit_of_work
from tests.city import City, city, county
from tests.flows.afterwards import accepted, contracted

__all__ = ["city", "county"]
ACCEPTED = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
SCORES = [
    {"title": "工程质量", "points": 60, "score": 50},
    {"title": "工期履约", "points": 40, "score": 40},
]


def owners_world(city: City, session, story, step: str) -> OperatorContext:
    world = city.world(session, story, ACCEPTED)
    actor = city.player.actor(session, "dz.owner")
    return replace(world, actor=actor, case=replace(world.case, task_id=step))


def record(world: OperatorContext, scores=SCORES):
    return evaluations.record(evaluations.RecordParams(scores=scores, comment="配合到位。"), world)


@pytest.mark.req("DZ-A4c")
def test_a_step_that_is_tried_again_finds_its_own_evaluation_and_another_is_refused(
    city: City,
) -> None:
    story = accepted(city, ACCEPTED)
    with unit_of_work() as session:
        first = record(owners_world(city, session, story, "step1"))
    with unit_of_work() as session:
        again = record(owners_world(city, session, story, "step1"))
        entries = session.scalar(
            select(func.count())
            .select_from(LedgerEntry)
            .where(LedgerEntry.body.contains("evaluation:recorded"))
        )
    assert again == first
    assert entries == 1
    with reading() as session, pytest.raises(ReviewDoneError) as refused:
        record(owners_world(city, session, story, "step2"))
    assert "2026-11-20 10:00" in refused.value.text
    assert "不能重复" in refused.value.text


@pytest.mark.req("DZ-A4c")
def test_somebody_else_cannot_record_an_evaluation(city: City) -> None:
    story = accepted(city, ACCEPTED)
    with reading() as session:
        world = owners_world(city, session, story, "step1")
        for other in (story.winner(), "dz.centre", "dz.housing"):
            stranger = replace(world, actor=city.player.actor(session, other))
            with pytest.raises(NotOwnersReviewError):
                record(stranger)
        review = session.scalars(select(PerformanceReview)).one()
    assert review.reviewed_at is None


def test_nothing_is_evaluated_before_its_acceptance(city: City) -> None:
    story = contracted(city)
    with reading() as session:
        world = owners_world(city, session, story, "step1")
        with pytest.raises(ReviewMissingError):
            evaluations.open_review(evaluations.OpenParams(), world)
        with pytest.raises(ReviewMissingError):
            record(world)


def test_an_evaluation_is_owed_once(city: City) -> None:
    story = accepted(city, ACCEPTED)
    with unit_of_work() as session:
        world = owners_world(city, session, story, "step9")
        evaluations.open_review(evaluations.OpenParams(), world)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(PerformanceReview)) == 1


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"score": 61}, "0至60"),
        ({"score": -1}, "0至60"),
        ({"score": None}, "0至60"),
        ({"score": True}, "0至60"),
        ({"title": "工期履约"}, "重复"),
    ],
)
def test_scores_that_do_not_fit_are_refused(row, words) -> None:
    with pytest.raises(ScoresInvalidError) as refused:
        evaluation_criteria.scored([{**SCORES[0], **row}, SCORES[1]])
    assert words in refused.value.text


@pytest.mark.parametrize(
    ("titles", "points"),
    [([], []), (["质量", "质量"], [50, 50]), (["质量"], [0]), (["质量"], [10, 20])],
)
def test_criteria_nobody_could_score_are_refused(city: City, titles, points) -> None:
    story = city.story()
    with reading() as session, pytest.raises(CriteriaInvalidError):
        registry.get("evaluation.list_criteria").call(
            {"titles": titles, "guides": titles, "points": points},
            city.world(session, story, ACCEPTED),
        )
