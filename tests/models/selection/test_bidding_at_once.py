"""Many at once: bids while the list closes, openings pressed twice, the key's whole life."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from models.ledger.tables import LedgerEntry
from models.selection import digests, draw_keys, verifier
from models.selection.auction_tables import AuctionState
from models.selection.bid_errors import BiddingClosedError
from models.selection.spent_keys import forget_spent_keys
from models.session import reading, unit_of_work
from processes.backup.keys_needed import missing_keys
from tests import seeding
from tests.models.selection import auctioning as make
from tests.models.selection.auctioning import AFTER, CLOSES, DURING, FLOOR, OPENS

LAST = CLOSES - timedelta(microseconds=1)


@pytest.fixture
def place(standing):
    return standing[:2]


def logged(action):
    return [one for one in seeding.rows(LedgerEntry) if f'"{action}"' in one.body]


def test_bids_of_the_last_moment_are_in_the_list_or_told_that_it_is_closed(place):
    town, auction = place
    given = []
    for account in town.contractors[:4]:
        ctx = make.context(town, auction, account)["ctx"]
        given += [(account, make.sealed(ctx, {"fen": FLOOR + n, "seq": n})) for n in range(5)]
    ready = threading.Barrier(5)

    def hand_in(mine):
        ready.wait()
        taken = 0
        for account, one in mine:
            try:
                make.hand_in(town, auction, account, one, LAST)
            except BiddingClosedError:
                continue
            taken += 1
        return taken

    def close():
        ready.wait()
        return make.closed(town, auction)

    with ThreadPoolExecutor(5) as pool:
        bidders = [pool.submit(hand_in, given[n::4]) for n in range(4)]
        closing = pool.submit(close)
        taken = sum(one.result() for one in bidders)
        assert closing.result().envelopes == taken
    assert make.fresh(auction).envelopes == taken


def test_two_openings_at_once_are_one(place):
    town, auction = place
    make.bid(town, auction, town.contractors[0], 34_000_000)
    make.closed(town, auction)
    with ThreadPoolExecutor(3) as pool:
        opened = list(pool.map(lambda _: make.opened(town, auction), range(3)))
        settled = list(pool.map(lambda _: make.settled(town, auction), range(3)))
        list(pool.map(lambda _: make.act(town, AFTER, make.bid_opening.publish, auction), range(3)))
    assert all(one.complete for one in opened)
    assert {(one.outcome, one.price) for one in settled} == {("winner", 34_000_000)}
    for action in ("auction:opening", "auction:opened", "auction:settled", "auction:published"):
        assert len(logged(action)) == 1


def missing(town, at):
    with make.business_clock(make.fixed(at)), reading() as session:
        return [one.name for one in missing_keys(session, town.settings) if "draws" in one.name]


def test_the_key_of_a_bidding_is_needed_until_names_and_times_are_written(place):
    town, auction = place
    path = town.settings.keys / "draws" / f"{auction.draw_id}.key"
    kept = path.read_bytes()

    def needed(at):
        path.unlink()
        found = missing(town, at)
        path.write_bytes(kept)
        with unit_of_work() as session:
            assert forget_spent_keys(session, town.settings) == 0
        return found == [f"keys/draws/{auction.draw_id}.key"]

    assert needed(DURING)
    make.bid(town, auction, town.contractors[0], 34_000_000)
    make.closed(town, auction)
    assert needed(CLOSES)
    make.opened(town, auction)
    make.settled(town, auction)
    assert make.fresh(auction).state is AuctionState.SETTLED
    assert needed(OPENS)
    make.published(town, auction)
    assert missing(town, AFTER) == []
    path.write_bytes(kept)
    with unit_of_work() as session:
        assert forget_spent_keys(session, town.settings) == 1
    assert not draw_keys.exists(town.settings, auction.draw_id)


def test_each_day_of_bidding_has_one_digest_that_tells_nothing(place):
    town, auction = place
    day = date(2026, 11, 23)

    def digest():
        with unit_of_work() as session:
            return digests.log_digests(session, day, at=DURING)

    assert digest() == 1
    make.bid(town, auction, town.contractors[0], FLOOR)
    assert digest() == 1
    entries = [make.json.loads(one.body)["after"] for one in logged("bids.digest")]
    assert [one["leaves"] for one in entries] == [256, 256]
    assert len({one["root"] for one in entries}) == 2
    assert logged("interest.digest") == []
    make.closed(town, auction)
    assert digest() == 0


def test_a_digest_holds_the_leaf_of_every_sealed_bid(place, monkeypatch):
    town, auction = place
    make.bid(town, auction, town.contractors[0], FLOOR)
    given = []
    monkeypatch.setattr(digests, "fill_up", lambda leaves: given.extend(leaves) or leaves)
    with unit_of_work() as session:
        told = digests.bids_digest(session, make.fresh(auction), date(2026, 11, 23))
    (row,) = seeding.rows(make.Bid, auction_id=auction.id)
    assert given == [verifier.envelope_leaf(make.json.loads(row.envelope))]
    assert told["root"] == given[0].hex()
