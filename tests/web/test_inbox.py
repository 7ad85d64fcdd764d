"""The inbox over HTTP: views, filters in the address, pages, claiming, export, few statements."""

import io
import re
import time
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.calendar import WorkCalendar
from models.enquiry import Channel, Enquiry
from models.flow.instance import Instance
from models.flow.work_item import WorkItem, WorkItemState
from models.ids import new_id
from models.project import Project, ProjectPhase, SelectionMethod
from models.roster.enrolment import EnrolmentRound, RoundState
from models.session import reading, unit_of_work
from tests.processes.engine.world import make_actor, start
from tests.web import case_world
from tests.web.conftest import send


@pytest.fixture
def add(database, business_day):
    """Add open items for the centre without running cases: ``add(3, minutes=…)``."""
    case_world.found()
    instance = start(make_actor("starter", "owner"), "small_flow")
    with unit_of_work() as session:
        today = business_day.date()
        for n in range(-10, 20):
            day = today + timedelta(days=n)
            session.add(WorkCalendar(day=day, is_workday=day.weekday() < 5, source="试"))
        session.delete(session.scalars(select(WorkItem)).one())

    def build(count=1, *, minutes=60, title="受理审核", **columns):
        due = business_day + timedelta(minutes=minutes)
        values = {
            "instance_id": instance, "task_id": "t", "flow": "small_flow", "title": title,
            "county_code": "dazhou", "step": "review", "role": "trading_centre",
            "state": WorkItemState.READY, "opened_at": business_day, "due_at": due,
            "ordered_at": due, **columns,
        }  # fmt: skip
        made = [new_id() for _ in range(count)]
        with unit_of_work() as session:
            session.add_all(WorkItem(id=one, **values) for one in made)
        return made

    return build


@pytest.fixture
def account(add, people):
    return people("dz.centre", "trading_centre", name="沈砚秋")


@pytest.fixture
def centre(account, sign_in):
    return sign_in("dz.centre")


def shown(browser, address):
    page = browser.get(address)
    assert page.status_code == 200, page.text
    return re.findall(r'href="/work-items/([0-9a-f]{32})" data-row', page.text)


def test_the_most_urgent_comes_first_and_lateness_is_said_in_words(centre, add):
    [later], [late], [soon] = add(minutes=4000), add(minutes=-3000), add(minutes=5)
    assert shown(centre, "/inbox") == [late, soon, later]
    page = centre.get("/inbox").text
    assert "超期2个工作日" in page
    assert "今天到期" in page


@pytest.mark.req("PL-4")
def test_each_view_shows_its_own(centre, account, add):
    [free], [late] = add(), add(minutes=-60)
    [mine] = add(state=WorkItemState.CLAIMED, claimed_by=account.id)
    [done] = add(
        state=WorkItemState.DONE, done_by=account.id, done_at=account.created_at, outcome="受理"
    )
    assert set(shown(centre, "/inbox")) == {free, late, mine}
    assert set(shown(centre, "/inbox?view=claimable")) == {free, late}
    assert shown(centre, "/inbox?view=overdue") == [late]
    assert shown(centre, "/inbox?view=done") == [done]


def test_items_of_others_are_not_shown(centre, add):
    add(county_code="huairou")
    add(role="owner")
    add(party_id="somebody")
    add(account_id="somebody")
    assert shown(centre, "/inbox") == []


def test_filters_live_in_the_address_and_as_chips(centre, add):
    [today], _ = add(minutes=5), add(minutes=3 * 24 * 60)
    assert shown(centre, "/inbox?due=today") == [today]
    assert "截止：今天" in centre.get("/inbox?due=today").text
    assert shown(centre, "/inbox?flow=other") == []


def test_the_search_finds_owners_enterprises_and_enquiries(centre, add, people, business_day):
    owner = case_world.join_party(people("dz.owner", "owner"), "青石镇人民政府")
    company = case_world.join_party(people("dz.new", "applicant"), "清溪建筑有限公司")
    with unit_of_work() as session:
        first, *others = session.scalars(select(Instance)).all()
        assert others == []
        columns = {"county_code": "dazhou", "created_at": business_day}
        session.add(
            Project(
                id="j1", number="DZX-1", owner_id=owner, title="桥面维修", works_type="市政",
                method=SelectionMethod.RANDOM_DRAW, phase=ProjectPhase.INTAKE,
                ceiling_price=100, **columns,
            )
        )  # fmt: skip
        copies = {"enrolled": None, "asked": None}
        for name in copies:
            values = {
                column.key: getattr(first, column.key)
                for column in Instance.__table__.c
                if column.key != "id"
            }
            session.add(Instance(id=name, **values))
        session.add(
            EnrolmentRound(
                instance_id="enrolled", party_id=company, county_code="dazhou", kind="contractor",
                round=1, state=RoundState.SUBMITTED,
            )
        )  # fmt: skip
        session.add(
            Enquiry(
                instance_id="asked", county_code="dazhou", number="ZX-9", channel=Channel.VISIT,
                subject="入驻要哪些资料", registered_by="x", registered_at=business_day,
            )
        )  # fmt: skip
    [project], [enrolled] = add(project_id="j1"), add(instance_id="enrolled")
    [asked], _ = add(instance_id="asked"), add()
    for words, found in (
        ("青石镇", project), ("桥面", project), ("DZX-1", project),
        ("清溪", enrolled), ("哪些资料", asked), ("ZX-9", asked),
    ):  # fmt: skip
        assert shown(centre, f"/inbox?q={words}") == [found], words


def test_pages_follow_one_another(centre, add):
    made = set(add(25))
    first = centre.get("/inbox").text
    link = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert set(shown(centre, "/inbox")) | set(shown(centre, link)) == made
    assert len(shown(centre, link)) == 5


def test_claiming_from_the_list_opens_the_item(centre, account, add):
    [item] = add()
    answer = send(centre, f"/work-items/{item}/claim", page="/inbox")
    assert answer.headers["Location"] == f"/work-items/{item}"
    with reading() as session:
        assert session.get_one(WorkItem, item).claimed_by == account.id


def test_claiming_several_tells_what_somebody_else_was_quicker_with(centre, account, add, people):
    other = people("dz.centre2", "trading_centre", name="何以宁")
    [free], [taken] = add(), add(state=WorkItemState.CLAIMED, claimed_by=other.id)
    found = centre.get("/inbox").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', found)[1]
    answer = centre.post(
        "/inbox/claim",
        data={"csrf_token": token, "item": [free, taken], "back": "/inbox?due=today"},
    )
    assert answer.headers["Location"] == "/inbox?due=today"
    page = centre.get("/inbox").text
    assert "已领取1件待办" in page
    assert "该待办已由何以宁领取" in page


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_the_way_back_never_leads_to_another_site(centre, add, back):
    add()
    answer = send(centre, "/inbox/claim", page="/inbox", back=back)
    assert answer.headers["Location"] == "/inbox"


def test_the_export_holds_every_page(centre, add):
    add(230)
    answer = centre.get("/inbox?export=xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == 231


def test_an_empty_inbox_says_why_and_what_to_do(centre, people, sign_in):
    assert "没有待办" in centre.get("/inbox").text
    people("dz.owner", "owner")
    assert 'href="/projects/new"' in sign_in("dz.owner").get("/inbox").text
    assert "清空条件" in centre.get("/inbox?q=没有").text


@pytest.mark.parametrize(
    "address",
    ["view=x", "cursor=x", "due=x", "limit=99999", "sort=x", "view=done&due=today", "county=x"],
)
def test_a_false_address_never_faults(centre, add, address):
    add()
    assert centre.get(f"/inbox?{address}").status_code in (200, 422)


def test_one_page_takes_few_statements_however_many_are_open(centre, add, statements):
    add(300)
    centre.get("/inbox")  # calendar and titles are kept from here on
    statements.clear()
    centre.get("/inbox")
    looks = [one[:300] for one in statements if one.startswith(("SELECT", "WITH"))]
    assert len(looks) <= 6, "\n".join(looks)


def test_a_page_among_many_open_items_is_quick(centre, add, database):
    add(20_000, minutes=600)
    centre.get("/inbox")
    began = time.perf_counter()
    for _ in range(5):
        centre.get("/inbox")
    assert (time.perf_counter() - began) / 5 < 0.15


def test_the_count_in_the_shell_is_the_number_of_open_items(centre, add):
    add(3)
    assert re.search(r'aria-label="待办，3件"', centre.get("/inbox").text)


def test_cases_without_people_waiting_stay_out(centre, add):
    with reading() as session:
        assert session.scalars(select(Instance)).one() is not None
    assert shown(centre, "/inbox") == []
