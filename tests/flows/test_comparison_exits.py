"""Ways out of a comparison: too few, nobody to recommend, a corrigendum, a termination."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.clock import CHINA
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import OutboundMessage
from models.notice import Notice, NoticeKind
from models.project import ProjectPhase
from models.project_request import ProjectRequest, RequestState
from models.selection.comparison_tables import ComparisonState
from models.selection.tables import Interest
from models.session import reading
from tests.city import City, after
from tests.flows import comparing as play
from tests.flows.comparing import (
    AWARDED,
    CLOSES,
    COMPARED,
    ENTRUSTED,
    PUBLISHED,
    REVIEWED,
    WORKS_BEGIN,
    Comparing,
)
from tests.seeding import rows

LATER = datetime(2026, 11, 17, 17, 30, tzinfo=CHINA)
REASON = "本年度资金计划调整，项目不再实施。"
TEXT = "原公告施工内容漏列栏杆除锈刷漆，现予补充；报名时间相应延长。"


def notices(kind: NoticeKind) -> list[Notice]:
    with reading() as session:
        return list(session.scalars(select(Notice).where(Notice.kind == kind)))


def state_of(case: str) -> RequestState:
    with reading() as session:
        return session.scalars(
            select(ProjectRequest.state).where(ProjectRequest.instance_id == case)
        ).one()


@pytest.mark.req("HR-4.5.4")
def test_too_few_registered_fail_with_a_notice_and_the_town_may_repeat(city: City) -> None:
    one = play.closed(city, 1, 2, management=ENTRUSTED)

    comparison = play.comparison_of(one)
    assert (comparison.state, comparison.failure) == (ComparisonState.UNSUCCESSFUL, "too_few")
    assert city.project(one).phase is ProjectPhase.UNSUCCESSFUL
    (row,) = notices(NoticeKind.CORRIGENDUM)
    assert "2家" in row.body
    assert city.steps(one) == ["decide_after_comparison"]

    one.decide_after_failure(REVIEWED, "repeat", "报名不足，重新公告。")
    assert city.steps(one) == ["draft_tender_notice"]
    one.announce(REVIEWED, LATER + timedelta(days=3))
    one.register(REVIEWED, 1, 2, 3)
    one.wake(LATER + timedelta(days=3))
    assert city.steps(one) == ["qualification_review"]
    assert len(one.candidates()) == 3


@pytest.mark.req("HR-4.5.5")
def test_too_few_that_pass_fail_and_the_town_may_end_the_project(city: City) -> None:
    one = play.reviewed(city, failed=(1, 2))
    assert play.comparison_of(one).failure == "too_few_passed"
    one.decide_after_failure(REVIEWED, "terminate", REASON)
    (row,) = notices(NoticeKind.TERMINATION_NOTICE)
    assert REASON in row.body
    assert city.project(one).phase is ProjectPhase.TERMINATED


@pytest.mark.req("HR-4.5.5")
def test_nobody_need_be_recommended(city: City) -> None:
    one = play.reviewed(city)
    one.recommend_nobody(COMPARED)
    assert play.comparison_of(one).failure == "none_recommended"
    assert city.steps(one) == ["decide_after_comparison"]


@pytest.mark.req("HR-4.5.6")
def test_before_the_award_the_ranking_may_be_made_anew(city: City) -> None:
    one = play.compared(city)
    one.publish(PUBLISHED, "again")
    assert city.steps(one) == ["compare_candidates"]
    one.compare(PUBLISHED, {1: 25_000_000, 2: 25_100_000, 3: 26_000_000})
    one.publish(PUBLISHED)
    assert city.project(one).winner_id == one.party("hr.contractor01")


@pytest.mark.req("HR-4.5.3")
def test_a_corrigendum_corrects_the_project_puts_the_close_off_and_keeps_everybody(
    city: City,
) -> None:
    one = play.announced(city, 1, 2, management=ENTRUSTED)
    request = one.correct(
        after(days=1), TEXT, new_closes_at=play.local(LATER), new_price=27_500_000
    )

    assert state_of(request) is RequestState.APPLIED
    (row,) = notices(NoticeKind.CORRIGENDUM)
    assert (row.published_at, row.ends_at) == (after(days=1), LATER)
    for part in (TEXT, "最高限价由", "275,000.00", "2026年11月17日 17:30"):
        assert part in row.body
    assert city.project(one).ceiling_price == 27_500_000
    told = [one for one in rows(OutboundMessage) if one.template == "comparison_corrected"]
    assert len(told) == 5, "who has registered is sealed: everybody that fits is told"

    one.wake(CLOSES)
    assert play.comparison_of(one).state is ComparisonState.REGISTERING
    one.register(CLOSES, 3)
    one.wake(LATER)
    assert city.steps(one) == ["qualification_review"]
    assert len(one.candidates()) == 3


@pytest.mark.req("HR-4.5.3")
def test_corrigenda_may_follow_one_another(city: City) -> None:
    one = play.announced(city, 1, 2, 3)
    one.correct(after(days=1), TEXT)
    one.correct(after(days=1, hours=2), "更正联系电话，其余不变。")
    assert len(notices(NoticeKind.CORRIGENDUM)) == 2
    one.wake(CLOSES)
    assert city.steps(one) == ["qualification_review"]


@pytest.mark.req("HR-4.5.3")
def test_a_corrigendum_may_be_taken_back_before_it_is_handed_in(city: City) -> None:
    one = play.announced(city)
    request = one.ask_to_correct(after(days=1))
    with one.player.at(after(days=1)):
        one.player.take_back(one.organiser, request)
    assert state_of(request) is RequestState.WITHDRAWN
    assert notices(NoticeKind.CORRIGENDUM) == []


def until_initiated(city: City) -> Comparing:
    return play.initiated(city, ENTRUSTED)


@pytest.mark.req("HR-4.9")
@pytest.mark.parametrize(
    ("stage", "at", "told"),
    [
        (until_initiated, after(hours=1), 0),
        (lambda city: play.announced(city, 1, management=ENTRUSTED), after(days=1), 5),
        (play.closed, REVIEWED, 3),
        (play.reviewed, COMPARED, 3),
        (play.compared, PUBLISHED, 3),
        (play.published, PUBLISHED + timedelta(hours=1), 3),
        (play.awarded, AWARDED, 3),
        (play.contracted, WORKS_BEGIN, 3),
    ],
    ids=[
        "drafting",
        "announced",
        "closed",
        "reviewed",
        "compared",
        "publicised",
        "awarded",
        "works",
    ],
)
def test_the_town_ends_a_project_at_any_stage_with_a_notice(city: City, stage, at, told) -> None:
    one = stage(city)
    request = one.terminate(at, REASON)

    assert state_of(request) is RequestState.APPLIED
    (row,) = notices(NoticeKind.TERMINATION_NOTICE)
    assert REASON in row.body
    assert row.published_at == at
    assert city.project(one).phase is ProjectPhase.TERMINATED
    assert city.steps(one) == []
    with reading() as session:
        case = session.get_one(Instance, one.instance)
        assert case.status in (InstanceStatus.COMPLETED, InstanceStatus.TERMINATED)
    over = (ComparisonState.CANCELLED, ComparisonState.PUBLISHED)
    assert play.comparison_of(one).state in over
    sent = [each for each in rows(OutboundMessage) if each.template == "comparison_terminated"]
    assert len({each.party_id for each in sent} - {one.party(one.organiser)}) == told


@pytest.mark.req("HR-4.9")
def test_what_was_sealed_when_a_project_ends_is_never_opened(city: City) -> None:
    one = play.announced(city, 1, 2, 3)
    one.terminate(after(days=1), REASON)
    one.wake(CLOSES)
    assert [row.party_id for row in rows(Interest)] == [None, None, None]
    assert play.comparison_of(one).candidates == []
