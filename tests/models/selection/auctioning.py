"""A small bidding made by the real verbs, up to any state; prices are yuan unless they say fen."""

import json
import shutil
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from models import calendar
from models import session as sessions
from models.base import Base
from models.clock import CHINA, business_clock, fixed
from models.errors import SmallworksError
from models.identity.account import Account
from models.identity.actor import PLATFORM
from models.ledger.tables import LedgerEntry
from models.project import Project, ProjectPhase, SelectionMethod
from models.selection import (
    auctions,
    bid_opening,
    bids,
    draw_keys,
    draws,
    envelope,
    floors,
    guardians,
    opening,
)
from models.selection.auction_tables import Auction, Bid
from models.selection.tables import Draw, DrawContributor
from models.session import reading, unit_of_work
from models.settings import Settings
from tests import built, seeding
from tests.conftest import make_test_engine
from tests.seeding import FREEZE_AT, MORNING, Town

__all__ = ["Bid", "DrawContributor", "Settings", "shutil"]

BEGINS = FREEZE_AT + timedelta(minutes=30)
CLOSES = datetime(2026, 11, 23, 11, 0, tzinfo=CHINA)
DURING = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
OPENS = datetime(2026, 11, 23, 15, 0, tzinfo=CHINA)
AFTER = OPENS + timedelta(minutes=30)
CEILING = 38_640_000
FLOOR = 30_000_000
UNDERTAKINGS = [{"name": "邓岚", "position": "青石镇人民政府 副镇长", "part": "set"}]


def sealed(ctx, val, keepers=None):
    """Seal a value as the browser does, to the guardians of the town."""
    with reading() as session:
        return envelope.seal(ctx, val, keepers or guardians.public_guardians(session))


def act(town, at, verb, *args, **changes):
    """Run a verb of the platform on a world at a moment."""
    with business_clock(fixed(at)), unit_of_work() as session:
        args = [
            session.get_one(Auction, one.id) if isinstance(one, Auction) else one for one in args
        ]
        return verb(seeding.world(session, town, PLATFORM, **changes), *args)


def prepared(town, title="青石镇农贸市场改造工程", at=MORNING, **changes):
    """Register a project, seal both secrets of the draw, prepare the bidding beside it."""
    with business_clock(fixed(at)), unit_of_work() as session:
        project = seeding._project(
            town, title, {"method": SelectionMethod.REVERSE_AUCTION, "ceiling_price": CEILING}
        )
        session.add(project)
        session.flush()
        here = seeding.world(session, town, **changes)
        draw = draws.prepare(here, project.id)
        auction = auctions.prepare(here, draw)
        for role, person in (("owner", town.officer_id), ("monitor", town.monitor_id)):
            session.add(seeding._contributor(session, draw, role, person))
        return auction


def owner(town):
    return seeding.actor(account(town, "dz.owner"))


def account(town, username):
    (found,) = seeding.rows(Account, username=username)
    return found.id


def wait_for_floor(town, auction):
    """Let the step in which the floor is sealed wait for the owner by name."""
    (draw,) = seeding.rows(Draw, id=auction.draw_id)
    return seeding.wait_for(town, draw, floors.STEP, "owner", account(town, "dz.owner"))


def seal_floor(town, auction, fen=FLOOR, at=MORNING, given=None, people=None):
    ctx = floors.sealing_context(auction.project_id)
    given = given or sealed(ctx, {"fen": fen})
    with business_clock(fixed(at)), unit_of_work() as session:
        return floors.seal(
            session,
            town.settings,
            auction.project_id,
            owner(town),
            given,
            UNDERTAKINGS if people is None else people,
        )


def announced(town, fen=FLOOR, title="青石镇农贸市场改造工程", given=None, **changes):
    """A bidding whose notice is out and whose list is open."""
    auction = prepared(town, title, **changes)
    wait_for_floor(town, auction)
    if given is not None:
        given = given(floors.sealing_context(auction.project_id))
    seal_floor(town, auction, fen, given=given)
    with business_clock(fixed(MORNING)), unit_of_work() as session:
        here = seeding.world(session, town, **changes)
        auction = session.get_one(Auction, auction.id)
        draw = session.get_one(Draw, auction.draw_id)
        draws.plan(here, draw, FREEZE_AT, OPENS)
        auctions.plan(here, auction, BEGINS, CLOSES)
        auctions.announce(here, auction)
        draws.announce(here, draw)
        draw_keys.make(town.settings, draw.id)
        draws.open_list(here, draw)
        session.get_one(Project, auction.project_id).phase = ProjectPhase.ANNOUNCED
        return auction


def joined(town, auction, accounts=None):
    (draw,) = seeding.rows(Draw, id=auction.draw_id)
    for one in town.contractors if accounts is None else accounts:
        seeding.join(town, draw, one)


def frozen(town, auction):
    return act(town, FREEZE_AT, auctions.freeze, auction)


def bidding(town, fen=FLOOR, accounts=None, **values):
    """A bidding that takes bids: everybody has joined."""
    auction = announced(town, fen, **values)
    joined(town, auction, accounts)
    frozen(town, auction)
    act(town, BEGINS, auctions.open_bidding, auction)
    return fresh(auction)


def context(town, auction, account_id, at=DURING):
    with business_clock(fixed(at)), reading() as session:
        who = seeding.actor(account_id)
        return bids.context(session, town.settings, auction.project_id, who)


def hand_in(town, auction, account_id, given, at=DURING):
    with business_clock(fixed(at)), unit_of_work() as session:
        who = seeding.actor(account_id)
        return bids.place(session, town.settings, auction.project_id, who, given)


def bid(town, auction, account_id, fen, seq=None, at=DURING):
    """Bid as the browser does; return the answer."""
    told = context(town, auction, account_id, at)
    val = {"fen": fen, "seq": seq or told["seq"]}
    return hand_in(town, auction, account_id, sealed(told["ctx"], val), at)


def own(town, auction, account_id):
    with reading() as session:
        who = seeding.actor(account_id)
        return bids.own(session, town.settings, auction.project_id, who)


def closed(town, auction, at=CLOSES):
    return act(town, at, auctions.close, auction)


def opened(town, auction, at=OPENS):
    return act(town, at, bid_opening.open_, auction)


def settled(town, auction, at=OPENS):
    return act(town, at, bid_opening.settle, auction)


def to_result(town, auction):
    """Close, open and settle."""
    closed(town, auction)
    assert opened(town, auction).complete
    return settled(town, auction)


def drawn(town, auction):
    """Hold the draw among equals."""

    def hold(world, auction):
        draw = auctions.draw_of(world.session, auction)
        assert opening.open_(world, draw).complete
        return opening.hold(world, draw)

    return act(town, OPENS, hold, auction)


def published(town, auction, at=AFTER):
    act(town, at, bid_opening.publish, auction)
    return fresh(auction)


def fresh(auction):
    (found,) = seeding.rows(Auction, id=auction.id)
    return found


def draw_of(auction):
    (found,) = seeding.rows(Draw, id=auction.draw_id)
    return found


def build(folder):
    """Build a town whose bidding takes bids; everybody has joined but the last contractor."""
    settings = Settings(data_dir=str(folder / "data"), secret_key="s" * 64)
    engine = make_test_engine(folder / "test.sqlite3")
    Base.metadata.create_all(engine)
    sessions.bind(engine)
    calendar.forget_calendar()
    town = seeding.build_town(settings, contractors=5)
    auction = bidding(town, accounts=town.contractors[:4])
    kept = {name: getattr(town, name) for name in PLACES} | {"auction": auction.id}
    (folder / "town.json").write_text(json.dumps(kept), "utf-8")
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    raw.close()
    engine.dispose()


PLACES = ("owner_id", "officer_id", "monitor_id", "contractors")


@contextmanager
def standing(folder):
    """Yield a copy of that town and its bidding."""
    built.copy_of("bidding", build, folder)
    with reopened(folder) as found:
        yield found


@contextmanager
def reopened(folder):
    """Yield the town and the bidding that lie in a folder."""
    engine = make_test_engine(folder / "test.sqlite3")
    sessions.bind(engine)
    calendar.forget_calendar()
    kept = json.loads((folder / "town.json").read_text("utf-8"))
    settings = Settings(data_dir=str(folder / "data"), secret_key="s" * 64)
    town = Town(settings, **{name: kept[name] for name in PLACES})
    (auction,) = seeding.rows(Auction, id=kept["auction"])
    yield town, auction, engine
    engine.dispose()


def refusal(act, *arguments, **values):
    """Return how an act is refused."""
    with pytest.raises(SmallworksError) as caught:
        act(*arguments, **values)
    return caught.value


def logged(action):
    """Return the log's entries of an action."""
    entries = [json.loads(one.body) for one in seeding.rows(LedgerEntry)]
    return [one for one in entries if one["action"] == action]


def transcript(auction):
    """Return the opening's transcript as it is stored."""
    return json.loads(fresh(auction).transcript)


def bid_all(town, auction, *values):
    """Let the first contractors bid these prices, one each."""
    for account_id, fen in zip(town.contractors, values, strict=False):
        bid(town, auction, account_id, fen)
