"""From the sealed floor to the opening nothing tells floor, bids or bidders: two runs, a canary."""

from pathlib import Path

import pytest

from models.selection.auction_tables import Bid
from tests.leaks import money, rules
from tests.leaks.biddings import STAGES, bidding_at
from tests.leaks.comparing import differing
from tests.leaks.snapshots import Pair, take
from tests.leaks.visits import EVERYBODY, JOINER, NOBODY

pytestmark = pytest.mark.timeout(900)

LOOKING = (NOBODY, "dz.owner", "dz.selector", "dz.centre", JOINER, "dz.contractor09")
"""Everybody looks while bids are taken; before and after it, those who act or want to know."""

Told = tuple[str, Pair]


@pytest.fixture(scope="module", params=STAGES)
def told(
    request: pytest.FixtureRequest, county: Path, tmp_path_factory: pytest.TempPathFactory
) -> Told:
    """Both runs at a stage, looked over."""
    found, is_open = [], request.param == "bidding"
    who = EVERYBODY if is_open else LOOKING
    for number, run in enumerate(STAGES[request.param].runs):
        folder = tmp_path_factory.mktemp(request.param) / str(number)
        with bidding_at(county, folder, request.param, run) as world:
            found.append(take(world, acting=is_open, who=who))
    return request.param, (found[0], found[1])


@pytest.mark.req("DZ-80c")
def test_nothing_tells_the_floor_the_bids_nor_the_bidders(told: Told) -> None:
    _, pair = told
    assert differing(*pair) == []


@pytest.mark.req("DZ-80c")
def test_no_price_is_written_anywhere_in_any_form(told: Told) -> None:
    name, pair = told
    for run, snapshot in zip(STAGES[name].runs, pair, strict=True):
        stored = snapshot.texts["table bid"].splitlines()
        assert len([line for line in stored if line]) == len(run.offers)
        assert money.found(run.prices, rules.everywhere(snapshot)) == {}


@pytest.mark.req("DZ-80b")
def test_what_was_typed_or_given_to_join_is_nowhere(told: Told) -> None:
    name, (one, _) = told
    assert len(one.receipts) == len(STAGES[name].runs[0].joined)
    assert rules.typed_found(one) == []
    assert rules.signatures_found(one) == []


@pytest.mark.req("DZ-80b")
def test_joiners_name_code_and_phone_stand_where_they_stand_without_it(told: Told) -> None:
    name, pair = told
    joined = {number for run in STAGES[name].runs for number in run.joined}
    assert rules.companies_told_apart(pair, joined) == []


def test_the_check_page_knows_no_ticket_before_the_result(told: Told) -> None:
    for snapshot in told[1]:
        real, made_up = snapshot.by_ticket
        assert real == made_up


def test_no_key_lies_outside_the_folder_of_keys(told: Told) -> None:
    assert rules.keys_lying_about(told[1][0]) == []


def test_row_of_a_bid_has_no_plain_time_no_counter_and_no_name() -> None:
    table = Bid.__table__
    assert {column.name for column in table.c} == {
        "id",
        "auction_id",
        "ticket",
        "commit",
        "envelope",
        "moment",
        "received_at",
    }
    assert table.c.received_at.nullable
    assert table.dialect_options["sqlite"]["with_rowid"] is False
