"""Biddings of a small town with the notices that pages read; made by the real verbs."""

from handlers.auction_facts import award_facts, tender_facts
from models.clock import business_clock, fixed
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase
from models.selection.auction_tables import Auction
from models.selection.tables import Draw
from models.session import unit_of_work
from tests import seeding
from tests.models.selection import auctioning
from tests.models.selection.auctioning import AFTER, CEILING
from tests.seeding import MORNING

TICKETS = {"bidding.opens_bids": "tickets"}
NAMES = {"bidding.opens_bids": "names"}


def told(town, auction, kind=NoticeKind.TENDER_NOTICE, at=MORNING, **rules):
    """Publish the notice that a bidding is announced or publicised with."""
    with business_clock(fixed(at)), unit_of_work() as session:
        here = seeding.world(session, town, **TICKETS | rules)
        auction = session.get_one(Auction, auction.id)
        draw = session.get_one(Draw, auction.draw_id)
        project = session.get_one(Project, auction.project_id)
        facts = {"plan_hash": draw.plan_hash, "alg": draw.alg, **tender_facts(auction)}
        project.announced_at = project.announced_at or at
        if kind is NoticeKind.AWARD_NOTICE:
            project.phase, project.traded_at = ProjectPhase.PUBLICISED, at
            facts = {"price": auction.price, **award_facts(here, auction)}
        session.add(
            Notice(
                kind=kind,
                county_code=project.county_code,
                project_id=project.id,
                draw_id=draw.id,
                title=f"{project.title}公告",
                body="本项目采用竞价选取方式确定施工企业。",
                facts={"facts": [], **facts},
                published_at=at,
                ends_at=draw.freeze_at,
            )
        )


def offered(town, offers, **values):
    """A closed bidding; ``offers`` are fen by the contractors in turn, None for who does not bid."""
    auction = auctioning.bidding(town, **values)
    told(town, auction)
    for account_id, fen in zip(town.contractors, offers, strict=False):
        if fen is not None:
            auctioning.bid(town, auction, account_id, fen)
    auctioning.closed(town, auction)
    return auctioning.fresh(auction)


def settled(town, offers, **values):
    auction = offered(town, offers, **values)
    assert auctioning.opened(town, auction).complete
    auctioning.settled(town, auction)
    return auctioning.fresh(auction)


def published(town, offers, rules=TICKETS, **values):
    """A bidding up to its award notice; equals are drawn."""
    auction = settled(town, offers, **values)
    if len(auction.tied) > 1:
        auctioning.drawn(town, auction)
    auctioning.published(town, auction)
    told(town, auction, NoticeKind.AWARD_NOTICE, AFTER, **rules)
    return auctioning.fresh(auction)


LONE = (35_000_000, 36_000_000, None, 37_123_456)
TIE = (20_000_000, 30_000_000, 33_000_000, 10_000)
NOBODY = (None, None, None, None)
OVER = CEILING + 1
