"""May a party act in its kind today: on the roster, of that kind, not suspended (停用)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from models.errors import ConflictError
from models.identity.party import Party, PartyRole, PartyStatus
from models.roster.enrolment import KIND_TITLES
from models.roster.entry import EntryStatus, RosterEntry, Suspension

OFF_ROSTER = "不在本区县的{kind}名册库内，请先办理入驻，或另选一家。"
SUSPENDED = (
    "已被停用，停用至{until}，原因：{reason}。停用期间不能参与任何项目，期满或提前恢复后即可参与。"
)


class MayNotActError(ConflictError):
    """The party is not on this roster, or is suspended; ``reason`` says which."""

    message = "“{name}”现在不能作为{kind}参与：{reason}"


def check_may_act(
    session: Session, party_id: str | None, county: str, kind: str, on: datetime
) -> Party:
    """Return the party if it may act as this kind at a moment, or raise why it may not."""
    party = None if party_id is None else session.get(Party, party_id)
    reason = why_not(session, party_id, county, kind, on)
    if party is None or reason is not None:
        raise MayNotActError(
            name=party.name if party else "所选单位",
            kind=KIND_TITLES.get(kind, kind),
            reason=reason or OFF_ROSTER.format(kind=KIND_TITLES.get(kind, kind)),
        )
    return party


def why_not(
    session: Session, party_id: str | None, county: str, kind: str, on: datetime
) -> str | None:
    """Return in one sentence why a party may not act as this kind; None when it may."""
    listed = _listed(county, kind).where(Party.id == party_id)
    if party_id is None or session.scalar(listed) is None:
        return OFF_ROSTER.format(kind=KIND_TITLES.get(kind, kind))
    stop = suspension_of(session, party_id, county, on)
    return None if stop is None else suspended_text(stop)


def suspended_text(stop: Suspension) -> str:
    """Return what somebody is told of a suspension in force."""
    return SUSPENDED.format(until=f"{stop.until_at:%Y-%m-%d %H:%M}", reason=stop.reason)


def suspension_of(session: Session, party_id: str, county: str, on: datetime) -> Suspension | None:
    """Return the suspension that holds for a party at a moment."""
    query = _stops(county, on).where(Suspension.party_id == party_id)
    return session.scalars(query.order_by(Suspension.until_at.desc()).limit(1)).first()


def acting(session: Session, county: str, kind: str, on: datetime) -> Sequence[Party]:
    """Return every party of the county that may act as this kind at a moment, by name."""
    stopped = _stops(county, on).with_only_columns(Suspension.party_id)
    query = _listed(county, kind).where(Party.id.not_in(stopped))
    return session.scalars(query.order_by(Party.name, Party.id)).all()


def _listed(county: str, kind: str) -> Select[Any]:
    """Owners stand on no roster: what they enrolled as counts for them."""
    active = select(Party).where(Party.status == PartyStatus.ACTIVE)
    if kind == "owner":
        roles = (PartyRole.role == kind, PartyRole.county_code == county)
        return active.join(PartyRole, PartyRole.party_id == Party.id).where(*roles)
    return active.join(RosterEntry, RosterEntry.party_id == Party.id).where(
        RosterEntry.county_code == county,
        RosterEntry.kind == kind,
        RosterEntry.status == EntryStatus.ACTIVE,
    )


def _stops(county: str, on: datetime) -> Select[Any]:
    return select(Suspension).where(
        Suspension.county_code == county,
        Suspension.from_at <= on,
        Suspension.until_at > on,
        or_(Suspension.lifted_at.is_(None), Suspension.lifted_at > on),
    )
