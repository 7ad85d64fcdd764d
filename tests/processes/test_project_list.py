"""Projects are listed to those who run or watch them, page by page without gaps."""

from datetime import timedelta

import pytest

from models.clock import system_now
from models.flow.work_item import WorkItem, WorkItemState
from models.identity.actor import Actor
from models.identity.county import County
from models.identity.party import Party
from models.ids import new_id
from models.paging import BadCursorError, encode_cursor
from models.project import Project, ProjectPhase, SelectionMethod
from processes.project_list import every_project, list_projects
from processes.project_query import ProjectQuery


@pytest.fixture
def parties(session, business_day):
    for code in ("dazhou", "huairou"):
        session.add(County(code=code, name=code))
    session.flush()
    made = {}
    for n, (name, county) in enumerate(
        (("青石镇", "dazhou"), ("柳河镇", "dazhou"), ("怀北镇", "huairou"))
    ):
        made[name] = Party(
            id=new_id(), name=name, credit_code=f"{n:018}", county_code=county, created_at=system_now()
        )  # fmt: skip
        session.add(made[name])
    session.flush()
    return made


@pytest.fixture
def add(session, parties, business_day):
    def build(number, owner="青石镇", *, title="渠道修缮", minutes=0, **more):
        values = {
            "works_type": "water", "method": SelectionMethod.RANDOM_DRAW,
            "phase": ProjectPhase.INTAKE, "ceiling_price": 100, **more,
        }  # fmt: skip
        project = Project(
            id=new_id(), number=number, county_code=parties[owner].county_code,
            owner_id=parties[owner].id, title=title,
            created_at=business_day + timedelta(minutes=minutes), **values,
        )  # fmt: skip
        session.add(project)
        session.flush()
        return project

    return build


def actor(party=None, *grants):
    return Actor(
        account_id="a", name="某", party_id=party.id if party else None, grants=frozenset(grants)
    )


def numbers(session, who, **query):
    return [project.number for project in list_projects(session, who, ProjectQuery(**query)).items]


def test_an_owner_sees_its_own_a_centre_its_county_the_city_all(session, parties, add):
    add("1"), add("2", "柳河镇"), add("3", "怀北镇")
    assert numbers(session, actor(parties["青石镇"], ("owner", "dazhou"))) == ["1"]
    assert set(numbers(session, actor(None, ("trading_centre", "dazhou")))) == {"1", "2"}
    assert set(numbers(session, actor(None, ("regulator", "*")))) == {"1", "2", "3"}


def test_a_supervisor_sees_the_projects_it_works_in(session, parties, add):
    mine, _ = add("1"), add("2")
    who = actor(parties["柳河镇"], ("supervisor", "dazhou"))
    assert numbers(session, who) == []
    session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    session.add(
        WorkItem(
            id=new_id(), instance_id="x", task_id="t", flow="f", county_code="dazhou", step="s",
            title="监理", role="supervisor", party_id=parties["柳河镇"].id, project_id=mine.id,
            state=WorkItemState.READY, opened_at=mine.created_at, ordered_at=mine.created_at,
        )
    )  # fmt: skip
    session.flush()
    assert numbers(session, who) == ["1"]


def test_contractors_and_keepers_find_nothing_here(session, parties, add):
    add("1")
    assert numbers(session, actor(parties["青石镇"], ("contractor", "dazhou"))) == []
    assert numbers(session, actor(None, ("system_keeper", "*"))) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "护坡"}, ["B-2"]),
        ({"q": "B-"}, ["B-2"]),
        ({"q": "柳河"}, ["B-2"]),
        ({"q": "100%"}, []),
        ({"phase": ProjectPhase.DRAWN}, ["A-1"]),
        ({"method": SelectionMethod.REVERSE_AUCTION}, ["B-2"]),
        ({"county": "huairou"}, []),
    ],
)
def test_search_and_filters_narrow_the_scope(session, add, query, found):
    add("A-1", phase=ProjectPhase.DRAWN)
    add("B-2", "柳河镇", title="护坡100元", method=SelectionMethod.REVERSE_AUCTION)
    assert numbers(session, actor(None, ("trading_centre", "*")), **query) == found


@pytest.mark.parametrize(
    "sort", ["created", "-created", "number", "-number", "price", "-price", "x"]
)
def test_pages_follow_one_another_without_gap_or_repeat(session, add, sort):
    for n in range(7):
        add(f"N{n}", minutes=n // 2, ceiling_price=100 + n % 3)
    who = actor(None, ("trading_centre", "*"))
    whole = [one.number for one in every_project(session, who, ProjectQuery(sort=sort), most=99)]
    seen, cursor = [], None
    while cursor is not None or not seen:
        page = list_projects(session, who, ProjectQuery(sort=sort, limit=2, cursor=cursor))
        seen += [one.number for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == whole
    assert len(set(seen)) == 7


@pytest.mark.parametrize("cursor", ["!!", encode_cursor("yesterday", "a"), encode_cursor("a")])
def test_a_cursor_of_another_list_is_refused(session, add, cursor):
    with pytest.raises(BadCursorError):
        numbers(session, actor(None, ("trading_centre", "*")), cursor=cursor)


def test_a_text_is_no_price(session, add):
    with pytest.raises(BadCursorError):
        numbers(
            session,
            actor(None, ("trading_centre", "*")),
            sort="price",
            cursor=encode_cursor("a", "b"),
        )
