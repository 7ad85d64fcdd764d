"""Few matches are found by their keys, many by the conditions themselves; both find the same."""

import pytest

from models.paging import Page
from models.project import Project
from models.session import reading
from processes import few
from processes.open_data.notice_search import NoticeQuery
from processes.open_data.notices import list_notices
from processes.project_list import list_announced
from processes.project_query import ProjectQuery
from tests import seeding
from tests.web.conftest import settings  # noqa: F401 - the installation's settings


@pytest.fixture
def town(database, settings, business_day):  # noqa: F811
    town = seeding.build_town(settings)
    for number in range(4):
        seeding.announce(town, f"渠道{number}期", works_type="水利" if number % 2 else "市政")
    return town


def titles(page: Page) -> list[str]:
    return [getattr(one, "project", one).title for one in page.items]


@pytest.mark.parametrize("most", [0, 2, 1000])
@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"q": "渠道"}, 4),
        ({"q": "3期"}, 1),
        ({"q": "没有"}, 0),
        ({"works_type": "水利"}, 2),
        ({"works_type": "水利", "q": "1期"}, 1),
    ],
)
def test_lists_find_the_same_whatever_counts_as_few(town, monkeypatch, most, asked, number):
    monkeypatch.setattr(few, "FEW", most)
    with reading() as session:
        projects = list_announced(session, ProjectQuery(**asked))
        notices = list_notices(session, NoticeQuery(**asked))
    assert len(titles(projects)) == number
    assert sorted(titles(notices)) == sorted(titles(projects))


def test_keys_are_given_up_to_the_bound_and_then_not_at_all(town, monkeypatch):
    with reading() as session:
        monkeypatch.setattr(few, "FEW", 4)
        assert len(few.few_of(session, Project.id, [])) == 4
        monkeypatch.setattr(few, "FEW", 3)
        assert few.few_of(session, Project.id, []) is None
