"""Find projects (找项目): what a contractor fits in every condition, and why not the others."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.identity.actor import EVERYWHERE
from models.identity.party import Party
from models.notice import ANNOUNCING, Notice
from models.project import Project
from models.roster import eligibility
from models.roster.eligibility import Reason
from models.selection import registrations
from models.selection.auction_tables import Auction
from models.selection.tables import Draw, DrawState
from models.settings import Settings


@dataclass(frozen=True)
class Opening:
    """A project that takes tickets now, as one contractor sees it."""

    project: Project
    draw: Draw
    notice_id: str | None
    reasons: list[Reason]
    joined: bool
    auction: Auction | None = None

    @property
    def fits(self) -> bool:
        """Whether the contractor meets every condition."""
        return all(reason.holds for reason in self.reasons)


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is asked for, as it stands in the address."""

    q: str = ""
    works_type: str = ""
    method: str = ""
    state: str = ""
    fits: str = ""

    def finds(self, one: Opening) -> bool:
        """Return whether an opening is asked for."""
        project = one.project
        text = f"{project.title} {project.number} {project.owner.name} {project.works_type}"
        return (
            self.q.lower() in text.lower()
            and self.works_type in ("", project.works_type)
            and self.method in ("", project.method)
            and self.state in ("", "joined" if one.joined else "open")
            and self.fits in ("", "yes" if one.fits else "no")
        )


def openings(
    session: Session, settings: Settings, party: Party, counties: frozenset[str]
) -> list[Opening]:
    """Return the projects that take tickets now in these counties, the earliest close first.

    A bidding is listed to those who fit it in every requirement (DZ-A5); its notice is public.
    """
    joined = registrations.joined_projects(session, settings, party)
    assessed = list(_assessed(session, party, counties))
    draws = _draws(session, [project.id for project, _ in assessed])
    notices = _notices(session, list(draws))
    biddings = _biddings(session, list(draws))
    found = [
        Opening(
            project,
            draws[project.id],
            notices.get(project.id),
            reasons,
            project.id in joined,
            biddings.get(project.id),
        )
        for project, reasons in assessed
        if project.id in draws
    ]
    shown = (one for one in found if one.fits or one.auction is None)
    return sorted(shown, key=lambda one: (str(one.draw.freeze_at), one.project.number))


def _assessed(
    session: Session, party: Party, counties: frozenset[str]
) -> Iterator[tuple[Project, list[Reason]]]:
    own = registrations.counties_of(session, party)
    here = own if EVERYWHERE in counties else own & counties
    for county in sorted(here):
        yield from eligibility.eligible_projects(session, party.id, county, business_now())


def _draws(session: Session, projects: list[str]) -> dict[str, Draw]:
    query = select(Draw).where(
        Draw.project_id.in_(projects),
        Draw.state == DrawState.OPEN,
        Draw.freeze_at > business_now(),
    )
    return {draw.project_id: draw for draw in session.scalars(query)}


def _biddings(session: Session, projects: list[str]) -> dict[str, Auction]:
    query = (
        select(Auction)
        .join(Draw, Draw.id == Auction.draw_id)
        .where(Auction.project_id.in_(projects), Draw.state == DrawState.OPEN)
    )
    return {auction.project_id: auction for auction in session.scalars(query)}


def notice_of(session: Session, project_id: str) -> str | None:
    """Return the notice by which a project takes tickets now, the last one that announced it."""
    return _notices(session, [project_id]).get(project_id)


def _notices(session: Session, projects: list[str]) -> dict[str, str]:
    rows = session.execute(
        select(Notice.project_id, Notice.id)
        .where(
            Notice.project_id.in_(projects),
            Notice.kind.in_(ANNOUNCING),
            Notice.published_at.is_not(None),
            Notice.ends_at.is_not(None),
        )
        .order_by(Notice.published_at)
    )
    return {project_id: notice_id for project_id, notice_id in rows}  # noqa: C416
