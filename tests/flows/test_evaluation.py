"""Evaluation: due five working days after acceptance, done once by the owner, kept for good."""

from datetime import datetime, timedelta

import orjson
import pytest
from sqlalchemy import select

from models import reviews
from models.clock import CHINA
from models.flow.definition import RuleValue
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import OutboundMessage
from models.flow.rules import forget_rules
from models.ledger.tables import LedgerEntry
from models.performance_review import PerformanceReview, ReviewGrade
from models.project import ProjectPhase
from models.reviews import ReviewOverdueError
from models.session import reading, unit_of_work
from processes.case_errors import FormInvalidError, NotYoursError, WorkItemTakenError
from processes.engine import ProcessEngine
from tests.city import City
from tests.flows.afterwards import accepted, contracted

ACCEPTED = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
LAST = datetime(2026, 11, 27, 17, 30, tzinfo=CHINA)
LATE = LAST + timedelta(minutes=1)


def again(city: City, item: str) -> None:
    with city.player.at(LATE), unit_of_work() as session:
        actor = city.player.actor(session, "dz.owner")
        ProcessEngine(session, settings=city.settings).complete(item, {}, actor=actor)


def review(story) -> PerformanceReview:
    with reading() as session:
        query = select(PerformanceReview).where(PerformanceReview.project_id == story.project)
        return session.scalars(query).one()


@pytest.mark.req("DZ-A4")
@pytest.mark.req("DZ-A4c")
def test_the_evaluation_is_kept_with_the_contractor_and_the_case_ends(city: City) -> None:
    story = accepted(city, ACCEPTED)
    assert review(story).due_at == LAST
    story.evaluate(ACCEPTED + timedelta(days=3))

    kept = review(story)
    project = city.project(story)
    assert kept.contractor_id == project.winner_id
    assert (kept.total, kept.maximum, kept.grade) == (92, 100, ReviewGrade.EXCELLENT)
    assert [(one["title"], one["points"], one["score"]) for one in kept.scores][:2] == [
        ("工程质量", 40, 38),
        ("工期履约", 20, 18),
    ]
    assert project.phase is ProjectPhase.EVALUATED
    with reading() as session:
        status = session.get_one(Instance, story.instance).status
        told = session.scalars(
            select(OutboundMessage).where(OutboundMessage.template == "evaluated")
        ).one()
    assert status is InstanceStatus.COMPLETED
    assert told.party_id == project.winner_id
    assert "92分，优秀" in str(told.values["text"])


@pytest.mark.req("DZ-A4c")
def test_the_log_tells_the_contractors_credit_before_and_after(city: City) -> None:
    story = accepted(city, ACCEPTED)
    story.evaluate(ACCEPTED)
    with reading() as session:
        bodies = [orjson.loads(body) for body in session.scalars(select(LedgerEntry.body))]
    (entry,) = [one for one in bodies if one.get("action") == "credit:changed"]
    assert entry["before"] == {"mean": None, "reviews": 0}
    assert entry["after"] == {"mean": 92, "reviews": 1}
    assert "质量良好" not in orjson.dumps(bodies).decode()


@pytest.mark.parametrize(
    ("scores", "total", "grade"),
    [
        ((40, 20, 20, 10, 0), 90, ReviewGrade.EXCELLENT),
        ((40, 20, 20, 9, 0), 89, ReviewGrade.GOOD),
        ((30, 15, 14, 10, 5), 74, ReviewGrade.PASSED),
        ((20, 10, 10, 10, 9), 59, ReviewGrade.FAILED),
    ],
)
def test_the_grade_follows_from_the_points(city: City, scores, total, grade) -> None:
    story = accepted(city, ACCEPTED)
    story.evaluate(ACCEPTED, scores)
    assert (review(story).total, review(story).grade) == (total, grade)


@pytest.mark.parametrize("scores", [(41, 18, 19, 9, 8), (-1, 18, 19, 9, 8), (38.5, 18, 19, 9, 8)])
def test_a_score_outside_its_criterion_is_refused(city: City, scores) -> None:
    story = accepted(city, ACCEPTED)
    with pytest.raises(FormInvalidError) as refused:
        story.evaluate(ACCEPTED, scores)
    assert list(refused.value.fields) == ["criteria[0].score"]
    assert review(story).reviewed_at is None


def test_criteria_cannot_be_bent_by_who_sends_them(city: City) -> None:
    story = accepted(city, ACCEPTED)
    rows = [{"score": 5, "points": 5, "title": "全优"}] * 5
    form = {"criteria": rows, "review_comment": "都很好，没有问题。", "review_is_final": True}
    with city.player.at(ACCEPTED):
        city.player.complete("dz.owner", story.instance, "evaluate_contractor", form)
    kept = review(story)
    assert (kept.maximum, kept.total) == (100, 25)
    assert kept.scores[0]["title"] == "工程质量"


@pytest.mark.req("DZ-A4c")
def test_nobody_but_the_owner_of_the_project_evaluates_and_only_once(city: City) -> None:
    story = accepted(city, ACCEPTED)
    for other in (story.winner(), "dz.centre", "dz.housing"):
        with pytest.raises(NotYoursError):
            story.evaluate(ACCEPTED, by=other)
    with reading() as session:
        item = city.player.item(session, story.instance, "evaluate_contractor").id
    story.evaluate(ACCEPTED)
    first = review(story).reviewed_at
    with pytest.raises(WorkItemTakenError):
        again(city, item)
    assert review(story).reviewed_at == first


@pytest.mark.req("DZ-A4")
def test_an_overdue_evaluation_locks_new_selections_until_it_is_done(city: City) -> None:
    story = accepted(city, ACCEPTED)
    on_time = city.story()
    on_time.start(LAST)

    late = city.story()
    with pytest.raises(ReviewOverdueError) as refused:
        late.start(LATE)
    for part in (story.requirement.title, city.project(story).number, "2026-11-27 17:30", "评价"):
        assert part in refused.value.text
    with reading() as session:
        assert len(session.scalars(select(Instance.id)).all()) == 2

    with pytest.raises(ReviewOverdueError):
        on_time.submit(LATE)
    assert city.steps(on_time) == ["fill_requirement"]
    story.evaluate(LATE)
    on_time.submit(LATE)
    assert city.steps(on_time) == ["intake_review"]
    late.start(LATE)
    assert city.steps(late) == ["fill_requirement"]


def test_a_county_may_rule_that_nothing_is_locked(city: City) -> None:
    accepted(city, ACCEPTED)
    with unit_of_work() as session:
        query = select(RuleValue).where(RuleValue.key == "evaluation.locks")
        for value in session.scalars(query):
            value.value = False
    forget_rules()
    story = city.story()
    story.start(LATE)
    assert city.steps(story) == ["fill_requirement"]


def test_the_deadline_counts_from_the_acceptance_not_from_its_registration(city: City) -> None:
    story = contracted(city)
    story.start_works(datetime(2026, 11, 19, 9, 0, tzinfo=CHINA))
    story.accept_works(LATE, accepted_on="2026-11-19", completed_on="2026-11-19")
    assert review(story).due_at == datetime(2026, 11, 26, 17, 30, tzinfo=CHINA)
    with reading() as session:
        owner = review(story).owner_id
        assert [one.number for one in reviews.overdue_of(session, owner, LATE)] == [
            city.project(story).number
        ]
