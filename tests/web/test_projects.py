"""The list of projects: conditions live in the address, what cannot be is said in words."""

import io
import zipfile

import pytest

from models.clock import business_now
from models.identity.party import Party
from models.ids import new_id
from models.project import Project, ProjectPhase, SelectionMethod
from models.session import unit_of_work


@pytest.fixture
def projects(people, business_day):
    owner = Party(
        id=new_id(), name="青石镇人民政府", credit_code="1" * 18, county_code="dazhou",
        created_at=business_day,
    )  # fmt: skip
    people("dz.centre", "trading_centre")
    with unit_of_work() as session:
        session.add(owner)
        session.flush()
        for n in range(25):
            session.add(
                Project(
                    id=new_id(),
                    number=f"DZ-2026-{n:04}",
                    county_code="dazhou",
                    owner_id=owner.id,
                    title=f"渠道修缮{n}期<b>",
                    works_type="水利",
                    created_at=business_now(),
                    method=SelectionMethod.RANDOM_DRAW,
                    ceiling_price=10_000_000 + n,
                    phase=ProjectPhase.ANNOUNCED if n % 2 else ProjectPhase.INTAKE,
                )
            )


@pytest.fixture
def centre(projects, sign_in):
    return sign_in("dz.centre")


def test_the_conditions_stand_in_the_address_and_as_chips(centre):
    page = centre.get("/projects?q=渠道&phase=announced&sort=-price").text
    assert "状态：公告中" in page
    assert "关键词：渠道" in page
    assert 'aria-sort="descending"' in page
    assert "DZ-2026-0023" in page
    assert "DZ-2026-0022" not in page


def test_titles_are_text_and_never_markup(centre):
    assert "&lt;b&gt;" in centre.get("/projects").text


def test_the_next_page_carries_the_conditions_on(centre):
    first = centre.get("/projects?sort=number").text
    assert "DZ-2026-0019" in first
    assert "DZ-2026-0020" not in first
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = centre.get(link).text
    assert "DZ-2026-0020" in second
    assert "DZ-2026-0019" not in second


def test_an_empty_result_says_what_to_do(centre):
    page = centre.get("/projects?q=没有这个").text
    assert "没有符合条件的项目" in page
    assert "清空条件" in page


def test_the_export_holds_what_the_filters_find(centre):
    answer = centre.get("/projects?phase=announced&export=xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == 13


@pytest.mark.parametrize(
    "address",
    ["since=2026-13-01", "until=x", "cursor=x", "sort=owner", "phase=x&method=y&limit=-1"],
)
def test_a_false_address_never_faults(centre, address):
    assert centre.get(f"/projects?{address}").status_code in (200, 422)


def test_contractors_are_not_let_in(people, sign_in):
    people("dz.contractor01", "contractor")
    assert sign_in("dz.contractor01").get("/projects").status_code == 403


def test_a_page_of_projects_takes_few_statements(centre, statements):
    centre.get("/projects")
    assert sum(one.startswith("SELECT") for one in statements) <= 6, statements
