"""What is told of a comparison to whom: nothing of registrations before the masks are lifted."""

import pytest
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.identity.actor import Actor
from models.project import Management, Project
from models.selection import comparisons
from models.selection.tables import Mask
from models.session import reading, unit_of_work
from processes.disclosure import MASKED, Viewer, disclose, viewer_of
from tests import seeding
from tests.models.selection import comparing
from tests.models.selection.comparing import CLOSES, act
from tests.seeding import MORNING

INSIDE = (Viewer.OWNER, Viewer.CENTRE, Viewer.LEADER, Viewer.REGULATOR)
OUTSIDE = (Viewer.PUBLIC, Viewer.CONTRACTOR)
HIDDEN = ("tickets", "registrants", "passed", "candidates")


@pytest.fixture
def standing(tmp_path):
    """A comparison that takes registrations, announced, its names and ranking masked."""
    with comparing.standing(tmp_path / "comparison") as (town, comparison):
        with business_clock(fixed(MORNING)), unit_of_work() as session:
            project = session.get_one(Project, comparison.project_id)
            draw = comparisons.draw_of(session, comparison)
            session.add(seeding._tender(project, draw))
        mask(comparison, "interests", "interest_count", "ranking")
        yield town, comparison


def mask(comparison, *fields):
    with unit_of_work() as session:
        for name in fields:
            row = Mask(project_id=comparison.project_id, field=name, until="frozen")
            row.article, row.set_at = "操作手册4.5.4", MORNING
            session.add(row)


def lift(comparison, *fields):
    with unit_of_work() as session:
        found = select(Mask).where(Mask.project_id == comparison.project_id, Mask.field.in_(fields))
        for row in session.scalars(found):
            row.lifted_at = CLOSES


def shown(comparison, viewer):
    with reading() as session:
        return disclose(session, session.get_one(Project, comparison.project_id), viewer)


@pytest.mark.req("HR-4.5.4")
def test_before_the_names_are_open_every_viewer_reads_the_one_masked_text(standing):
    town, comparison = standing
    for _ in ("registering", "closed"):
        for viewer in Viewer:
            told = shown(comparison, viewer)
            assert {told[name] for name in HIDDEN if name in told} == {MASKED}, viewer
        comparing.closed(town, comparison)


@pytest.mark.req("HR-4.5.4")
def test_count_and_names_open_by_their_masks_and_names_to_those_of_the_case_alone(standing):
    town, comparison = standing
    comparing.named(town, comparison)
    assert shown(comparison, Viewer.OWNER)["registrants"] == MASKED
    lift(comparison, "interest_count")
    assert shown(comparison, Viewer.PUBLIC)["tickets"] == 4
    assert shown(comparison, Viewer.OWNER)["registrants"] == MASKED
    lift(comparison, "interests")
    for viewer in INSIDE:
        assert len(shown(comparison, viewer)["registrants"]) == 4, viewer
    for viewer in OUTSIDE:
        told = shown(comparison, viewer)
        assert "registrants" not in told
        assert (told["candidates"], told["passed"]) == (MASKED, MASKED)


@pytest.mark.req("HR-4.5.5")
def test_review_and_ranking_are_for_those_of_the_case_until_the_award_is_out(standing):
    town, comparison = standing
    comparing.named(town, comparison)
    lift(comparison, "interests", "interest_count")
    comparing.reviewed(town, comparison, comparing.candidates(comparison)[3].party_id)
    comparing.compared(town, comparison)
    inside, outside = shown(comparison, Viewer.OWNER), shown(comparison, Viewer.PUBLIC)
    assert inside["passed"] == 3
    assert [one["rank"] for one in inside["candidates"]] == [1, 2, 3, None]
    assert inside["comparison_method"] == "经评审的最低价"
    assert (outside["passed"], outside["candidates"], outside["winner"]) == (MASKED, MASKED, None)
    assert "comparison_method" not in outside


@pytest.mark.req("HR-4.5.6")
@pytest.mark.parametrize("opens", [True, False])
def test_the_published_ranking_is_for_everybody_as_far_as_the_rule_opens_it(standing, opens):
    town, comparison = standing
    comparing.named(town, comparison)
    comparing.reviewed(town, comparison)
    comparing.compared(town, comparison)
    act(town, CLOSES, comparisons.publish, comparison)
    lift(comparison, "interests", "interest_count", *(["ranking"] if opens else []))
    told = shown(comparison, Viewer.PUBLIC)
    assert (told["award_price"], told["tickets"], told["passed"]) == (comparing.PRICE, 4, 4)
    assert told["winner"] == comparing.candidates(comparison)[0].party.name
    if not opens:
        assert told["candidates"] == MASKED
        return
    assert [one["rank"] for one in told["candidates"]] == [1, 2, 3, 4]
    assert {"price", "contact", "remark", "credit_code"} & set(told["candidates"][0]) == set()


@pytest.mark.req("HR-4.11")
def test_the_entrusted_agency_sees_what_the_town_sees(standing):
    _, comparison = standing
    with unit_of_work() as session:
        project = session.get_one(Project, comparison.project_id)
        agency = seeding._party(session, "青穗招标代理有限公司", 777)
        project.management, project.agency_id = Management.ENTRUSTED, agency.id
        for party in (project.owner_id, project.agency_id):
            who = Actor(account_id="x", name="x", party_id=party)
            assert viewer_of(who, project) is Viewer.OWNER
        assert project.organiser_id == project.agency_id
