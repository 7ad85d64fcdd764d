"""Taking an award back: only one that was made, once, and a notice follows what is there."""

from collections.abc import Mapping

import pytest
from sqlalchemy import func, select

from handlers.awards import NothingAwardedError
from handlers.notice_chain import FollowedMissingError
from handlers.notice_facts import TemplateMissingError
from handlers.registry import registry
from models.ledger.tables import LedgerEntry
from models.notice import Notice, NoticeKind
from models.session import reading, unit_of_work
from processes.demo.story import Story
from tests.city import City
from tests.flows.declining import DECLINED, REASON, give_back

WITHDRAW = {"reason": REASON}


def run(city: City, story: Story, operator: str, values: Mapping[str, object]) -> object:
    with unit_of_work() as session:
        return registry.get(operator).call(values, city.world(session, story, DECLINED))


def logged() -> int:
    with reading() as session:
        return session.scalar(select(func.count(LedgerEntry.id))) or 0


@pytest.mark.req("DZ-77")
@pytest.mark.parametrize("until", ["announced", "frozen", "drawn"])
def test_nothing_is_taken_back_before_the_result_is_out(city: City, until: str) -> None:
    story = getattr(city, until)(1, 2)
    before = logged()
    with pytest.raises(NothingAwardedError):
        run(city, story, "award.withdraw", WITHDRAW)
    assert logged() == before


@pytest.mark.req("DZ-77")
def test_taking_back_again_changes_nothing_and_logs_nothing(city: City) -> None:
    story = city.published(1, 2)
    first = run(city, story, "award.withdraw", WITHDRAW)
    before = logged()
    assert run(city, story, "award.withdraw", {"reason": "另一个理由，不应写入。"}) == first
    assert logged() == before


def test_a_notice_follows_only_a_published_one_of_its_own_project(city: City) -> None:
    story, other = city.published(1, 2), city.announced(1)
    with reading() as session:
        foreign = session.scalars(select(Notice.id).where(Notice.project_id == other.project)).one()
    draft = {"kind": "corrigendum", "template": "corrigendum_declined"}
    for follows in (foreign, "0" * 32):
        with pytest.raises(FollowedMissingError):
            run(city, story, "notice.draft", {**draft, "follows": follows})


def test_a_template_of_another_kind_is_refused(city: City) -> None:
    story = city.published(1, 2)
    for name in ("award_notice", "corrigendum_nonsense", "../rules"):
        with pytest.raises(TemplateMissingError):
            run(city, story, "notice.draft", {"kind": "corrigendum", "template": name})


def test_a_role_that_nobody_plays_is_released_in_silence(city: City) -> None:
    story = city.published(1, 2)
    before = logged()
    assert run(city, story, "party.release", {"role": "contractor"}) == {}
    assert logged() == before


def test_the_first_notice_of_each_kind_follows_nothing_and_the_change_the_award(
    city: City,
) -> None:
    story = city.published(1, 2)
    give_back(city, story)
    with reading() as session:
        rows = {
            one.kind: one
            for one in session.scalars(select(Notice).where(Notice.project_id == story.project))
        }
    assert rows[NoticeKind.TENDER_NOTICE].follows_id is None
    assert rows[NoticeKind.AWARD_NOTICE].follows_id is None
    assert rows[NoticeKind.CORRIGENDUM].follows_id == rows[NoticeKind.AWARD_NOTICE].id
