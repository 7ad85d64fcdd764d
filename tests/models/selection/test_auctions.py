"""A bidding from the sealed floor to the published result, each verb repeatable."""

import json

import pytest

from models.selection import verifier
from models.selection.auction_tables import AuctionState
from models.selection.tables import DrawState
from models.settings import Settings
from tests import seeding
from tests.models.selection import auctioning as make


@pytest.fixture
def town(database, tmp_path):
    return seeding.build_town(Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64))


def transcript(auction):
    return json.loads(make.fresh(auction).transcript)


@pytest.mark.req("DZ-76.2")
def test_the_lowest_bid_wins_at_its_price(town):
    auction = make.bidding(town)
    for n, fen in enumerate((35_000_000, 34_000_000, 36_000_000)):
        make.bid(town, auction, town.contractors[n], fen)
    found = make.to_result(town, auction)
    assert (found.outcome, found.price, len(found.tied)) == ("winner", 34_000_000, 1)
    done = make.published(town, auction)
    assert done.state is AuctionState.PUBLISHED
    assert make.draw_of(auction).state is DrawState.UNUSED
    report = verifier.verify_opening(transcript(auction), auction.floor_commit, done.envelope_root)
    assert report.is_compared
