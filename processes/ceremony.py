"""The draw as those present follow it: who is there, the frozen list, opening, ranking, result."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, defer, lazyload

from models.clock import business_now
from models.errors import NotFoundError
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.account import Account
from models.identity.actor import Actor
from models.identity.county import County
from models.identity.party import Party
from models.notice import ANNOUNCING, Notice
from models.project import Project
from models.selection import presence
from models.selection.auction_tables import Auction
from models.selection.comparison_tables import Comparison
from models.selection.postponements import Postponement, last_move
from models.selection.tables import Draw, DrawContributor, DrawState, Guardian
from processes.access import is_for

STEPS = ("open_draw", "confirm_opening", "open_bids", "confirm_bids")
PEOPLE = ("selection_officer", "monitor")
CONTRIBUTORS = {"owner": "selection_officer", "monitor": "monitor"}
ONLOOKERS = ("trading_centre", "centre_leader", "regulator", "oversight_authority")
RANKED = (DrawState.DRAWN, DrawState.PUBLISHED)
AFTER_FREEZE = (DrawState.FROZEN, DrawState.OPENING, *RANKED, DrawState.UNSUCCESSFUL)
OF_BIDDING = (DrawState.RESERVED, DrawState.UNUSED)
SHOWN = (DrawState.ANNOUNCED, DrawState.OPEN, *AFTER_FREEZE, *OF_BIDDING)
"""A draw cancelled when its list stood is shown, too: closed, with the reason."""

HAD_LIST = or_(
    Draw.root != "",
    Draw.id.in_(select(Auction.draw_id).where(Auction.joiner_root != "")),
)
IS_HELD = Draw.id.not_in(select(Comparison.draw_id))
"""A comparison's draw keeps its registrations alone; there is no ceremony of it."""
IS_SHOWN = and_(
    IS_HELD, or_(Draw.state.in_(SHOWN), and_(Draw.state == DrawState.CANCELLED, HAD_LIST))
)
STAGES = ("公告期满", "名单冻结", "人员到场", "开启", "计算排序", "公布结果")


class CeremonyMissingError(NotFoundError):
    """No such draw, or the person has no part in it: the same words for both."""

    message = "没有找到这场选取，或者您不在这场选取的人员之中。请从待办或选取活动进入。"


@dataclass(frozen=True)
class Ceremony:
    """One draw for one person present."""

    draw: Draw
    project: Project
    owner: str
    county: str
    role: str
    item: WorkItem | None
    people: dict[str, tuple[str, str]]
    present: list[presence.Presence]
    guardians: list[Guardian]
    ranking: list[str]
    winner: str
    unopened: frozenset[str]
    postponement: Postponement | None
    now: datetime
    auction: Auction | None = None

    @property
    def opens_at(self) -> datetime | None:
        """From when the draw may be opened: as announced, or as put off after an outage."""
        return self.draw.opens_at

    @property
    def is_due(self) -> bool:
        """Whether the announced time, as put off, has come."""
        return self.opens_at is not None and self.now >= self.opens_at

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled after its list froze."""
        return self.draw.is_cancelled_after_freeze

    @property
    def is_ranked(self) -> bool:
        """Whether the result is known to those present."""
        return self.draw.state in RANKED

    @property
    def frozen_count(self) -> int | None:
        """The number of tickets, public from the freeze on."""
        is_frozen = self.draw.state in AFTER_FREEZE or self.is_cancelled
        return self.draw.tickets if is_frozen else None

    @property
    def place(self) -> int:
        """How many stages are over."""
        freeze_at = self.draw.freeze_at
        is_over = freeze_at is not None and self.now >= freeze_at
        places = {
            DrawState.FROZEN: 3 if self.is_due and self.is_attended else 2,
            DrawState.UNSUCCESSFUL: 2,
            DrawState.CANCELLED: 2,
            DrawState.OPENING: 3,
            DrawState.DRAWN: 5,
            DrawState.PUBLISHED: 6,
        }
        return places.get(self.draw.state, 1 if is_over else 0)

    @property
    def is_attended(self) -> bool:
        """Whether both people appointed are here."""
        return set(PEOPLE) <= {one.role for one in self.present}

    def name_of(self, role: str) -> str:
        """Return the name of the person appointed to a role."""
        return self.people.get(role, ("", ""))[1]


def role_at(actor: Actor, project: Project, people: dict[str, tuple[str, str]]) -> str | None:
    """Return in which role a person follows a draw; None when they have no part in it."""
    for role in PEOPLE:
        if people.get(role, ("", ""))[0] == actor.account_id:
            return role
    if actor.party_id == project.owner_id and actor.holds("owner", project.county_code):
        return "owner"
    held = (role for role in ONLOOKERS if actor.holds(role, project.county_code))
    return next(held, None)


def read(session: Session, draw_id: str, actor: Actor) -> Ceremony:
    """Return a draw as this person may see it."""
    row = session.execute(
        select(Draw, Project, Party.name, County.name, Auction)
        .outerjoin(Auction, Auction.draw_id == Draw.id)
        .join(Project, Project.id == Draw.project_id)
        .join(Party, Party.id == Project.owner_id)
        .join(County, County.code == Project.county_code)
        .options(lazyload(Project.owner), defer(Auction.transcript))
        .where(Draw.id == draw_id, IS_SHOWN)
    ).first()
    people = _people(session, draw_id)
    role = role_at(actor, row[1], people) if row else None
    if row is None or role is None:
        raise CeremonyMissingError
    draw, project, owner, county, auction = row
    ranking, winner, unopened = _result(session, draw)
    return Ceremony(
        draw,
        project,
        owner,
        county,
        role,
        _item(session, draw, actor),
        people,
        presence.present(session, draw.id),
        _guardians(session),
        ranking,
        winner,
        unopened,
        last_move(session, draw),
        business_now(),
        auction,
    )


def draw_of_item(session: Session, item_id: str) -> str:
    """Return the draw that a ceremony's work item belongs to."""
    draw_id = session.scalar(
        select(Draw.id)
        .join(WorkItem, WorkItem.project_id == Draw.project_id)
        .where(WorkItem.id == item_id, Draw.state.in_(SHOWN))
        .order_by(Draw.round.desc())
        .limit(1)
    )
    if draw_id is None:
        raise CeremonyMissingError
    return draw_id


def tender_notice(session: Session, draw_id: str) -> str | None:
    """Return the notice that announced a draw."""
    return session.scalar(
        select(Notice.id)
        .where(
            Notice.draw_id == draw_id,
            Notice.kind.in_(ANNOUNCING),
            Notice.published_at.is_not(None),
            Notice.ends_at.is_not(None),
        )
        .order_by(Notice.published_at.desc())
        .limit(1)
    )


def _people(session: Session, draw_id: str) -> dict[str, tuple[str, str]]:
    """Return ``{role: (account, name)}`` of the two people appointed."""
    rows = session.execute(
        select(DrawContributor.role, Account.id, Account.name)
        .join(Account, Account.id == DrawContributor.account_id)
        .where(DrawContributor.draw_id == draw_id)
    )
    return {CONTRIBUTORS[role]: (one, name) for role, one, name in rows if role in CONTRIBUTORS}


def _guardians(session: Session) -> list[Guardian]:
    query = select(Guardian).where(Guardian.retired_at.is_(None)).order_by(Guardian.name)
    return list(session.scalars(query))


def _item(session: Session, draw: Draw, actor: Actor) -> WorkItem | None:
    query = select(WorkItem).where(
        WorkItem.project_id == draw.project_id,
        WorkItem.step.in_(STEPS),
        WorkItem.state.in_(OPEN_STATES),
    )
    return next((item for item in session.scalars(query) if is_for(actor, item)), None)


def _result(session: Session, draw: Draw) -> tuple[list[str], str, frozenset[str]]:
    """Return ranking, winner's name and whose secret could not be opened, once it is held."""
    if draw.state not in RANKED or not draw.public_proof:
        return [], "", frozenset()
    proof: dict[str, Any] = orjson.loads(draw.public_proof)
    opened = {one["ticket"]: one.get("org", "") for one in proof["list"]["tickets"]}
    ranking: list[str] = proof["result"]["ranking"]
    name = session.scalar(select(Party.name).where(Party.credit_code == opened[ranking[0]]))
    empty = frozenset(one["role"] for one in proof["reveals"] if not one["secret"])
    return ranking, name or "", empty
