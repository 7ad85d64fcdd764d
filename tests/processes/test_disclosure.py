"""Who sees what of a project, and when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.identity.account import Account
from models.identity.loading import actor_of
from models.project import Project
from models.selection.tables import Mask
from models.session import reading, unit_of_work
from processes.demo.story import Story
from processes.disclosure import (
    FIELDS,
    MASKED,
    OUTSIDE,
    HiddenProjectError,
    Viewer,
    disclose,
    viewer_of,
)
from tests.city import FREEZE, MORNING, City, after, city, county

__all__ = ["city", "county"]


def seen(story: Story, viewer: Viewer) -> dict[str, object]:
    with reading() as session:
        return disclose(session, session.get_one(Project, story.project), viewer)


@pytest.mark.parametrize("viewer", sorted(OUTSIDE))
def test_project_begins_for_outsiders_with_its_first_notice(city: City, viewer: Viewer) -> None:
    story = city.story()
    story.prepare(MORNING)
    with pytest.raises(HiddenProjectError):
        seen(story, viewer)
    story.announce(after(hours=1), FREEZE, FREEZE + timedelta(days=1))
    assert seen(story, viewer)["title"] == story.requirement.title


@pytest.mark.req("DZ-80a")
def test_count_is_hidden_before_the_freeze_and_names_before_the_result(city: City) -> None:
    story = city.announced(1, 2, 3)
    for viewer in Viewer:
        assert seen(story, viewer)["tickets"] == MASKED
    story.wake(FREEZE)
    for viewer in Viewer:
        shown = seen(story, viewer)
        assert shown["tickets"] == 3
        assert shown["winner"] is None
    assert seen(story, Viewer.REGULATOR)["interests"] == MASKED


@pytest.mark.req("DZ-80a")
def test_regulator_alone_sees_every_joiner_after_the_result(city: City) -> None:
    story = city.published(1, 2, 3)
    names = seen(story, Viewer.REGULATOR)["interests"]
    assert isinstance(names, list)
    assert len(names) == 3
    assert seen(story, Viewer.PUBLIC)["winner"] in names
    for viewer in set(Viewer) - {Viewer.REGULATOR}:
        assert "interests" not in seen(story, viewer)


def test_field_without_any_mask_row_stays_hidden(city: City) -> None:
    story = city.published(1, 2)
    with unit_of_work() as session:
        for mask in session.scalars(select(Mask)):
            session.delete(mask)
    assert seen(story, Viewer.REGULATOR)["interests"] == MASKED


def test_field_that_a_second_mask_still_hides_stays_hidden(city: City) -> None:
    story = city.published(1, 2)
    with unit_of_work() as session:
        mask = Mask(project_id=story.project, field="interests", until="review", article="x")
        mask.set_at = MORNING
        session.add(mask)
    assert seen(story, Viewer.REGULATOR)["interests"] == MASKED


def test_nobody_outside_the_case_sees_contacts() -> None:
    for viewer in OUTSIDE:
        assert not FIELDS[viewer] & {"contact", "contact_mobile", "interests"}


WHO: list[tuple[str, Viewer]] = [
    ("dz.owner", Viewer.OWNER),
    ("dz.monitor", Viewer.OWNER),
    ("dz.centre", Viewer.CENTRE),
    ("dz.leader", Viewer.LEADER),
    ("dz.housing", Viewer.REGULATOR),
    ("dz.contractor01", Viewer.CONTRACTOR),
    ("city.centre", Viewer.PUBLIC),
    ("keeper.system", Viewer.PUBLIC),
]


def test_roles_of_the_county_decide_as_whom_one_looks(city: City) -> None:
    story = city.announced()

    def find(username: str) -> Viewer:
        with reading() as session:
            account = session.scalars(select(Account.id).where(Account.username == username)).one()
            return viewer_of(actor_of(session, account), session.get_one(Project, story.project))

    assert [(name, find(name)) for name, _ in WHO] == WHO
    assert viewer_of(None, city.project(story)) is Viewer.PUBLIC
