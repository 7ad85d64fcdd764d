"""Who stays in the list when it freezes: by rule and by the clock, never by hand."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.project import Project
from models.roster.eligibility import assess_standing, standings
from models.selection import draw_keys
from models.selection.tables import Draw, Interest
from models.settings import Settings


def live_tickets(session: Session, draw: Draw) -> dict[str, str]:
    """Return ticket → org_commit of the live rows of a draw."""
    query = select(Interest.ticket, Interest.org_commit).where(
        Interest.draw_id == draw.id, Interest.live
    )
    return {row.ticket: row.org_commit for row in session.execute(query)}


def drop_unfit(session: Session, settings: Settings, draw: Draw, at: datetime) -> int:
    """Make tombstones of the companies suspended or no longer fitting; return their number."""
    rows = list(session.scalars(select(Interest).where(Interest.draw_id == draw.id, Interest.live)))
    if not rows:
        return 0
    fitting = fitting_pseudonyms(session, settings, draw, at)
    unfit = [row for row in rows if row.pseudonym not in fitting]
    for row in unfit:
        row.live = False
    return len(unfit)


def fitting_pseudonyms(
    session: Session, settings: Settings, draw: Draw, at: datetime
) -> frozenset[str]:
    """Return the pseudonyms of all companies of the roster that meet every condition."""
    project = session.get_one(Project, draw.project_id)
    known = standings(session, project.county_code)
    fitting = [
        one.entry.party
        for one in known.values()
        if one.entry and all(reason.holds for reason in assess_standing(one, project, at))
    ]
    return frozenset(draw_keys.pseudonym(settings, draw.id, party.credit_code) for party in fitting)
