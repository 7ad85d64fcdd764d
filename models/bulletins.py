"""Writing, publishing and withdrawing bulletins, and who reads which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from models.bulletin import Bulletin, BulletinState, BulletinVersion
from models.bulletin_errors import (
    BulletinClosedError,
    BulletinFaultyError,
    BulletinNotPublishedError,
    MayNotWriteError,
)
from models.clock import business_now
from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party
from models.ids import new_id
from models.ledger.log import record

OFFICES = {
    "trading_centre": "trading_centre",
    "centre_leader": "trading_centre",
    "regulator": "regulator",
    "owner": "owner",
    "agency": "agency",
}
"""Who writes bulletins, and for which office: the centre's people write for the centre."""
OF_PARTIES = frozenset({"owner", "agency"})
"""Offices that many parties hold: each writes, changes and withdraws its own alone (HR-2.3)."""
RECEIVERS = (
    "owner",
    "contractor",
    "agency",
    "supervisor",
    "auditor",
    "review_body",
    "landscape_authority",
    "selection_officer",
    "monitor",
    "trading_centre",
    "regulator",
    "oversight_authority",
)
NAMED = joinedload(Bulletin.party).lazyload(Party.roles)
"""The writing party's name, read with the bulletin."""
LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON = 100, 5000, 200


@dataclass(frozen=True, kw_only=True)
class Written:
    """What somebody typed."""

    title: str
    text: str
    roles: tuple[str, ...]
    is_public: bool
    from_on: date | None
    until_on: date | None


def save(
    session: Session, given: Written, actor: Actor, county: str, bulletin: Bulletin | None = None
) -> Bulletin:
    """Keep what was typed as a new version; readers go on seeing the published one."""
    office = _office(actor, county)
    if bulletin is not None:
        check_writer(actor, bulletin)
        if bulletin.state == BulletinState.WITHDRAWN:
            raise BulletinClosedError
    _check(given)
    now, bulletin_id = business_now(), bulletin.id if bulletin else new_id()
    number = bulletin.newest.number + 1 if bulletin else 1
    version = _version(given, bulletin_id, number, actor, now)
    session.add(version)
    session.flush()
    if bulletin is None:
        party_id = actor.party_id if office in OF_PARTIES else None
        columns = {
            "county_code": county,
            "office": office,
            "party_id": party_id,
            "state": BulletinState.DRAFT,
        }
        bulletin = Bulletin(id=bulletin_id, newest_id=version.id, changed_at=now, **columns)
        session.add(bulletin)
    bulletin.newest, bulletin.changed_at = version, now
    session.flush()
    _log(session, "bulletin:written", bulletin, actor, now)
    return bulletin


def publish(session: Session, bulletin: Bulletin, actor: Actor) -> None:
    """Let the receivers read the newest version; twice changes nothing."""
    check_writer(actor, bulletin)
    if bulletin.state == BulletinState.WITHDRAWN:
        raise BulletinClosedError
    if bulletin.shown_id == bulletin.newest_id:
        return
    now = business_now()
    if bulletin.newest.until_on < now.date():
        raise BulletinFaultyError(fields={"until_on": "截止日期已经过去，请改到今天或以后再发布。"})
    bulletin.state, bulletin.shown_id = BulletinState.PUBLISHED, bulletin.newest_id
    bulletin.published_at, bulletin.published_by = now, actor.account_id
    session.flush()
    _log(session, "bulletin:published", bulletin, actor, now)


def withdraw(session: Session, bulletin: Bulletin, reason: str, actor: Actor) -> None:
    """Take a published bulletin away from its readers and keep why."""
    check_writer(actor, bulletin)
    if bulletin.state != BulletinState.PUBLISHED:
        raise BulletinNotPublishedError
    if not reason.strip():
        raise BulletinFaultyError(fields={"reason": "请填写撤回原因，原因会保留在记录里。"})
    now = business_now()
    bulletin.state, bulletin.reason = BulletinState.WITHDRAWN, reason.strip()[:LONGEST_REASON]
    bulletin.withdrawn_at, bulletin.withdrawn_by = now, actor.account_id
    session.flush()
    _log(session, "bulletin:withdrawn", bulletin, actor, now)


def readable(actor: Actor | None, county: str) -> Select[Any]:
    """Return the query for what somebody may read today in a county, or in all when none is named.

    Whoever is not signed in reads what is for the public.
    """
    today = business_now().date()
    query = (
        select(Bulletin)
        .join(BulletinVersion, BulletinVersion.id == Bulletin.shown_id)
        .options(contains_eager(Bulletin.shown), NAMED)
        .where(
            Bulletin.state == BulletinState.PUBLISHED,
            BulletinVersion.from_on <= today,
            BulletinVersion.until_on >= today,
        )
    )
    if county:
        query = query.where(Bulletin.county_code == county)
    mine = [
        _in(place, BulletinVersion.roles.contains(f",{role},", autoescape=True))
        for role, place in sorted(actor.grants if actor else ())
    ]
    return query.where(or_(BulletinVersion.is_public, *mine))


def written_by_office(actor: Actor) -> Select[Any]:
    """Return the query for the bulletins that this person's offices write, in every state."""
    mine = [
        _in(place, _own(actor, OFFICES[role]))
        for role, place in sorted(actor.grants)
        if role in OFFICES
    ]
    query = select(Bulletin).join(BulletinVersion, BulletinVersion.id == Bulletin.newest_id)
    return query.options(contains_eager(Bulletin.newest), NAMED).where(or_(false(), *mine))


def _own(actor: Actor, office: str) -> ColumnElement[bool]:
    """Return the condition for what an office wrote; of a party's office, what its party did."""
    of_office = Bulletin.office == office
    if office not in OF_PARTIES:
        return of_office
    return of_office & (Bulletin.party_id == actor.party_id) if actor.party_id else false()


def _in(place: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition for one county, or for all where a role is held everywhere."""
    return condition if place == EVERYWHERE else condition & (Bulletin.county_code == place)


def versions_of(session: Session, bulletin: Bulletin) -> Sequence[BulletinVersion]:
    """Return every version of a bulletin, the newest first."""
    query = select(BulletinVersion).where(BulletinVersion.bulletin_id == bulletin.id)
    return session.scalars(query.order_by(BulletinVersion.number.desc())).all()


def check_writer(actor: Actor, bulletin: Bulletin) -> None:
    """Raise unless the actor belongs to the office that wrote a bulletin."""
    roles = (role for role, office in OFFICES.items() if office == bulletin.office)
    of_another = bulletin.office in OF_PARTIES and bulletin.party_id != actor.party_id
    if of_another or not any(actor.holds(role, bulletin.county_code) for role in roles):
        raise MayNotWriteError


def _office(actor: Actor, county: str) -> str:
    for role, office in OFFICES.items():
        if actor.holds(role, county) and (actor.party_id or office not in OF_PARTIES):
            return office
    raise MayNotWriteError


def _check(given: Written) -> None:
    wrong: dict[str, str] = {}
    if not 1 <= len(given.title.strip()) <= LONGEST_TITLE:
        wrong["title"] = f"请填写标题，不超过{LONGEST_TITLE}字。"
    if not 1 <= len(given.text.strip()) <= LONGEST_TEXT:
        wrong["text"] = f"请填写正文，不超过{LONGEST_TEXT}字。"
    if not (given.roles or given.is_public) or set(given.roles) - set(RECEIVERS):
        wrong["roles"] = "请勾选发给谁看，至少一项。"
    if given.from_on is None:
        wrong["from_on"] = "请填写开始日期，写法如2026-11-20。"
    if given.until_on is None:
        wrong["until_on"] = "请填写截止日期，写法如2026-11-20。"
    if given.from_on and given.until_on and given.until_on < given.from_on:
        wrong["until_on"] = "截止日期不能早于开始日期，请改正。"
    if wrong:
        raise BulletinFaultyError(fields=wrong)


def _version(
    given: Written, bulletin_id: str, number: int, actor: Actor, now: datetime
) -> BulletinVersion:
    return BulletinVersion(
        id=new_id(),
        bulletin_id=bulletin_id,
        number=number,
        title=given.title.strip(),
        text=given.text.strip().replace("\r\n", "\n"),
        roles="".join(("," if given.roles else "", *(f"{role}," for role in given.roles))),
        is_public=given.is_public,
        from_on=given.from_on,
        until_on=given.until_on,
        written_by=actor.account_id,
        written_at=now,
    )


def _log(session: Session, action: str, bulletin: Bulletin, actor: Actor, now: datetime) -> None:
    digest = sha256(bulletin.newest.text.encode()).hexdigest()
    after = {"version": bulletin.newest.number, "sha256": digest}
    record(session, actor, action, bulletin.id, at=now, role=bulletin.office, after=after)
