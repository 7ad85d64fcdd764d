"""What a county does not offer cannot be begun there and is not explained there."""

import pytest

from models.errors import SmallworksError
from models.flow.definition import BASE
from models.session import reading
from processes import starting
from processes.withheld import FlowWithheldError, offered, withheld
from tests.city import MORNING, City, city, county
from web.app import create_app

__all__ = ["city", "county"]

SELECTIONS = {"random_selection", "reverse_auction"}
REQUESTS = {"change_request", "cancellation_request", "outage_report", "winner_decline"}
"""What is asked about those selections alone."""


def choices(city: City, username: str, county: str) -> set[str]:
    with reading() as session:
        actor = city.player.actor(session, username)
        return {one.version.key for one in starting.choices(session, actor, county)}


def test_a_county_names_what_it_withholds(city: City) -> None:
    with reading() as session:
        assert withheld(session, "huairou") == SELECTIONS | REQUESTS
        assert withheld(session, "dazhou") == withheld(session, BASE) == frozenset()


def test_what_is_withheld_is_offered_to_nobody_there(city: City) -> None:
    assert not choices(city, "hr.town", "huairou") & SELECTIONS
    assert choices(city, "dz.owner", "dazhou") >= SELECTIONS


@pytest.mark.parametrize("flow", sorted(SELECTIONS))
def test_what_is_withheld_cannot_be_begun_by_any_way(city: City, flow: str) -> None:
    player = city.player
    player.county = "huairou"
    with player.at(MORNING), pytest.raises(FlowWithheldError) as refused:
        player.start("hr.town", flow)
    assert isinstance(refused.value, SmallworksError)
    assert "不开办" in refused.value.text


def test_parts_of_what_is_withheld_alone_are_not_explained_either(city: City) -> None:
    with reading() as session:
        shown = offered(session, "huairou")
        assert not {"random_selection", "draw_ceremony", "bidding"} & set(shown)
        assert {"contract_signing", "evaluation", "enquiry"} <= set(shown)
        assert "draw_ceremony" in offered(session, "dazhou")


def test_the_page_of_how_it_works_shows_what_the_county_offers(city: City) -> None:
    visitor = create_app(city.settings).test_client()
    assert "小额工程随机选取" not in visitor.get("/how-it-works?in=huairou").text
    assert visitor.get("/how-it-works/random_selection?in=huairou").status_code == 404
    assert visitor.get("/how-it-works/random_selection?in=dazhou").status_code == 200
