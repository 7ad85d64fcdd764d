"""What may be seen of a project by whom: one allow-list and the mask rows, applied in one place.

Every page, answer, export and admin screen that shows a project takes it from here. What a list
does not name is not shown; what a mask hides is one constant text; what no mask operator has ever
shown stays hidden (selection.md 3, architecture.md 4.11).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import iso
from models.errors import NotFoundError
from models.identity.actor import Actor
from models.identity.party import Party
from models.notice import Notice
from models.project import Project, SelectionMethod
from models.roster.eligibility import requirement_text
from models.selection.auction_tables import Auction, AuctionState
from models.selection.comparison_tables import Comparison, ComparisonState
from models.selection.draws import AFTER_FREEZE, latest
from models.selection.postponements import last_move
from models.selection.tables import Draw, DrawState, Interest, Mask
from processes import comparison_facts
from processes.after_award import facts_of_works
from processes.bidding_facts import auction_of, bidding_facts, undertakings

MASKED = "保密"
"""The one text for whatever is hidden: its length and form tell nothing."""


class Viewer(StrEnum):
    """Kinds of viewer, from the least to the most that one may see."""

    PUBLIC = "public"
    CONTRACTOR = "contractor"
    OWNER = "owner"
    CENTRE = "centre"
    LEADER = "leader"
    REGULATOR = "regulator"


class HiddenProjectError(NotFoundError):
    """No such project, or this viewer may not know of it: the same words for both."""

    message = "没有找到这个项目，或者它还没有发布公告。请从公告列表重新查找。"


ANNOUNCED = frozenset(
    {
        "id",
        "number",
        "title",
        "county",
        "owner",
        "works_type",
        "method",
        "phase",
        "ceiling_price",
        "location",
        "scope",
        "duration_days",
        "funding",
        "conditions",
        "freeze_at",
        "selection_at",
        "postponement",
        "tickets",
        "winner",
        "award_price",
        "contract_price",
        "signed_on",
        "floor_commit",
        "bidding_from",
        "bidding_until",
        "below_floor",
        "envelopes",
        "floor",
        "lowest_price",
        "bidding_failure",
        *comparison_facts.FIELDS,
    }
)
OF_THE_CASE = ANNOUNCED | {
    "contact",
    "contact_mobile",
    "created_at",
    "accepted_on",
    "audited_settlement",
    *comparison_facts.OF_THE_CASE,
}
FIELDS: Mapping[Viewer, frozenset[str]] = {
    Viewer.PUBLIC: ANNOUNCED,
    Viewer.CONTRACTOR: ANNOUNCED,
    Viewer.OWNER: OF_THE_CASE | {"undertakings"},
    Viewer.CENTRE: OF_THE_CASE,
    Viewer.LEADER: OF_THE_CASE,
    Viewer.REGULATOR: OF_THE_CASE | {"interests", "undertakings"},
}
OUTSIDE = frozenset({Viewer.PUBLIC, Viewer.CONTRACTOR})
"""Viewers for whom a project begins with its first notice."""

PUBLISHED = (DrawState.PUBLISHED, AuctionState.PUBLISHED, ComparisonState.PUBLISHED)
OFFICES = {
    "regulator": Viewer.REGULATOR,
    "oversight_authority": Viewer.REGULATOR,
    "centre_leader": Viewer.LEADER,
    "trading_centre": Viewer.CENTRE,
}


def viewer_of(actor: Actor | None, project: Project) -> Viewer:
    """Return as whom a person looks at a project."""
    if actor is None:
        return Viewer.PUBLIC
    county = project.county_code
    office = next((kind for role, kind in OFFICES.items() if actor.holds(role, county)), None)
    if office is not None:
        return office
    if actor.party_id is not None and actor.party_id in (project.owner_id, project.agency_id):
        return Viewer.OWNER  # an agency that carries a project out for its owner sees the same
    return Viewer.CONTRACTOR if actor.holds("contractor", county) else Viewer.PUBLIC


def disclose(session: Session, project: Project, viewer: Viewer) -> dict[str, Any]:
    """Return what this kind of viewer may see of a project now."""
    if viewer in OUTSIDE and not is_announced(session, project.id):
        raise HiddenProjectError
    draw = latest(session, project.id)
    auction = auction_of(session, project)
    comparison = comparison_facts.comparison_of(session, project)
    shown = _lifted(session, project.id)
    held = comparison or auction or draw
    record = {
        **_plain(project),
        **_of_draw(session, draw),
        **_of_result(session, project, draw, held, shown),
        **facts_of_works(session, project),
        **_of_bidding(session, auction, viewer, shown),
        **_of_comparison(project, comparison, viewer, shown),
    }
    return {name: record[name] for name in record if name in FIELDS[viewer]}


def is_announced(session: Session, project_id: str) -> bool:
    """Say whether a notice of the project has been published."""
    query = select(Notice.id).where(
        Notice.project_id == project_id, Notice.published_at.is_not(None)
    )
    return session.scalar(query.limit(1)) is not None


def _lifted(session: Session, project_id: str) -> frozenset[str]:
    """Return the fields that a mask operator has shown, and none that another still hides."""
    rows = session.execute(
        select(Mask.field, Mask.lifted_at).where(Mask.project_id == project_id)
    ).all()
    hidden = {row.field for row in rows if row.lifted_at is None}
    return frozenset(row.field for row in rows) - hidden


def line_of(project: Project) -> dict[str, Any]:
    """Return what a list tells of a project that its reader may see."""
    return {
        "id": project.id,
        "number": project.number,
        "title": project.title,
        "county": project.county_code,
        "owner": project.owner.name,
        "works_type": project.works_type,
        "method": project.method.value,
        "phase": project.phase.value,
        "ceiling_price": project.ceiling_price,
    }


def _plain(project: Project) -> dict[str, Any]:
    return line_of(project) | {
        "location": project.location,
        "scope": project.scope,
        "duration_days": project.duration_days,
        "funding": project.funding,
        "conditions": [requirement_text(one) for one in project.requirements],
        "contact": project.contact,
        "contact_mobile": project.contact_mobile,
        "created_at": iso(project.created_at),
    }


def _of_draw(session: Session, draw: Draw | None) -> dict[str, Any]:
    shown = (*AFTER_FREEZE, DrawState.UNSUCCESSFUL)
    is_frozen = draw is not None and (draw.state in shown or draw.is_cancelled_after_freeze)
    return {
        "freeze_at": iso(draw.freeze_at) if draw and draw.freeze_at else None,
        "selection_at": iso(draw.opens_at) if draw and draw.opens_at else None,
        "postponement": _postponement(session, draw) if draw else None,
        "tickets": draw.tickets if draw and is_frozen else MASKED,
    }


def _postponement(session: Session, draw: Draw) -> str | None:
    """Return from when a draw was put off last, and why; nothing when it was not."""
    last = last_move(session, draw)
    if last is None:
        return None
    return f"原定{last.former_at:%m月%d日%H:%M}，延期原因：{last.cause}"


def _of_bidding(
    session: Session, auction: Auction | None, viewer: Viewer, shown: frozenset[str]
) -> dict[str, Any]:
    if auction is None:
        return {}
    facts = bidding_facts(auction, shown, MASKED, is_outside=viewer in OUTSIDE)
    if "undertakings" in FIELDS[viewer]:
        facts["undertakings"] = undertakings(session, auction)
    return facts


def _of_comparison(
    project: Project, comparison: Comparison | None, viewer: Viewer, shown: frozenset[str]
) -> dict[str, Any]:
    if comparison is None:
        return {}
    return comparison_facts.comparison_facts(
        project, comparison, shown, MASKED, inside=viewer not in OUTSIDE
    )


def _of_result(
    session: Session,
    project: Project,
    draw: Draw | None,
    held: Comparison | Auction | Draw | None,
    shown: frozenset[str],
) -> dict[str, Any]:
    is_out = held is not None and held.state in PUBLISHED
    if project.method is SelectionMethod.EMERGENCY:
        # nothing was selected: the result is out with its first notice
        is_out = project.traded_at is not None
    winner = session.get(Party, project.winner_id) if is_out and project.winner_id else None
    return {
        "winner": winner.name if winner else None,
        "award_price": project.award_price if is_out else None,
        "interests": _names(session, draw) if draw and is_out and "interests" in shown else MASKED,
    }


def _names(session: Session, draw: Draw) -> list[str]:
    query = (
        select(Party.name)
        .join(Interest, Interest.party_id == Party.id)
        .where(Interest.draw_id == draw.id)
    )
    return sorted(session.scalars(query))
