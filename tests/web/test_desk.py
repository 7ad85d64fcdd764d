from datetime import date, timedelta

import pytest

from models.calendar import WorkCalendar
from models.flow.definition import Content, Definition, DefinitionStatus
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import WorkItem, WorkItemState
from models.identity.party import Party
from models.project import Project, ProjectPhase, SelectionMethod
from models.session import unit_of_work

WEEKEND = 5


@pytest.fixture
def centre(people, sign_in, business_day):
    """The centre's officer, with work that is late, due today, due later, and done."""
    account = people("dz.centre", "trading_centre", name="沈砚秋")
    with unit_of_work() as session:
        for number in range(30):
            day = date(2026, 11, 1) + timedelta(days=number)
            session.add(WorkCalendar(day=day, is_workday=day.weekday() < WEEKEND, source="测试"))
        session.add(Content(sha256="d" * 64, body=b"<xml/>"))
        session.add(
            Party(
                id="p1",
                name="望江路街道",
                credit_code="91110000000000001X",
                county_code="dazhou",
                created_at=business_day,
            )
        )
        session.flush()
        session.add(
            Definition(
                id="d1",
                key="random_selection",
                county_code="dazhou",
                version=1,
                title="随机选取",
                status=DefinitionStatus.PUBLISHED,
                diagram="d" * 64,
                created_at=business_day,
            )
        )
        session.add(
            Project(
                id="j1",
                number="DZ-2026-0001",
                county_code="dazhou",
                owner_id="p1",
                title="屋面防水维修",
                works_type="建筑",
                method=SelectionMethod.RANDOM_DRAW,
                phase=ProjectPhase.ANNOUNCED,
                ceiling_price=100,
                selection_at=business_day + timedelta(days=1),
                created_at=business_day,
            )
        )
        session.flush()
        session.add(
            Instance(
                id="i1",
                definition_id="d1",
                county_code="dazhou",
                project_id="j1",
                status=InstanceStatus.RUNNING,
                state=b"",
                rules_on=business_day.date(),
                started_by="x",
                created_at=business_day,
            )
        )
        session.flush()
        for step, due, values in (
            ("late", -1, {}),
            ("today", 0.2, {}),
            ("later", 2, {}),
            (
                "finished",
                1,
                {
                    "state": WorkItemState.DONE,
                    "done_by": account.id,
                    "done_at": business_day - timedelta(hours=1),
                    "outcome": "审核通过",
                },
            ),
        ):
            moment = business_day + timedelta(days=due)
            session.add(
                WorkItem(
                    instance_id="i1",
                    task_id=step,
                    flow="random_selection",
                    county_code="dazhou",
                    project_id="j1",
                    step=step,
                    title=f"步骤{step}",
                    role="trading_centre",
                    opened_at=business_day,
                    due_at=moment,
                    ordered_at=moment,
                    **{"state": WorkItemState.READY, **values},
                )
            )
    return sign_in("dz.centre")


def test_the_desk_tells_what_waits_and_what_is_due(centre):
    page = centre.get("/desk").text
    assert "沈砚秋，上午好。今天是2026年11月18日 星期三。" in page
    for words in (
        "已超期",
        "今天到期",
        "最早13:48",
        "超期1个工作日",
        "步骤late",
        "DZ-2026-0001",
        "望江路街道",
    ):
        assert words in page, words
    assert page.index("步骤late") < page.index("步骤today") < page.index("步骤later")


def test_the_five_days_ahead_count_deadlines_and_draws(centre):
    week = centre.get("/desk").text.partition("近五个工作日")[2].partition("最近经办")[0]
    lines = [" ".join(line.split()) for line in week.split("<li>")[1:]]
    assert "1件到期" in lines[0]
    assert "1场选取" in lines[1]
    assert "1件到期" in lines[2]
    assert "11-24" in lines[4]
    assert "没有到期事项" in lines[4]


def test_what_was_done_last_leads_to_its_case(centre):
    mine = centre.get("/desk").text.partition("最近经办")[2]
    assert 'href="/cases/i1"' in mine
    assert "步骤finished：审核通过" in mine


def test_offices_see_where_projects_stand_and_contractors_do_not(centre, people, sign_in):
    people("dz.contractor01", "contractor")
    assert "在办项目都在哪一步" in centre.get("/desk").text
    page = sign_in("dz.contractor01").get("/desk").text
    assert "在办项目都在哪一步" not in page
    assert "现在没有待办" in page


def test_a_desk_takes_a_bounded_number_of_statements(centre, statements):
    centre.get("/desk")
    assert sum(text.startswith("SELECT") for text in statements) <= 21, len(statements)


def test_keepers_have_their_desk_in_the_back_office(people, sign_in):
    people("keeper.audit", "keeper_audit", county="*")
    assert sign_in("keeper.audit").get("/desk").location == "/admin/"


def test_every_figure_opens_a_list(centre):
    page = centre.get("/desk").text
    for address in (
        "/inbox",
        "/inbox?view=overdue",
        "/inbox?due=today",
        "/inbox?view=done",
        "/projects?phase=announced",
    ):
        assert f'href="{address}"' in page
        assert centre.get(address).status_code == 200, address
