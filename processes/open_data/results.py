"""Published results of draws and what a citizen needs to check them."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFoundError
from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.project import Project
from models.selection.tables import Draw, DrawState, Guardian, Interest


class ProofMissingError(NotFoundError):
    """There is no such draw, or its result is not out yet: the same words for both."""

    message = "没有可下载的证明：结果公示之后才会公开，请稍后再来或检查地址。"


@dataclass(frozen=True)
class Result:
    """A published draw, ready for the result page."""

    draw: Draw
    ranking: list[dict[str, Any]]
    notice_plan_hash: str
    local_guardians: int
    guardians: int


def public_proof(session: Session, draw_id: str) -> str:
    """Return the public proof's exact text."""
    return _published(session, draw_id).public_proof or ""


def read_result(session: Session, draw_id: str) -> Result:
    """Return the published draw with its ranking and the plan hash that the notice printed."""
    draw = _published(session, draw_id)
    proof = orjson.loads(draw.public_proof or "{}")
    local = session.scalars(select(Guardian.is_local).where(Guardian.retired_at.is_(None))).all()
    return Result(
        draw, _ranking(session, proof), _printed_hash(session, draw), sum(local), len(local)
    )


def results_of(session: Session, project_id: str) -> list[Draw]:
    """Return the published draws of a project, first round first."""
    query = select(Draw).where(Draw.project_id == project_id, Draw.state == DrawState.PUBLISHED)
    return list(session.scalars(query.order_by(Draw.round)))


def _published(session: Session, draw_id: str) -> Draw:
    draw = session.get(Draw, draw_id)
    if draw is None or draw.state is not DrawState.PUBLISHED or not draw.public_proof:
        raise ProofMissingError
    return draw


def _printed_hash(session: Session, draw: Draw) -> str:
    """Return the hash as the tender notice printed it, not as the draw row says today."""
    printed = session.scalars(
        select(Notice.facts).where(
            Notice.draw_id == draw.id, Notice.kind == NoticeKind.TENDER_NOTICE
        )
    ).first()
    return str((printed or {}).get("plan_hash", ""))


def _ranking(session: Session, proof: dict[str, Any]) -> list[dict[str, Any]]:
    """Ticket by ticket in drawn order; a name only where the public proof opens it."""
    opened = {t["ticket"]: t["org"] for t in proof["list"]["tickets"] if "org" in t}
    names = dict(
        session.execute(
            select(Party.credit_code, Party.name).where(Party.credit_code.in_(opened.values()))
        ).all()
    )
    return [
        {"place": place, "ticket": ticket, "name": names.get(opened.get(ticket, ""), "")}
        for place, ticket in enumerate(proof["result"]["ranking"], start=1)
    ]


def project_of(session: Session, draw: Draw) -> Project:
    """Return the project a draw belongs to."""
    return session.get_one(Project, draw.project_id)


@dataclass(frozen=True)
class FoundTicket:
    """Where a ticket stands in a published draw."""

    draw: Draw
    title: str
    place: int


def find_ticket(session: Session, ticket: str) -> FoundTicket | None:
    """Return the place of a ticket; None before publication and for one that does not exist."""
    row = session.execute(
        select(Draw, Project.title)
        .join(Interest, Interest.draw_id == Draw.id)
        .join(Project, Project.id == Draw.project_id)
        .where(Interest.ticket == ticket, Draw.state == DrawState.PUBLISHED)
    ).first()
    if row is None:
        return None
    draw, title = row
    ranking = orjson.loads(draw.public_proof or "{}")["result"]["ranking"]
    return FoundTicket(draw, title, ranking.index(ticket) + 1) if ticket in ranking else None
