"""Plays comparisons (比选) to any stage, carried out by the town itself or by an agency.

Each function returns the story at a later moment; ``management`` chooses who organises it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from models.clock import CHINA
from models.roster.entry import Suspension
from models.selection import comparisons
from models.selection.comparison_tables import Comparison
from models.session import reading, unit_of_work
from processes.demo.comparing import ENTRUSTED, SELF, Comparing, Works
from processes.demo.player import Player
from processes.demo.story import local
from tests.city import MORNING, City, after

__all__ = ["ENTRUSTED", "SELF", "Comparing", "Works", "local"]

COUNTY = "huairou"
WORKS = Works()
ANNOUNCED = MORNING + timedelta(hours=1)
REGISTERED = after(hours=6)
CLOSES = datetime(2026, 11, 12, 17, 30, tzinfo=CHINA)
"""Registration closes on a Thursday; the review is on the Friday after it."""
REVIEWED = datetime(2026, 11, 13, 10, 0, tzinfo=CHINA)
COMPARED = datetime(2026, 11, 13, 15, 0, tzinfo=CHINA)
PUBLISHED = datetime(2026, 11, 13, 16, 0, tzinfo=CHINA)
AWARDED = datetime(2026, 11, 17, 9, 0, tzinfo=CHINA)
"""The publicity of one working day ended on the Monday."""
WORKS_BEGIN = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
EVALUATED = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
ALL = (1, 2, 3)
OFFERS = {2: 25_100_000, 1: 25_600_000, 3: 26_000_000}
"""Contractor 2 is ranked first."""


def story(city: City, management: str = SELF, works: Works = WORKS) -> Comparing:
    """A comparison of Huairou of which nothing is played yet."""
    return Comparing(Player(city.settings, COUNTY), works, management=management)


def initiated(city: City, management: str = SELF) -> Comparing:
    """Filled in by the town: the organiser drafts the tender notice next."""
    one = story(city, management)
    one.start(MORNING)
    one.initiate(MORNING)
    return one


def announced(city: City, *contractors: int, management: str = SELF) -> Comparing:
    """Announced this morning; these contractors registered in the afternoon."""
    one = initiated(city, management)
    one.announce(ANNOUNCED, CLOSES)
    one.register(REGISTERED, *contractors)
    return one


def closed(city: City, *contractors: int, management: str = SELF) -> Comparing:
    """Registration closed, the names open: the review is next, or the failure is out."""
    one = announced(city, *(contractors or ALL), management=management)
    one.wake(CLOSES)
    return one


def reviewed(
    city: City, *contractors: int, failed: Iterable[int] = (), management: str = SELF
) -> Comparing:
    """Everybody reviewed; these did not pass."""
    one = closed(city, *contractors, management=management)
    one.review(REVIEWED, failed)
    return one


def compared(
    city: City, offers: Mapping[int, int] | None = None, management: str = SELF
) -> Comparing:
    """Compared and ranked as the offers stand: the award is to be published."""
    ranked = OFFERS if offers is None else offers
    one = reviewed(city, *sorted(ranked), management=management)
    one.compare(COMPARED, ranked)
    return one


def published(
    city: City, offers: Mapping[int, int] | None = None, management: str = SELF
) -> Comparing:
    """The award is published and in its publicity."""
    one = compared(city, offers, management)
    one.publish(PUBLISHED)
    return one


def awarded(
    city: City, offers: Mapping[int, int] | None = None, management: str = SELF
) -> Comparing:
    """The publicity is over: the town signs the contract next."""
    one = published(city, offers, management)
    one.wake(AWARDED)
    return one


def comparison_of(one: Comparing) -> Comparison:
    """Return the latest comparison of the project."""
    with reading() as session:
        return comparisons.current(session, one.project)


def contracted(city: City, management: str = SELF) -> Comparing:
    """The contract is signed and its publicity over: the works begin."""
    one = awarded(city, management=management)
    one.sign_contract(AWARDED)
    one.wake(WORKS_BEGIN)
    return one


def evaluated(city: City, management: str = SELF) -> Comparing:
    """Built, accepted and evaluated: the case is over."""
    one = contracted(city, management)
    one.complete_works(WORKS_BEGIN)
    one.evaluate(EVALUATED)
    return one


def suspend(one: Comparing, username: str, at: datetime) -> None:
    """Suspend somebody for ninety days."""
    with unit_of_work() as session:
        row = Suspension(party_id=one.party(username), county_code=COUNTY, reason="整改期间")
        row.from_at, row.until_at = at, at + timedelta(days=90)
        session.add(row)
