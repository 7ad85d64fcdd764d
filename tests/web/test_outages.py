"""The public record of outages: what happened, which selection moved, and nobody's name."""

import io
import zipfile
from datetime import timedelta

import pytest

from models.outage import Outage, OutageSource
from models.session import unit_of_work
from models.settings import Settings
from tests.city import FREEZE, SELECTION, City, city, county
from tests.flows.interrupting import interrupt, set_new_time
from web.app import create_app

__all__ = ["city", "county"]

BACK = SELECTION + timedelta(hours=1)
LATER = SELECTION + timedelta(days=4)


@pytest.fixture
def story(city: City):
    story = city.announced(1, 2, 3)
    story.wake(FREEZE)
    interrupt(city, story, SELECTION - timedelta(minutes=5), BACK)
    return story


@pytest.fixture
def visitor(city: City, story):
    settings = Settings(data_dir=str(city.folder), secret_key="s" * 64)
    return create_app(settings).test_client()


def report(city: City, story, county: str) -> None:
    with unit_of_work() as session:
        row = Outage(found_by=OutageSource.STAFF, began_at=SELECTION, recovered_at=BACK)
        row.county_code, row.cause, row.draws = county, "施工挖断光缆", []
        row.reported_by, row.recorded_at = "沈砚秋", BACK
        session.add(row)


@pytest.mark.req("DZ-81.2")
def test_a_citizen_reads_what_an_outage_did_to_a_selection(city: City, story, visitor) -> None:
    page = visitor.get("/outages").text
    assert "线路检修停电" in page
    assert "平台发现" in page
    assert story.requirement.title in page
    assert "延至" not in page
    set_new_time(city, story, BACK, LATER)
    assert f"{SELECTION:%Y-%m-%d %H:%M}延至{LATER:%Y-%m-%d %H:%M}" in visitor.get("/outages").text
    with zipfile.ZipFile(io.BytesIO(visitor.get("/outages?export=xlsx").data)) as book:
        assert f"延至{LATER:%Y-%m-%d %H:%M}" in book.read("xl/sharedStrings.xml").decode()


def test_who_reported_an_outage_is_not_told_and_counties_are_told_apart(
    city: City, story, visitor
) -> None:
    report(city, story, "dazhou")
    both = visitor.get("/outages?county=dazhou").text
    assert "施工挖断光缆" in both
    assert "没有影响选取" in both
    assert "线路检修停电" in both
    assert "沈砚秋" not in both
    elsewhere = visitor.get("/outages?county=huairou").text
    assert "施工挖断光缆" not in elsewhere
    assert "线路检修停电" in elsewhere
