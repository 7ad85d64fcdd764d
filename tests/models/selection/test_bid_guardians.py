"""Opening a bidding whose guardians are away or elsewhere: who waits, for what, and for whom not."""

import json

from models.selection import envelope, guardian_shares, verifier
from models.selection.auction_tables import AuctionState, Bid
from models.selection.guardian_keys import load_key
from models.selection.tables import Draw, Guardian, Interest
from models.session import unit_of_work
from tests import seeding
from tests.models.selection import auctioning as make
from tests.models.selection.auctioning import bid_all, logged, refusal, transcript
from tests.models.selection.mutations import flip


def move_key(town, name, *, away):
    path = town.settings.keys / "guardians" / f"{name}.json"
    hidden = path.with_suffix(".away")
    (path if away else hidden).rename(hidden if away else path)


def test_with_one_guardian_away_two_open_everything(town, auction):
    bid_all(town, auction, 35_000_000, 34_000_000)
    make.closed(town, auction)
    move_key(town, "discipline", away=True)
    assert make.opened(town, auction).complete
    assert make.settled(town, auction).price == 34_000_000
    for part in [transcript(auction)["floor"], *transcript(auction)["bids"]]:
        assert [one["from"] for one in part["released"]] == ["centre", "regulator"]
    make.published(town, auction)


def test_with_two_guardians_away_the_hall_waits_and_nothing_counts_as_missing(town, auction):
    bid_all(town, auction, 35_000_000, 34_000_000)
    make.closed(town, auction)
    for name in ("centre", "regulator"):
        move_key(town, name, away=True)
    for _ in range(2):
        found = make.opened(town, auction)
        assert (found.complete, found.waiting) == (False, ["centre", "regulator"])
    row = make.fresh(auction)
    assert (row.state, row.transcript) == (AuctionState.OPENING, None)
    assert refusal(make.settled, town, auction).code == "auction_state"
    move_key(town, "centre", away=False)
    assert make.opened(town, auction).complete
    assert make.settled(town, auction).price == 34_000_000
    assert len(logged("auction:opening")) == len(logged("auction:opened")) == 1


def elsewhere(*names):
    """Let these guardians run on other machines."""
    with unit_of_work() as session:
        for row in session.query(Guardian).filter(Guardian.name.in_(names)):
            row.is_local = False


def answer(town, auction, name, given, *, sound=True):
    """Let a guardian elsewhere hand in its share, or say that it is bad."""
    key = load_key(town.settings.keys / "guardians", name)
    with unit_of_work() as session:
        draw = session.get_one(Draw, auction.draw_id)
        if sound:
            released = envelope.release(given, key)
            guardian_shares.keep(session, town.settings, draw, given, released)
        else:
            guardian_shares.keep_trial(session, draw, given, name, is_sound=False)


def everything(town, auction):
    """Return every envelope that the opening of a bidding asks for."""
    draw = make.draw_of(auction)
    secrets = [one.envelope for one in seeding.rows(make.DrawContributor, draw_id=draw.id)]
    texts = [one.envelope for one in seeding.rows(Interest, draw_id=draw.id) if one.live]
    texts += [one.envelope for one in seeding.rows(Bid, auction_id=auction.id)]
    made = [one for one in secrets if one] + [json.loads(one) for one in texts]
    return [*made, make.fresh(auction).floor_envelope]


def test_a_bidder_with_rubbish_for_guardians_elsewhere_holds_up_nobody(town, auction):
    elsewhere("discipline", "regulator")
    context = make.context(town, auction, town.contractors[0])
    bad = make.sealed(context["ctx"], {"fen": 1, "seq": 1})
    for share in bad["shares"][1:]:
        share["c"] = flip(share["c"])
    make.hand_in(town, auction, town.contractors[0], bad)
    make.bid(town, auction, town.contractors[1], 35_000_000)
    make.closed(town, auction)
    assert make.opened(town, auction).waiting == ["discipline", "regulator"]
    for given in everything(town, auction):
        if given["commit"] != bad["commit"]:
            answer(town, auction, "discipline", given)
    assert make.opened(town, auction).waiting == ["discipline", "regulator"]
    for name in ("discipline", "regulator"):
        answer(town, auction, name, bad, sound=False)
    assert make.opened(town, auction).complete
    assert make.settled(town, auction).price == 35_000_000
    (told,) = [one for one in transcript(auction)["bids"] if one["invalid"]]
    assert [one["share"] == "" for one in told["released"]] == [False, True, True]
    row = make.fresh(auction)
    verifier.verify_opening(transcript(auction), row.floor_commit, row.envelope_root)


def test_an_opening_waits_also_for_what_only_later_steps_need(town, auction):
    elsewhere("discipline", "regulator")
    bid_all(town, auction, 35_000_000, 35_000_000)
    make.closed(town, auction)
    given = everything(town, auction)
    for one in given:
        if one["ctx"]["kind"] in ("floor", "bid"):
            answer(town, auction, "discipline", one)
    assert make.opened(town, auction).waiting == ["discipline", "regulator"]
    assert make.fresh(auction).transcript is None
    for one in given:
        answer(town, auction, "discipline", one)
    assert make.opened(town, auction).complete
    assert make.settled(town, auction).outcome == "tie"
    assert make.drawn(town, auction).outcome == "drawn"
    make.published(town, auction)
