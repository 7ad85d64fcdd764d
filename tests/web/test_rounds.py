"""What the public sees of a selection that failed, or whose winner gave the award back."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from models.clock import business_clock, fixed
from models.letter import Letter
from models.notice import Notice, NoticeKind
from models.selection.tables import Draw
from models.session import reading
from models.settings import Settings
from processes.job_runner import due_jobs, run_job
from tests.city import FREEZE, city, county
from tests.flows.declining import (
    DECLINED,
    NEXT_PUBLISHED,
    REASON,
    announced_again,
    decide,
    give_back,
    published_again,
    winner_of,
)
from tests.web.conftest import send
from web.app import create_app

__all__ = ["city", "county"]
STEP = re.compile(r'<span class="visually-hidden">([^<]+)：</span>([^<]+)</b>')
MOST = 11
LATER = NEXT_PUBLISHED + timedelta(hours=1)


@pytest.fixture
def site(city):
    return create_app(Settings(data_dir=str(city.folder), secret_key="s" * 64))


def page(site, path, moment=LATER):
    with business_clock(fixed(moment)):
        return site.test_client().get(path).text


def notices_of(story):
    with reading() as session:
        query = select(Notice).where(Notice.project_id == story.project)
        return list(session.scalars(query.order_by(Notice.published_at)))


def draws_of(story):
    with reading() as session:
        query = select(Draw).where(Draw.project_id == story.project).order_by(Draw.round)
        return list(session.scalars(query))


def name_of(city, number):
    with reading() as session:
        return city.contractor(session, number).name


def steps(text):
    """The stages of the project's way: where each stands, and its title."""
    lines = text.split('aria-label="项目进度"')[1].split("</ol>")[0]
    return STEP.findall(lines)


@pytest.fixture
def redrawn(city):
    """A project drawn twice: the first winner gave the award back."""
    story = city.published(1, 2, 3)
    first = winner_of(story)
    give_back(city, story)
    decide(city, story, "repeat")
    published_again(city, story, *(one for one in (1, 2, 3) if one != first))
    return story, name_of(city, first), name_of(city, winner_of(story))


@pytest.mark.req("DZ-77")
def test_both_results_stay_readable_each_with_its_own_proof(site, redrawn):
    story, first_name, second_name = redrawn
    first, second = draws_of(story)
    was, now = (page(site, f"/results/{one.id}") for one in (first, second))
    assert first_name in was
    assert second_name in now
    assert first_name not in now
    assert "本轮结果已不再有效" in was
    assert "本轮结果已不再有效" not in now
    for text, own, other in ((was, first, second), (now, second, first)):
        assert f'data-plan="{own.plan_hash}"' in text
        assert f"/results/{own.id}/proof.json" in text
        assert f"/results/{other.id}" in text
        assert "第1轮：中选企业放弃" in text
        assert "第2轮：结果有效" in text
        assert "183,600.00" in text
    client = site.test_client()
    for one in (first, second):
        assert client.get(f"/results/{one.id}/proof.json").text == one.public_proof


@pytest.mark.req("DZ-77")
def test_the_list_of_results_marks_the_one_in_force(site, redrawn):
    _, first_name, second_name = redrawn
    rows = page(site, "/results").split("<tbody>")[1].split("<tr>")[1:]
    assert second_name in rows[0]
    assert "不再有效" not in rows[0]
    assert first_name in rows[1]
    assert "已放弃，不再有效" in rows[1]
    assert all("183,600.00" in row for row in rows)
    assert first_name in page(site, f"/results?q={first_name[:4]}")


@pytest.mark.req("DZ-77")
def test_each_notice_leads_to_those_before_and_after_it(site, redrawn):
    story, _, _ = redrawn
    tender, award, change, tender_again, award_again = notices_of(story)
    assert [one.kind for one in (tender, award, change, tender_again, award_again)] == [
        NoticeKind.TENDER_NOTICE,
        NoticeKind.AWARD_NOTICE,
        NoticeKind.CORRIGENDUM,
        NoticeKind.TENDER_NOTICE,
        NoticeKind.AWARD_NOTICE,
    ]
    first = page(site, f"/notices/{award.id}")
    later = first.split("本公告之后另有变更")[1].split("</p>")[0]
    assert f"/notices/{change.id}" in later
    assert f"/notices/{award_again.id}" in later
    assert "结果已变更" in first
    assert "公示中" not in first
    middle = page(site, f"/notices/{change.id}")
    assert f"/notices/{award.id}" in middle.split("本公告接续")[1].split("</p>")[0]
    last = page(site, f"/notices/{award_again.id}")
    assert "本公告之后另有变更" not in last
    assert f"/notices/{award.id}" in last.split("本公告接续")[1].split("</p>")[0]
    for one in (tender, award, change, tender_again, award_again):
        timeline = last.split("本项目的全部公告")[1]
        assert one.title in timeline


@pytest.mark.req("DZ-77")
def test_the_way_of_the_project_tells_the_earlier_round_in_brief(site, redrawn):
    story, _, _ = redrawn
    way = steps(page(site, f"/notices/{notices_of(story)[-1].id}"))
    assert way[:6] == [
        ("已完成", "受理"),
        ("已完成", "第1轮中选企业放弃"),
        ("已完成", "选取公告"),
        ("已完成", "随机选取"),
        ("当前", "结果公示"),
        ("未开始", "发放中选通知书"),
    ]


@pytest.mark.parametrize(
    ("until", "now"),
    [("declined", "中选企业放弃"), ("repeat", "重新组织选取"), ("announced", "选取公告")],
)
def test_the_way_stands_where_the_project_stands_between_two_rounds(city, site, until, now):
    story = city.published(1, 2, 3)
    others = [one for one in (1, 2, 3) if one != winner_of(story)]
    give_back(city, story)
    if until != "declined":
        decide(city, story, "repeat")
    if until == "announced":
        announced_again(city, story, *others)
    way = steps(page(site, f"/notices/{notices_of(story)[0].id}"))
    assert [title for state, title in way if state == "当前"] == [now]


@pytest.mark.req("DZ-76.1")
def test_a_failed_selection_is_told_on_its_notice_and_in_the_lists(city, site):
    story = city.announced(1)
    story.wake(FREEZE)
    tender, failed = notices_of(story)
    text = page(site, f"/notices/{tender.id}")
    assert "第1轮：选取失败" in text
    assert "有效意向企业1家，少于规定的2家，选取失败" in text
    assert f"/notices/{failed.id}" in text
    changes = page(site, "/notices?kind=corrigendum")
    assert "选取失败公告" in changes
    assert "选取失败" in page(site, "/notices?phase=unsuccessful")
    assert "已有后续变更" in page(site, "/notices?kind=tender_notice")
    assert "选取失败公告" in page(site, "/")
    assert name_of(city, 1) not in text + changes


@pytest.mark.req("DZ-78")
def test_the_check_of_a_void_letter_says_so(city, site):
    story = city.published(1, 2)
    with business_clock(fixed(DECLINED)):
        while sum(run_job(each, city.settings) for each in due_jobs()):
            pass
    give_back(city, story)
    with reading() as session:
        letter = session.scalars(select(Letter).where(Letter.draw_id.is_not(None))).one()
    text = page(site, f"/letters/{letter.code}", DECLINED)
    assert "确由本平台签发，但已作废" in text
    assert "中选企业放弃中选" in text


@pytest.mark.req("DZ-77")
def test_decline_stands_on_the_own_record_and_on_the_own_registrations(city, site):
    story = city.published(1, 2)
    winner = winner_of(story)
    give_back(city, story)
    for number, stands in ((winner, True), (3 - winner, False)):
        browser = site.test_client()
        send(
            browser,
            "/sign-in",
            username=f"dz.contractor{number:02d}",
            password="smallworks-demo",
        )
        assert (REASON in browser.get("/organisation/suspensions").text) is stands
        assert ("中选后放弃" in browser.get("/registrations").text) is stands


def test_the_pages_of_a_long_story_take_few_statements(city, site, redrawn):
    story, _, _ = redrawn
    (first, *_), (draw, *_) = notices_of(story), draws_of(story)
    sent: list[str] = []
    event.listen(city.engine, "before_cursor_execute", lambda _c, _u, text, *_: sent.append(text))
    page(site, "/")  # what is read once is read now
    for path in (f"/notices/{first.id}", f"/results/{draw.id}", "/notices", "/results"):
        sent.clear()
        page(site, path)
        assert sum(one.startswith("SELECT") for one in sent) <= MOST, (path, sent)
