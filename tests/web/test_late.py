"""What is late: one's own or one's county's, filtered, by the page, exported, with its history."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from models.calendar import WorkCalendar, forget_calendar
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import WorkItem, WorkItemState
from models.ids import new_id
from models.session import unit_of_work
from tests.processes.engine.world import make_actor, start
from tests.web import case_world

pytestmark = pytest.mark.req("XX-2.7")
DAY = 24 * 60


@pytest.fixture
def add(database, business_day):
    """Add items without running cases; ``days`` says how long ago they fell due."""
    case_world.found()
    instance = start(make_actor("starter", "owner"), "small_flow")
    with unit_of_work() as session:
        today = business_day.date()
        for n in range(-40, 20):
            day = today + timedelta(days=n)
            session.add(WorkCalendar(day=day, is_workday=day.weekday() < 5, source="试"))
        session.delete(session.scalars(select(WorkItem)).one())
    forget_calendar()

    def build(count=1, *, days=1.0, **columns):
        due = business_day - timedelta(days=days)
        values = {
            "instance_id": instance, "task_id": "t", "flow": "small_flow", "title": "受理审核",
            "county_code": "dazhou", "step": "review", "role": "trading_centre",
            "state": WorkItemState.READY, "opened_at": due, "due_at": due,
            "ordered_at": due, **columns,
        }  # fmt: skip
        made = [new_id() for _ in range(count)]
        with unit_of_work() as session:
            session.add_all(WorkItem(id=one, **values) for one in made)
        return made

    build.instance = instance
    yield build
    forget_calendar()


@pytest.fixture
def leader(add, people, sign_in):
    people("dz.leader", "centre_leader")
    return sign_in("dz.leader")


def lines(browser, address="/late"):
    page = browser.get(address)
    assert page.status_code == 200, page.text
    return re.findall(r"<td[^>]*>([^<]*)</td>", page.text.replace("\n", "")), page.text


def count(browser, address="/late"):
    return browser.get(address).text.count(" data-row>")


def test_the_leader_sees_what_is_late_in_the_county_how_long_and_who_was_told(
    leader, add, business_day
):
    add(days=8, reminded_at=business_day - timedelta(days=9),
        escalated_at=business_day - timedelta(days=8), escalated_to=1,
        escalate_role="centre_leader")  # fmt: skip
    add(days=-3)
    add(days=8, state=WorkItemState.CANCELLED)
    add(days=8, county_code="huairou")
    page = leader.get("/late").text
    assert page.count(" data-row>") == 1
    assert "6个工作日" in page
    assert "11-09 09:00" in page
    assert "11-10 09:00" in page
    assert "未领取" in page


def test_a_report_that_reached_nobody_says_so(leader, add, business_day):
    add(escalated_at=business_day, escalated_to=0, escalate_role="centre_leader")
    assert "交易中心领导无人任职，未能报告" in leader.get("/late").text


@pytest.mark.parametrize("role", ["trading_centre", "regulator", "oversight_authority"])
def test_every_office_that_oversees_sees_its_own_county_alone(add, people, sign_in, role):
    people("office", role)
    add(role="owner", party_id="somebody")
    add(county_code="huairou")
    assert count(sign_in("office")) == 1


def test_a_party_sees_its_own_and_nobody_elses(add, people, sign_in):
    account = people("dz.owner", "owner")
    own = case_world.join_party(account, "甲单位")
    add(role="owner", party_id=own)
    add(role="owner", account_id=account.id)
    add(role="owner", party_id="somebody-else")
    add(role="trading_centre")
    browser = sign_in("dz.owner")
    assert count(browser) == 2
    assert "本单位和本人" in browser.get("/late").text


def test_filters_live_in_the_address(leader, add, people):
    party = case_world.join_party(people("dz.owner", "owner"), "青石镇人民政府")
    add(days=1, role="owner", party_id=party)
    add(days=8)
    assert count(leader) == 2
    assert count(leader, "/late?role=owner") == 1
    assert count(leader, "/late?party=青石") == 1
    assert count(leader, "/late?party=没有") == 0
    assert count(leader, "/late?flow=other") == 0
    assert count(leader, "/late?long=5") == 1
    assert "清空条件" in leader.get("/late?party=没有").text


def test_how_long_counts_working_days(leader, add):
    add(days=5)  # the Friday before: Monday, Tuesday, Wednesday are three working days
    assert "3个工作日" in leader.get("/late").text
    assert (count(leader, "/late?long=3"), count(leader, "/late?long=5")) == (1, 0)
    assert count(leader, "/late?long=2") == 1


def test_the_longest_late_comes_first_or_last(leader, add):
    [oldest], [newest] = add(days=9, title="甲"), add(days=1, title="乙")
    assert oldest != newest
    page = leader.get("/late").text
    assert page.index(">甲<") < page.index(">乙<")
    turned = leader.get("/late?sort=-at").text
    assert turned.index(">乙<") < turned.index(">甲<")


@pytest.mark.parametrize("view", ["open", "done"])
@pytest.mark.parametrize("order", ["at", "-at"])
def test_pages_follow_one_another(leader, add, business_day, view, order):
    done = {"state": WorkItemState.DONE, "done_at": business_day}
    add(45, days=2, **(done if view == "done" else {}))
    seen, link = 0, f"/late?view={view}&sort={order}"
    while link:
        page = leader.get(link).text
        seen += page.count(" data-row>")
        found = re.search(r'rel="next" href="([^"]+)"', page)
        link = found[1].replace("&amp;", "&") if found else ""
    assert seen == 45


def test_what_was_done_too_late_is_a_view_of_its_own(leader, add, business_day):
    done = {"state": WorkItemState.DONE, "done_by": "x"}
    add(days=8, done_at=business_day - timedelta(days=1), **done)
    add(days=2, done_at=business_day - timedelta(days=3), **done)
    assert count(leader) == 0
    page = leader.get("/late?view=done").text
    assert page.count(" data-row>") == 1
    assert "5个工作日" in page
    assert count(leader, "/late?view=done&since=2026-11-18") == 0
    assert count(leader, "/late?view=done&until=2026-11-17") == 1


def test_a_suspended_case_is_marked(leader, add):
    add()
    with unit_of_work() as session:
        session.get_one(Instance, add.instance).status = InstanceStatus.SUSPENDED
    assert "案卷暂停" in leader.get("/late").text


def test_the_export_holds_every_page(leader, add):
    add(230, days=3)
    answer = leader.get("/late?export=xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == 231


def test_an_empty_list_says_why_and_what_to_do(leader):
    page = leader.get("/late").text
    assert "没有超期的环节" in page
    assert 'href="/inbox"' in page
    assert "没有超期办结的环节" in leader.get("/late?view=done").text


@pytest.mark.parametrize(
    "address", ["view=x", "cursor=x", "long=x", "sort=x", "since=x", "county=x"]
)
def test_a_false_address_never_faults(leader, add, address):
    add()
    assert leader.get(f"/late?{address}").status_code in (200, 422)


def test_a_year_without_a_calendar_is_said_and_no_fault(leader, add):
    add(days=900)
    assert "工作日历未载入" in leader.get("/late").text


def test_one_page_takes_few_statements_however_much_is_late(leader, add, statements):
    add(300, days=2)
    leader.get("/late")
    statements.clear()
    leader.get("/late?q=没有&party=没有")
    most = len([one for one in statements if one.startswith(("SELECT", "WITH"))])
    statements.clear()
    leader.get("/late")
    looks = [one[:200] for one in statements if one.startswith(("SELECT", "WITH"))]
    assert len(looks) <= 5, "\n".join(looks)
    assert most <= 8


def test_no_page_reads_every_row(leader, add, database):
    add()
    plans = []

    def explain(connection, _cursor, text, given, *_):
        if "work_item" in text and not text.startswith("EXPLAIN"):
            raw = connection.connection.driver_connection
            plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {text}", given))

    event.listen(database, "before_cursor_execute", explain)
    leader.get("/late")
    leader.get("/late?view=done")
    event.remove(database, "before_cursor_execute", explain)
    assert any("ix_work_item_late" in plan for plan in plans)
    assert any("ix_work_item_done_late_county" in plan for plan in plans)
    assert [plan for plan in plans if plan.startswith("SCAN work_item")] == []
