"""What the page on which an owner seals the floor price shows: its commitment and who knows it."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models.clock import to_china
from models.project import Project
from models.selection import auctions, floors
from models.selection.auction_tables import SecrecyUndertaking

SETTER = "set"


@dataclass(frozen=True, kw_only=True)
class FloorEntry:
    """The state of one floor price; its value is in no table and on no page."""

    project_id: str
    ceiling: int
    commit: str = ""
    sealed_at: str = ""
    position: str = ""
    people: list[dict[str, str]] = field(default_factory=list)


def floor_entry(session: Session, project: Project) -> FloorEntry:
    """Return what was sealed so far for the newest bidding of a project."""
    auction = auctions.latest(session, project.id)
    if auction is None:
        return FloorEntry(project_id=project.id, ceiling=project.ceiling_price)
    known = floors.undertakings_of(session, auction)
    at = auction.floor_sealed_at
    return FloorEntry(
        project_id=project.id,
        ceiling=auction.ceiling,
        commit=auction.floor_commit,
        sealed_at=to_china(at).strftime("%Y-%m-%d %H:%M:%S") if at else "",
        position=next((one.position for one in known if one.part == SETTER), ""),
        people=[_person(one) for one in known if one.part != SETTER],
    )


def _person(one: SecrecyUndertaking) -> dict[str, str]:
    return {
        "name": one.name,
        "position": one.position,
        "document_id": one.document_id or "",
    }
