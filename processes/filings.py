"""Filed results as the regulator of their county alone reads them; each reading is on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from models.clock import business_now
from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party
from models.ledger.log import record
from models.project import Project
from models.selection import auctions, bid_counterfactual, filed_results
from models.selection.auction_tables import Auction
from models.selection.filed_results import FiledKeyMissingError, FiledMissingError, FiledResult
from models.selection.jcs import canonical
from models.selection.tables import Draw
from models.settings import Settings

REGULATOR = "regulator"
MOST = 200


PARTS = {"opening": "opening", "draw": "proof"}
"""What of a bidding's filing can be checked by itself: its transcript, the draw among equals."""


@dataclass(frozen=True)
class Filing:
    """One filed result with the project it belongs to."""

    filed: FiledResult
    draw: Draw
    project: Project
    owner: str
    winner: str
    auction: Auction | None = None
    price: int | None = None
    failure: str = ""
    parts: tuple[str, ...] = ()

    @property
    def joined(self) -> int | None:
        """How many companies stood in the frozen list."""
        return self.draw.tickets if self.auction is None else self.auction.joiners


def list_filings(session: Session, settings: Settings, actor: Actor) -> list[Filing]:
    """Return what was filed in the counties whose regulator asks, the newest first.

    The list names who would have won, so that looking at it is on record as taking a proof is.
    """
    rows = session.execute(_query(actor).limit(MOST)).all()
    for filed, draw, _, _ in rows:
        _note(session, actor, "draw:filed_listed", draw.id, filed)
    return [
        Filing(filed, draw, project, owner, **_told(session, settings, filed))
        for filed, draw, project, owner in rows
    ]


def read_proof(
    session: Session, settings: Settings, actor: Actor, draw_id: str, part: str = ""
) -> bytes:
    """Return a filing's exact bytes, or a part of a bidding's, and log who took it."""
    row = session.execute(_query(actor).where(FiledResult.draw_id == draw_id)).first()
    if row is None:
        raise FiledMissingError
    filed: FiledResult = row[0]
    proof = filed_results.proof_of(settings, filed)
    if part:
        proof = _part(orjson.loads(proof), part)
    _note(session, actor, "draw:filed_read", draw_id, filed)
    return proof


def _part(filing: Mapping[str, Any], part: str) -> bytes:
    """Return what verifies by itself, in the bytes of which its hash was taken."""
    found = filing.get(PARTS.get(part, "")) if _is_bidding(filing) else None
    if found is None:
        raise FiledMissingError
    return canonical(found)


def _is_bidding(filing: Mapping[str, Any]) -> bool:
    return filing.get("kind") == bid_counterfactual.KIND


def _note(session: Session, actor: Actor, action: str, draw_id: str, filed: FiledResult) -> None:
    after = {"proof": filed.proof_hash}
    record(session, actor, action, draw_id, at=business_now(), role=REGULATOR, after=after)


def _query(actor: Actor) -> Any:  # noqa: ANN401 - a Select keeps its own type
    query = (
        select(FiledResult, Draw, Project, Party.name)
        .join(Draw, Draw.id == FiledResult.draw_id)
        .join(Project, Project.id == Draw.project_id)
        .join(Party, Party.id == Project.owner_id)
        .options(lazyload(Project.owner))
        .order_by(FiledResult.filed_at.desc(), FiledResult.draw_id)
    )
    counties = actor.counties_of(REGULATOR)
    return query if EVERYWHERE in counties else query.where(FiledResult.county_code.in_(counties))


def _told(session: Session, settings: Settings, filed: FiledResult) -> dict[str, Any]:
    """Return what the list tells of a filing; no winner when nobody is named or the key is away."""
    auction = auctions.of_draw(session, filed.draw_id)
    try:
        filing = orjson.loads(filed_results.proof_of(settings, filed))
    except FiledKeyMissingError:
        return {"winner": "", "auction": auction}
    if not _is_bidding(filing):
        return {"winner": _name(session, filing["list"]["tickets"], filing["result"]["winner"])}
    result = filing["result"]
    return {
        "winner": _name(session, filing["names"], result["winner"]),
        "auction": auction,
        "price": result["price"],
        "failure": auctions.failure_words(result["reason"]) if result["reason"] else "",
        "parts": tuple(part for part, key in PARTS.items() if filing[key] is not None),
    }


def _name(session: Session, opened: list[dict[str, str]], winner: str | None) -> str:
    codes = {one["ticket"]: one.get("org", "") for one in opened}
    code = codes.get(winner or "", "")
    return session.scalar(select(Party.name).where(Party.credit_code == code)) or ""
