"""What a browser needs to seal a value: context, guardians' keys, the moment of closing."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now, iso
from models.errors import ForbiddenError
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.actor import Actor
from models.ids import new_id
from models.selection import bids, floors, guardians, interests
from models.selection.appointments import CONTRIBUTORS
from models.selection.tables import Draw, DrawState
from models.settings import Settings


class NothingToSealError(ForbiddenError):
    """The person has no appointment to confirm in this project."""

    message = "您在这个项目里没有需要密封的内容；如刚接到任命，请从待办进入办理。"


def context_for(
    session: Session, settings: Settings, project_id: str, kind: str, actor: Actor
) -> dict[str, Any]:
    """Return what to seal to, for one of the kinds that people seal."""
    if kind == "floor":
        return floors.context(session, project_id, actor)
    if kind == "bid":
        told = bids.context(session, settings, project_id, actor)
        # numbers the bid: the platform's clock, so that of several devices the last one counts
        return {**told, "seq": int(business_now().timestamp() * 1000)}
    if kind == "interest":
        draw, _ = interests.current_draw(session, project_id, actor)
        return _answer(session, draw, interests.sealing_context(draw, new_id()), "interest")
    return _draw_secret(session, project_id, actor)


def _draw_secret(session: Session, project_id: str, actor: Actor) -> dict[str, Any]:
    role = session.scalars(
        select(WorkItem.role).where(
            WorkItem.project_id == project_id,
            WorkItem.account_id == actor.account_id,
            WorkItem.role.in_(CONTRIBUTORS),
            WorkItem.state.in_(OPEN_STATES),
        )
    ).first()
    draw = session.scalars(
        select(Draw)
        .where(Draw.project_id == project_id, Draw.state == DrawState.PREPARING)
        .order_by(Draw.round.desc())
    ).first()
    if role is None or draw is None:
        raise NothingToSealError
    holder = CONTRIBUTORS[role]
    context = {"project": project_id, "kind": "draw_secret", "holder": holder}
    return _answer(session, draw, context, holder)


def _answer(session: Session, draw: Draw, context: dict[str, str], role: str) -> dict[str, Any]:
    keepers = guardians.public_guardians(session)
    return {
        "ctx": context,
        "guardians": [one.as_dict() for one in keepers],
        "closes_at": iso(draw.freeze_at) if draw.freeze_at else None,
        "draw": draw.id,
        "alg": draw.alg,
        "role": role,
    }
