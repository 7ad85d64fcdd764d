"""Giving and taking roles; the three kinds of keeper stay with three different people."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ConflictError, ForbiddenError
from models.identity.account import Account, Grant
from models.identity.actor import EVERYWHERE

KEEPER_TITLES = {
    "keeper_system": "系统管理员",
    "keeper_security": "安全管理员",
    "keeper_audit": "审计管理员",
}


class KeepersApartError(ForbiddenError):
    """One person may not be two kinds of keeper."""

    message = (
        "{name}已是{held}，不能再担任{asked}：系统、安全、审计三类管理员必须由不同的人担任。"
        "请先收回原角色，或授予另一人。"
    )


class OwnRoleError(ForbiddenError):
    """Nobody changes the own roles."""

    message = "不能给自己授予或收回角色，请由另一位安全管理员办理。"


class AlreadyGrantedError(ConflictError):
    """The role was given before."""

    message = "{name}在这个区县已有这个角色，没有重复授予。"


def grant_role(session: Session, account: Account, role: str, county: str) -> Grant:
    """Give a role in a county (``*`` for every one); raise when it would join two keepers."""
    check_apart(session, account, role)
    same = select(Grant).filter_by(account_id=account.id, role=role, county_code=county)
    if session.scalar(same) is not None:
        raise AlreadyGrantedError(name=account.name)
    given = Grant(account_id=account.id, role=role, county_code=county)
    session.add(given)
    session.flush()
    return given


def check_apart(session: Session, account: Account, role: str) -> None:
    """Raise when this person, under whatever account, is already another kind of keeper."""
    if role not in KEEPER_TITLES:
        return
    same_person = Account.id == account.id
    if account.person:
        same_person |= Account.person == account.person
    held = session.scalars(
        select(Grant.role).join(Account).where(same_person, Grant.role.in_(KEEPER_TITLES))
    ).all()
    if others := sorted(set(held) - {role}):
        raise KeepersApartError(
            name=account.name, held=KEEPER_TITLES[others[0]], asked=KEEPER_TITLES[role]
        )


def county_of_keepers(role: str, county: str) -> str:
    """Return the county a role is given in: keepers keep the whole installation."""
    return EVERYWHERE if role in KEEPER_TITLES else county
