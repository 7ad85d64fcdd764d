"""Who fits a project: every condition with its reason, on the day and by the roster."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import CHINA
from models.identity.account import Account
from models.identity.party import Party
from models.project import Project, ProjectPhase, SelectionMethod
from models.roster.eligibility import (
    assess,
    eligible_parties,
    eligible_projects,
    fits,
    is_suspended,
)
from models.roster.entry import EntryStatus, RosterEntry, Suspension
from models.session import unit_of_work
from tests.city import City, city, county

__all__ = ["city", "county"]

DAY = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)
BUILDING_3 = {
    "scheme": "general_contracting",
    "category": "建筑工程施工总承包",
    "level": 3,
    "level_name": "三级",
}
LICENCE = {"scheme": "safety_licence", "category": "安全生产许可证", "level": 0, "level_name": ""}


def project_wanting(*requirements: dict[str, object]) -> Project:
    return Project(county_code="dazhou", requirements=list(requirements))


def party(session: Session, number: int) -> str:
    username = f"dz.contractor{number:02d}"
    return str(session.scalars(select(Account.party_id).where(Account.username == username)).one())


def lacking(number: int, project: Project, on: datetime = DAY) -> list[str]:
    with unit_of_work() as session:
        return [one.code for one in fits(session, party(session, number), project, on)]


@pytest.mark.req("DZ-A4b")
def test_level_wanted_or_higher_fits_and_a_lower_one_does_not(city: City) -> None:
    assert lacking(2, project_wanting(BUILDING_3)) == []
    assert lacking(6, project_wanting(BUILDING_3)) == []
    assert lacking(2, project_wanting({**BUILDING_3, "level": 2})) == ["qualification"]


@pytest.mark.req("DZ-A4b")
def test_every_requirement_must_be_met(city: City) -> None:
    municipal = {**BUILDING_3, "category": "市政公用工程施工总承包"}
    assert lacking(1, project_wanting(BUILDING_3, municipal, LICENCE)) == []
    assert lacking(2, project_wanting(BUILDING_3, municipal, LICENCE)) == ["qualification"]


def test_category_of_another_scheme_does_not_count(city: City) -> None:
    assert lacking(2, project_wanting({**BUILDING_3, "scheme": "special_contracting"})) == [
        "qualification"
    ]


def test_qualification_counts_on_the_days_of_its_validity_alone(city: City) -> None:
    expired = project_wanting(BUILDING_3)
    assert lacking(12, expired) == ["qualification"]
    assert lacking(12, expired, datetime(2026, 10, 31, 23, 59, tzinfo=CHINA)) == []


@pytest.mark.req("HR-2.5.4")
def test_suspension_ends_by_itself_at_its_minute(city: City) -> None:
    until = datetime(2026, 11, 2, 9, 0, tzinfo=CHINA) + timedelta(days=60)
    project = project_wanting(BUILDING_3)
    assert lacking(11, project, until - timedelta(minutes=1)) == ["suspension"]
    assert lacking(11, project, until) == []


def test_lifted_suspension_holds_no_more() -> None:
    stop = Suspension(from_at=DAY, until_at=DAY + timedelta(days=9), lifted_at=None)
    assert is_suspended(stop, DAY)
    stop.lifted_at = DAY + timedelta(days=1)
    assert is_suspended(stop, DAY)
    assert not is_suspended(stop, DAY + timedelta(days=1))


def test_enterprise_that_is_not_on_the_roster_fits_nothing(city: City) -> None:
    with unit_of_work() as session:
        entry = session.scalars(
            select(RosterEntry).where(RosterEntry.party_id == party(session, 2))
        ).one()
        entry.status = EntryStatus.REMOVED
    assert lacking(2, project_wanting(BUILDING_3)) == ["roster"]


def test_reasons_speak_chinese_of_the_enterprise_itself(city: City) -> None:
    with unit_of_work() as session:
        told = assess(session, party(session, 11), project_wanting(LICENCE, BUILDING_3), DAY)
        names = session.scalars(select(Party.name)).all()
    text = "".join(one.condition + one.found for one in told)
    assert "停用至2027-01-01 09:00" in text
    assert "建筑工程施工总承包三级及以上" in text
    assert not any(name in text for name in names)


def test_whole_rosters_answer_is_that_of_each_enterprise(city: City) -> None:
    project = project_wanting(BUILDING_3, LICENCE)
    with unit_of_work() as session:
        fitting = eligible_parties(session, project, DAY)
        everybody = session.scalars(select(RosterEntry.party_id)).all()
        one_by_one = [one for one in everybody if not fits(session, one, project, DAY)]
    assert fitting == sorted(one_by_one)
    assert len(fitting) == 9


@pytest.mark.req("DZ-A5")
def test_only_announced_projects_of_the_county_are_offered(city: City) -> None:
    story = city.announced()
    with unit_of_work() as session:
        draft = Project(
            number="DZX-2026-9999",
            county_code="dazhou",
            owner_id=party(session, 1),
            title="未公告的项目",
            works_type="房屋建筑",
            method=SelectionMethod.RANDOM_DRAW,
            phase=ProjectPhase.INTAKE,
            ceiling_price=1,
            created_at=DAY,
        )
        session.add(draft)
        session.flush()
        offered = list(eligible_projects(session, party(session, 2), "dazhou", DAY))
    assert [project.id for project, _ in offered] == [story.project]
    assert all(reason.holds for reason in offered[0][1])
