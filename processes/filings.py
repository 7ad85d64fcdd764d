"""Filed results as the regulator of their county alone reads them; each reading is on record."""

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
from models.selection import filed_results
from models.selection.filed_results import FiledKeyMissingError, FiledMissingError, FiledResult
from models.selection.tables import Draw
from models.settings import Settings

REGULATOR = "regulator"
MOST = 200


@dataclass(frozen=True)
class Filing:
    """One filed result with the project it belongs to."""

    filed: FiledResult
    draw: Draw
    project: Project
    owner: str
    winner: str


def list_filings(session: Session, settings: Settings, actor: Actor) -> list[Filing]:
    """Return what was filed in the counties whose regulator asks, the newest first.

    The list names who would have won, so that looking at it is on record as taking a proof is.
    """
    rows = session.execute(_query(actor).limit(MOST)).all()
    for filed, draw, _, _ in rows:
        _note(session, actor, "draw:filed_listed", draw.id, filed)
    return [
        Filing(filed, draw, project, owner, _winner(session, settings, filed))
        for filed, draw, project, owner in rows
    ]


def read_proof(session: Session, settings: Settings, actor: Actor, draw_id: str) -> bytes:
    """Return a filed proof's exact bytes and log who took it."""
    row = session.execute(_query(actor).where(FiledResult.draw_id == draw_id)).first()
    if row is None:
        raise FiledMissingError
    filed: FiledResult = row[0]
    proof = filed_results.proof_of(settings, filed)
    _note(session, actor, "draw:filed_read", draw_id, filed)
    return proof


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


def _winner(session: Session, settings: Settings, filed: FiledResult) -> str:
    """Return who would have won; nothing when the first ticket names nobody or the key is away."""
    try:
        proof = orjson.loads(filed_results.proof_of(settings, filed))
    except FiledKeyMissingError:
        return ""
    opened = {one["ticket"]: one.get("org", "") for one in proof["list"]["tickets"]}
    code = opened.get(proof["result"]["winner"], "")
    return session.scalar(select(Party.name).where(Party.credit_code == code)) or ""
