"""What is seen of contract and works, by whom and from when on."""

from datetime import datetime, timedelta

import pytest

from models.clock import CHINA
from models.project import Project
from models.session import reading
from processes.disclosure import FIELDS, OUTSIDE, Viewer, disclose
from tests.city import City, city, county
from tests.flows.afterwards import AWARDED, awarded

__all__ = ["city", "county"]
ACCEPTED = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)


def seen(story, viewer: Viewer) -> dict[str, object]:
    with reading() as session:
        return disclose(session, session.get_one(Project, story.project), viewer)


@pytest.mark.req("DZ-A4c")
def test_a_contract_is_public_with_its_notice_and_its_settlement_is_not(city: City) -> None:
    story = awarded(city)
    story.submit_contract(AWARDED)
    for viewer in Viewer:
        assert "contract_price" not in seen(story, viewer)
    story.answer_contract(AWARDED)
    story.wake(AWARDED + timedelta(days=2))
    story.complete_works(ACCEPTED, audited_settlement=18_000_000)

    for viewer in Viewer:
        shown = seen(story, viewer)
        assert (shown["contract_price"], shown["signed_on"]) == (18_360_000, "2026-11-17")
        settled = shown.get("audited_settlement"), shown.get("accepted_on")
        assert settled == ((None, None) if viewer in OUTSIDE else (18_000_000, "2026-11-20"))


def test_nobody_outside_sees_the_settlement() -> None:
    for viewer in OUTSIDE:
        assert not FIELDS[viewer] & {"audited_settlement", "accepted_on"}
