"""Project search for everybody: what was announced, by state, number and what a notice tells."""

import io
import zipfile

import pytest

from models.clock import business_clock, fixed
from models.notice import Notice, NoticeKind
from models.project import Management, Project, ProjectPhase, SelectionMethod
from models.session import unit_of_work
from tests import seeding
from tests.seeding import MORNING, PUBLISHED_AT


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


@pytest.fixture
def projects(town):
    """One traded and over, one being announced by an agency, one that nobody may know of yet."""
    over = seeding.finished(town, "水渠工程")
    open_ = seeding.announce(town, "照明工程", works_type="机电")
    hidden = seeding.announce(town, "桥梁工程")
    with unit_of_work() as session:
        project = session.get_one(Project, over.project_id)
        project.phase, project.ended_at = ProjectPhase.EVALUATED, PUBLISHED_AT
        project = session.get_one(Project, open_.project_id)
        project.method = SelectionMethod.COMPARATIVE_SELECTION
        project.management = Management.ENTRUSTED
        session.get_one(Project, hidden.project_id).announced_at = None
    return over


def found(client, address):
    with business_clock(fixed(PUBLISHED_AT)):
        page = client.get(f"/public-projects?{address}")
    assert page.status_code == 200
    table = page.text.partition("<tbody>")[2]
    return {word for word in ("照明", "水渠", "桥梁") if f"{word}工程" in table}


@pytest.mark.req("HR-2.2.5")
@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("", {"照明", "水渠"}),
        ("q=照明", {"照明"}),
        ("q=青石镇", {"照明", "水渠"}),
        ("q=没有", set()),
        ("title=水渠", {"水渠"}),
        ("number=0188", {"照明"}),
        ("number=DZ-2026", {"照明", "水渠"}),
        ("owner=青石", {"照明", "水渠"}),
        ("owner=柳河", set()),
        ("works_type=机电", {"照明"}),
        ("phase=evaluated", {"水渠"}),
        ("phase=nonsense", {"照明", "水渠"}),
        ("state=running", {"照明"}),
        ("state=over", {"水渠"}),
        ("method=comparative_selection", {"照明"}),
        ("management=entrusted", {"照明"}),
        ("announced_since=2026-11-18&announced_until=2026-11-18", {"照明", "水渠"}),
        ("announced_since=2026-11-19", set()),
        ("traded_since=2026-11-23&traded_until=2026-11-23", {"水渠"}),
        ("traded_until=2026-11-22", set()),
        ("county=huairou", set()),
        ("works_type=机电&phase=evaluated", set()),
    ],
)
def test_announced_projects_are_found_by_each_condition(client, projects, address, names):
    assert found(client, address) == names


def test_a_row_leads_to_the_newest_notice_of_its_project(client, projects):
    (award,) = seeding.rows(Notice, draw_id=projects.id, kind=NoticeKind.AWARD_NOTICE)
    with business_clock(fixed(PUBLISHED_AT)):
        assert f"/notices/{award.id}" in client.get("/public-projects?q=水渠").text
    with business_clock(fixed(MORNING)):
        assert f"/notices/{award.id}" not in client.get("/public-projects?q=水渠").text


def test_what_is_found_is_exported(client, projects):
    answer = client.get("/public-projects?works_type=机电&export=xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == 2


def test_an_empty_list_says_what_to_do(client, town):
    assert "还没有公告的项目" in client.get("/public-projects").text
    assert "清空条件" in client.get("/public-projects?q=没有").text


@pytest.mark.parametrize("address", ["announced_since=x", "cursor=W10", "limit=-1", "sort=x"])
def test_a_false_address_never_faults(client, projects, address):
    assert client.get(f"/public-projects?{address}").status_code in (200, 422)


def test_pages_follow_one_another_where_many_match_and_where_few_do(client, town):
    for number in range(5):
        seeding.announce(town, f"工程{number}")
    for address in ("/public-projects?limit=2", "/public-projects?limit=2&q=工程"):
        seen, path = [], address
        while path:
            page = client.get(path).text
            seen += [number for number in range(5) if f">工程{number}</a>" in page]
            rest = page.split('rel="next" href="')
            path = rest[1].split('"')[0].replace("&amp;", "&") if len(rest) > 1 else ""
        assert sorted(seen) == list(range(5))
