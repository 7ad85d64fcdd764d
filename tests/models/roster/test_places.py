"""Which rosters an enterprise belongs to follows from its trade and from what it holds."""

import json

import pytest
from sqlalchemy.orm import Session

from models.roster.places import (
    GENERAL,
    ROSTER_TITLES,
    TRADES_OF_CATEGORIES,
    put_on_rosters,
    rosters_of,
)
from models.roster.qualification_rows import entry_of
from models.settings import BPMN
from tests.models.roster.test_standing import agency, listed

__all__ = ["agency"]
FORMS = BPMN / "base" / "forms"


def options(form: str, key: str) -> set[str]:
    components = json.loads((FORMS / f"{form}.json").read_text("utf-8"))["components"]
    rows = next(one for one in components if one.get("path") == "qualifications")
    field = next(one for one in [*components, *rows["components"]] if one.get("key") == key)
    return {option["value"] for option in field["values"]}


def test_trade_and_held_categories_make_the_rosters_in_their_order() -> None:
    held = ["公路工程施工总承包", "建筑工程施工总承包", "安全生产许可证"]
    assert rosters_of("landscaping", held) == ["building", "road", "landscaping"]
    assert rosters_of("", []) == []


def test_every_trade_of_a_form_has_its_roster_and_every_category_its_trade() -> None:
    builders = set(ROSTER_TITLES) - {GENERAL}
    assert options("fill_company", "trade") == options("verify_company", "trade") == builders
    assert options("fill_unit", "trade") == options("verify_unit", "trade") == set(ROSTER_TITLES)
    assert set(TRADES_OF_CATEGORIES.values()) == builders
    held = {one.split("/")[1] for one in options("fill_company", "kind")}
    assert held - {"安全生产许可证"} == set(TRADES_OF_CATEGORIES)
    assert not options("fill_unit", "kind") & options("fill_company", "kind")


@pytest.mark.req("HR-4.12.3")
def test_a_place_that_no_longer_follows_is_given_up(session: Session, agency: object) -> None:
    party = listed(session, "contractor", "清溪园林有限公司", 7)
    entry = entry_of(session, party.id, "huairou")
    assert entry is not None
    put_on_rosters(session, entry, ["building", "landscaping"])
    put_on_rosters(session, entry, ["landscaping", "water"])
    assert sorted(place.roster for place in entry.places) == ["landscaping", "water"]
