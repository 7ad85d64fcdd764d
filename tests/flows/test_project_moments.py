"""When a project was first announced, first traded and over, as its own case wrote it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.clock import CHINA
from models.flow.instance import Instance
from models.notice import Notice, NoticeKind
from models.session import reading
from tests.city import City
from tests.flows.afterwards import accepted

ACCEPTED = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)


def published(story, kind: NoticeKind) -> list[datetime]:
    with reading() as session:
        query = select(Notice.published_at).where(
            Notice.project_id == story.project, Notice.kind == kind
        )
        return [at for at in session.scalars(query.order_by(Notice.published_at)) if at]


@pytest.mark.req("HR-2.2.1")
def test_a_project_keeps_when_it_was_announced_traded_and_over(city: City) -> None:
    story = accepted(city, ACCEPTED)
    project = city.project(story)
    assert [project.announced_at] == published(story, NoticeKind.TENDER_NOTICE)
    assert [project.traded_at] == published(story, NoticeKind.AWARD_NOTICE)
    assert project.ended_at is None, "works and evaluation are still to come"
    story.evaluate(ACCEPTED + timedelta(days=3))
    with reading() as session:
        ended = session.get_one(Instance, story.instance).ended_at
    assert ended is not None
    assert city.project(story).ended_at == ended


def test_before_its_notice_a_project_has_no_moment(city: City) -> None:
    story = city.story()
    story.prepare(ACCEPTED)
    project = city.project(story)
    assert (project.announced_at, project.traded_at, project.ended_at) == (None, None, None)


def test_a_terminated_project_is_over_and_never_traded(city: City) -> None:
    story = city.announced(1, 2, 3)
    announced = city.project(story).announced_at
    story.change(ACCEPTED - timedelta(days=9), "terminate")
    story.publish_termination(ACCEPTED - timedelta(days=9))
    project = city.project(story)
    assert project.traded_at is None
    assert project.ended_at is not None
    assert project.announced_at == announced, "a later notice does not move it"
