"""Plays biddings: a floor sealed, contractors that join and bid, the close, the opening.

Every value is sealed as a browser seals it; each function returns the story at a later moment.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from models.clock import CHINA
from models.flow.job import Setting
from models.outage import Outage, OutageSource
from models.selection import auctions
from models.selection.auction_tables import Auction
from models.session import reading, unit_of_work
from processes.demo.bidding import Bidding
from processes.demo.projects import FINISHED
from processes.demo.story import CENTRE, Requirement, local
from processes.training_clock import DEMONSTRATION
from tests.city import FREEZE, MORNING, SELECTION, City, after

BEGINS = datetime(2026, 11, 13, 9, 0, tzinfo=CHINA)
CLOSES = datetime(2026, 11, 13, 12, 0, tzinfo=CHINA)
OPENS = SELECTION
PUBLISHED = OPENS + timedelta(hours=1)
CEILING = FINISHED.ceiling_price
FLOOR = 15_000_000
"""The ceiling is 183,600.00 yuan, the floor 150,000.00."""


def story(city: City, requirement: Requirement = FINISHED) -> Bidding:
    """A bidding of a demonstration's county, where this machine may run all guardians."""
    with unit_of_work() as session:
        session.merge(Setting(name=DEMONSTRATION, value=True))
    return Bidding(city.player, requirement)


def prepared(city: City, floor: int = FLOOR) -> Bidding:
    """People confirmed, the floor sealed: the notice is to be drafted."""
    one = story(city)
    one.prepare(MORNING)
    one.seal_floor(MORNING, floor)
    return one


def notice_form(later: timedelta = timedelta()) -> dict[str, str]:
    """Return the form of the notice, all its moments as much later."""
    names = ("freeze_at", "bidding_from", "bidding_until", "selection_at")
    moments = (moment + later for moment in (FREEZE, BEGINS, CLOSES, OPENS))
    return dict(zip(names, map(local, moments), strict=True))


def announce(one: Bidding, at: datetime, later: timedelta = timedelta()) -> None:
    """Publish the notice as the centre, all its moments as much later."""
    with one.player.at(at):
        form = notice_form(later)
        one.player.complete(CENTRE, one.instance, "draft_bidding_notice", form)
        publish = {"notice_decision": "publish"}
        one.player.complete(CENTRE, one.instance, "publish_notice", publish)


def prepare_again(one: Bidding, at: datetime, floor: int = FLOOR) -> None:
    """Confirm both appointments and seal a new floor for the next round."""
    one.confirm_officer(at)
    one.confirm_monitor(at)
    one.seal_floor(at, floor)


def announce_again(one: Bidding, at: datetime, floor: int = FLOOR) -> None:
    """Prepare and announce the next round, a week later."""
    prepare_again(one, at, floor)
    announce(one, at, timedelta(days=7))


def announced(city: City, *contractors: int, floor: int = FLOOR) -> Bidding:
    """Announced this morning; these contractors joined in the afternoon."""
    one = prepared(city, floor)
    announce(one, after(hours=1))
    one.join(after(hours=6), *contractors)
    return one


def begun(city: City, *contractors: int, floor: int = FLOOR) -> Bidding:
    """The list of joiners frozen, bidding begun."""
    one = announced(city, *contractors, floor=floor)
    one.wake(FREEZE)
    one.wake(BEGINS)
    return one


def closed(city: City, offers: Mapping[int, int | None], floor: int = FLOOR) -> Bidding:
    """Each contractor bid what it offers, in fen, or nothing; the opening has come."""
    one = begun(city, *offers, floor=floor)
    given = {number: fen for number, fen in offers.items() if fen is not None}
    one.bid(BEGINS + timedelta(hours=1), given)
    one.wake(CLOSES)
    one.wake(OPENS)
    return one


def opened(city: City, offers: Mapping[int, int | None], floor: int = FLOOR) -> Bidding:
    """Opened in the hall and settled: a winner, a tie that waits for its draw, or a failure."""
    one = closed(city, offers, floor)
    one.open_bids(OPENS + timedelta(minutes=5))
    one.wake(OPENS + timedelta(minutes=6))
    return one


def published(city: City, offers: Mapping[int, int | None], floor: int = FLOOR) -> Bidding:
    """One lowest, its result published."""
    one = opened(city, offers, floor)
    one.publish(PUBLISHED)
    return one


def auction_of(one: Bidding) -> Auction:
    """Return the latest bidding of the project."""
    with reading() as session:
        return auctions.current(session, one.project)


def close_later(one: Bidding, at: datetime, to: datetime) -> None:
    """Put the close of bidding off, as the centre."""
    form = {"new_selection_at": local(to)}
    with one.player.at(at):
        one.player.complete(CENTRE, one.instance, "set_new_close", form)


def go_down(city: City, one: Bidding, began: datetime, recovered: datetime) -> str:
    """Record an outage of the platform that met the project's selection; return its id."""
    with unit_of_work() as session:
        row = Outage(found_by=OutageSource.PLATFORM, began_at=began, recovered_at=recovered)
        row.cause, row.draws, row.recorded_at = "机房停电", [city.draw(one).id], recovered
        session.add(row)
        session.flush()
        return row.id
