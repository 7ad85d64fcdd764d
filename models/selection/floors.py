"""The sealed floor of a bidding: its value never comes here, who set or learnt it does (DZ-80c)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.clock import business_now, iso
from models.document import Document
from models.flow.work_item import OPEN_STATES, WorkItem, WorkItemState
from models.identity.actor import Actor
from models.ledger.log import record
from models.selection import auctions, guardians
from models.selection.auction_errors import NotSealingError, UndertakingInvalidError
from models.selection.auction_tables import Auction, AuctionState, SecrecyUndertaking
from models.selection.envelope_form import check_envelope
from models.settings import Settings

STEP = "seal_floor"
HOLDER = "owner"
PARTS = {"set": "制定", "learnt": "知悉"}
FIELDS = {"name", "position", "part"}
MOST_PEOPLE = 50
MOST_NAME, MOST_POSITION = 40, 100


def context(session: Session, project_id: str, actor: Actor) -> dict[str, Any]:
    """Return what the owner's browser needs to seal the floor."""
    auction = _sealing(session, project_id, actor)
    return {
        "ctx": sealing_context(project_id),
        "guardians": [one.as_dict() for one in guardians.public_guardians(session)],
        "ceiling": auction.ceiling,
        "below_floor": auction.below_floor,
        "closes_at": None,
        "draw": auction.draw_id,
        "role": HOLDER,
    }


def sealing_context(project_id: str) -> dict[str, str]:
    """Return the context of a floor's envelope."""
    return {"project": project_id, "kind": "floor", "holder": HOLDER}


def seal(
    session: Session,
    settings: Settings,
    project_id: str,
    actor: Actor,
    envelope: Mapping[str, Any],
    undertakings: Sequence[Mapping[str, Any]],
) -> dict[str, str]:
    """Take the sealed floor; until the step is completed it may be sealed anew."""
    auction = _sealing(session, project_id, actor, lock=True)
    keepers = guardians.public_guardians(session)
    given = dict(envelope) if isinstance(envelope, Mapping) else {}
    checked = check_envelope(given, ctx=sealing_context(project_id), guardians=keepers)
    guardians.test_open(session, settings, checked)
    now = business_now()
    people = _people(session, project_id, actor, undertakings)
    _put_on_record(session, auction, people, now)
    auction.floor_envelope, auction.floor_commit = checked, checked["commit"]
    auction.floor_sealed_by, auction.floor_sealed_at = actor.account_id, now
    auction.state = AuctionState.SEALED
    session.flush()
    after = {"floor": auction.floor_commit, "people": len(people)}
    record(session, actor, "auction:floor_sealed", auction.id, at=now, role=HOLDER, after=after)
    return {"commit": auction.floor_commit, "received_at": iso(now)}


def _sealing(session: Session, project_id: str, actor: Actor, *, lock: bool = False) -> Auction:
    """Return the bidding whose floor this person is to seal now; raise when it is not theirs."""
    holds = (WorkItem.state == WorkItemState.CLAIMED) & (WorkItem.claimed_by == actor.account_id)
    named = WorkItem.state.in_(OPEN_STATES) & (WorkItem.account_id == actor.account_id)
    item = session.scalar(
        select(WorkItem.id)
        .where(WorkItem.project_id == project_id, WorkItem.step == STEP, holds | named)
        .limit(1)
    )
    auction = auctions.latest(session, project_id) if item is not None else None
    if auction is None:
        raise NotSealingError
    if lock:
        session.refresh(auction, with_for_update=True)
    if auction.state not in (AuctionState.PREPARING, AuctionState.SEALED):
        raise auctions.state_error(auction, "密封最低限价")
    return auction


def _people(
    session: Session, project_id: str, actor: Actor, undertakings: object
) -> list[SecrecyUndertaking]:
    """Return who set or learnt the floor; the one who seals it is always among them."""
    listed = list(undertakings) if isinstance(undertakings, Sequence) else []
    rows = [_person(session, project_id, one, f"undertakings[{n}]") for n, one in enumerate(listed)]
    own = next((row for row in rows if row.name == actor.name), None)
    if not rows or len(rows) > MOST_PEOPLE or all(row.part != "set" for row in rows):
        raise _invalid("undertakings", "请至少写明一位制定最低限价的人员。")
    if own is None:
        raise _invalid("undertakings", f"密封人{actor.name}本人也要列入并签署保密承诺。")
    own.account_id = actor.account_id
    return rows


def _person(session: Session, project_id: str, told: object, path: str) -> SecrecyUndertaking:
    parts = told if isinstance(told, Mapping) else {}
    if FIELDS - set(parts) or set(parts) - FIELDS - {"document_id"}:
        raise _invalid(path, "姓名、单位和职务、制定或知悉都要填写。")
    name, position = str(parts["name"]).strip(), str(parts["position"]).strip()
    if not 0 < len(name) <= MOST_NAME or not 0 < len(position) <= MOST_POSITION:
        raise _invalid(f"{path}.name", "请填写姓名（40字以内）、单位和职务（100字以内）。")
    if parts["part"] not in PARTS:
        raise _invalid(f"{path}.part", "请选择是制定还是知悉。")
    document_id = _document(session, project_id, parts.get("document_id"), path)
    return SecrecyUndertaking(
        name=name, position=position, part=str(parts["part"]), document_id=document_id
    )


def _document(session: Session, project_id: str, given: object, path: str) -> str | None:
    if given in (None, ""):
        return None
    document = session.get(Document, str(given))
    if document is None or document.project_id not in (None, project_id):
        raise _invalid(f"{path}.document_id", "没有找到这份保密承诺书，请重新上传。")
    return document.id


def _invalid(field: str, text: str) -> UndertakingInvalidError:
    return UndertakingInvalidError(fields={field: text})


def _put_on_record(
    session: Session, auction: Auction, people: Sequence[SecrecyUndertaking], now: datetime
) -> None:
    """Let the list of the floor that holds take the place of the former floor's."""
    former = SecrecyUndertaking.auction_id == auction.id
    session.execute(delete(SecrecyUndertaking).where(former))
    for row in people:
        row.auction_id, row.signed_at = auction.id, now
        session.add(row)


def undertakings_of(session: Session, auction: Auction) -> list[SecrecyUndertaking]:
    """Return who set or learnt the floor of a bidding, those who set it first."""
    query = select(SecrecyUndertaking).where(SecrecyUndertaking.auction_id == auction.id)
    ordered = query.order_by(SecrecyUndertaking.part.desc(), SecrecyUndertaking.name)
    return list(session.scalars(ordered))
