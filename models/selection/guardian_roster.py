"""Who the guardians are: registering a key made elsewhere, making one here, replacing either.

A guardian's former key is retired and kept: what was sealed to it opens with it alone. There are
always three present keys, so a key is replaced and never merely taken away.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now, system_now
from models.identity.account import Account, Grant
from models.identity.actor import Actor
from models.ledger.log import record
from models.selection import guardian_keys, guardian_rehearsals, hpke
from models.selection.appointments import same_person
from models.selection.guardian_errors import (
    GuardianUnknownError,
    HolderTwiceError,
    HolderUnknownError,
    NotBoundError,
    PublicKeyInvalidError,
    PublicKeyKnownError,
)
from models.selection.guardian_readiness import place_of
from models.selection.local_guardians import TITLES, folder
from models.selection.tables import Guardian
from models.settings import Settings

ROLE = "guardian"
POINT_BYTES = 65
KIND = "guardian:registered"


@dataclass(frozen=True)
class Keeper:
    """Which guardian, under what title on pages, kept by whose account."""

    name: str
    title: str = ""
    holder: str = ""


def register(
    session: Session, settings: Settings, actor: Actor, keeper: Keeper, public_key: str
) -> Guardian:
    """Register the public key of a guardian's own machine in place of the present one."""
    point = public_key.strip().lower()
    try:
        hpke.public_key(bytes.fromhex(point))
        kid = guardian_keys.kid_of(bytes.fromhex(point))
    except ValueError:
        raise PublicKeyInvalidError from None
    if len(point) != 2 * POINT_BYTES:
        raise PublicKeyInvalidError
    if session.scalar(select(Guardian.id).where(Guardian.kid == kid)) is not None:
        raise PublicKeyKnownError(kid=kid)
    holder = _holder(session, keeper)
    row = Guardian(kid=kid, public_key=point, is_local=False, holder_id=holder.id)
    return _replace(session, settings, actor, keeper, row)


def lock(
    session: Session, settings: Settings, actor: Actor, keeper: Keeper, passphrase: str
) -> Guardian:
    """Make a new key here that only another person's passphrase opens."""
    _check_name(keeper.name)
    holder = _holder(session, keeper)
    key = guardian_keys.make_key(keeper.name)
    guardian_keys.replace_key(folder(settings), key, passphrase)
    public = key.public.as_dict()
    row = Guardian(**public, is_local=True, is_locked=True, holder_id=holder.id)
    return _replace(session, settings, actor, keeper, row)


def renew(session: Session, settings: Settings, actor: Actor, keeper: Keeper) -> Guardian:
    """Make a new key here that opens without anybody."""
    _check_name(keeper.name)
    key = guardian_keys.make_key(keeper.name)
    guardian_keys.replace_key(folder(settings), key)
    row = Guardian(**key.public.as_dict(), is_local=True)
    return _replace(session, settings, actor, keeper, row)


def _check_name(name: str) -> None:
    if name not in guardian_keys.GUARDIANS:
        raise GuardianUnknownError(name=name)


def _holder(session: Session, keeper: Keeper) -> Account:
    query = select(Account).where(Account.username == keeper.holder, Account.active)
    holder = session.scalar(query.join(Grant).where(Grant.role == ROLE))
    if holder is None:
        raise HolderUnknownError(username=keeper.holder)
    others = select(Account).join(Guardian, Guardian.holder_id == Account.id)
    present = others.where(Guardian.retired_at.is_(None), Guardian.name != keeper.name)
    if any(same_person(holder, other) for other in session.scalars(present)):
        raise HolderTwiceError(name=holder.name)
    return holder


def _replace(
    session: Session, settings: Settings, actor: Actor, keeper: Keeper, row: Guardian
) -> Guardian:
    _check_name(keeper.name)
    present = select(Guardian).where(Guardian.name == keeper.name, Guardian.retired_at.is_(None))
    former = session.scalars(present.with_for_update()).first()
    title = keeper.title.strip() or (former.title if former else "") or TITLES[keeper.name]
    if former is not None:
        former.retired_at = system_now()
    row.name, row.title = keeper.name, title
    session.add(row)
    session.flush()
    before = {"kid": former.kid, "place": place_of(former)} if former else None
    after = {"kid": row.kid, "place": place_of(row)}
    name, at = f"guardian/{row.name}", business_now()
    record(session, actor, KIND, name, at=at, before=before, after=after)
    # a key that has never opened anything is not relied on
    guardian_rehearsals.begin(session, settings, actor)
    return row


def bound(session: Session, actor: Actor, *, is_local: bool) -> Guardian:
    """Return the guardian that an account is; its present key, or else the newest former one."""
    rows = session.scalars(
        select(Guardian)
        .where(Guardian.holder_id == actor.account_id, Guardian.is_local == is_local)
        .order_by(Guardian.retired_at.is_not(None), Guardian.retired_at.desc())
    ).all()
    if not rows:
        raise NotBoundError
    return rows[0]
