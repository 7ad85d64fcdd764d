"""Accounts that an organisation keeps itself: its manager adds people of the same party."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from models.clock import business_now
from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from models.identity.account import Account, Grant
from models.identity.actor import Actor
from models.identity.granting import grant_role
from models.identity.party import PartyRole
from models.identity.password_link import make_link
from models.identity.registration import MOBILE, PERSON, USERNAME
from models.identity.security import note
from models.ids import new_id

GIVES = {
    "owner": ("owner", "selection_officer", "monitor"),
    "contractor": ("contractor",),
}
"""What the people of an organisation of each kind may be; every one may handle its file too."""
APPLICANT = "applicant"
MOST = 100
"""Accounts that one organisation makes by itself."""
TEXTS = {
    "name": "姓名须有2至40个字，请填写本人的姓名。",
    "mobile": "手机号码须是11位数字，请核对。",
    "username": "用户名须以字母开头，用4至40个小写字母、数字、点、横线或下划线。",
    "taken": "这个用户名不能用，请换一个。",
    "roles": "请至少选择一个岗位。",
}


class NotManagerError(ForbiddenError):
    """Only the manager of an organisation's accounts keeps them."""

    message = "只有本单位的账号管理员可以增加、停用账号，请由账号管理员办理，或联系交易中心。"


class ColleagueNotFoundError(NotFoundError):
    """No such account in this organisation."""

    message = "本单位没有这个账号，请回到账号列表重新打开。"


class RoleNotOursError(ForbiddenError):
    """The organisation has no such role to give in this county."""

    message = "本单位在这个区县没有这个岗位，不能授予，账号没有变化。"


class TooManyAccountsError(ConflictError):
    """One organisation could otherwise take every user name."""

    message = "本单位已有{most}个账号，不能再增加，没有新建账号。确需更多的，请联系安全管理员。"


class ForeignRolesError(ForbiddenError):
    """The account also acts for somebody else: who takes it over would do so, too."""

    message = (
        "{name}的账号还有本单位不能授予的岗位，单位不能停用它或生成设置密码链接，"
        "账号没有变化。请联系安全管理员办理。"
    )


class OwnPasswordError(ForbiddenError):
    """Whoever sits at somebody's open browser must not take the account over."""

    message = "不能给自己生成设置密码链接，请在“账号与密钥”里用原密码修改密码。"


class OwnAccountError(ForbiddenError):
    """Nobody stops or strips the own account."""

    message = "不能停用自己的账号或收回自己的岗位，请由另一位账号管理员或安全管理员办理。"


class ColleagueInvalidError(InvalidError):
    """Fields of a new account break rules the person can put right."""


@dataclass(frozen=True, kw_only=True)
class NewColleague:
    """What was typed for a new account."""

    name: str = ""
    mobile: str = ""
    username: str = ""
    roles: Sequence[str] = field(default_factory=tuple)


def roles_to_give(session: Session, party_id: str, county: str) -> list[str]:
    """Return the roles that an organisation's people may hold in a county."""
    query = select(PartyRole.role).where(
        PartyRole.party_id == party_id, PartyRole.county_code == county
    )
    given = [role for held in sorted(session.scalars(query)) for role in GIVES.get(held, ())]
    return [*given, APPLICANT]


def colleagues_of(session: Session, actor: Actor) -> list[Account]:
    """Return every account of the manager's organisation, those in use first."""
    query = (
        select(Account)
        .options(selectinload(Account.grants))
        .where(Account.party_id == manager(session, actor).party_id)
    )
    return list(session.scalars(query.order_by(Account.active.desc(), Account.username)))


def manager(session: Session, actor: Actor) -> Account:
    """Return the actor's own account when it keeps its organisation's; raise otherwise."""
    account = session.get(Account, actor.account_id)
    if account is None or not account.manages_party or account.party_id is None:
        raise NotManagerError
    return account


def add(session: Session, actor: Actor, county: str, given: NewColleague, address: str) -> str:
    """Make an account of the same organisation; return the token of its password link."""
    own = manager(session, actor)
    _check_room(session, str(own.party_id))
    _check_new(session, given)
    account = Account(
        id=new_id(),
        username=given.username,
        name=given.name,
        mobile=given.mobile,
        party_id=own.party_id,
        fs_uniquifier=new_id(),
        created_at=business_now(),
    )
    session.add(account)
    session.flush()
    _give(session, account, county, given.roles)
    note(session, "colleague.added", account.username, address, f"由{own.username}增加")
    return make_link(session, account, own.id)


def set_roles(
    session: Session, actor: Actor, account_id: str, county: str, roles: Sequence[str]
) -> None:
    """Let a colleague hold exactly these of the organisation's roles in a county."""
    own, account = manager(session, actor), colleague(session, actor, account_id)
    if account.id == own.id:
        raise OwnAccountError
    if not roles:
        raise ColleagueInvalidError(fields={"roles": TEXTS["roles"]})
    ours = roles_to_give(session, str(own.party_id), county)
    session.execute(
        delete(Grant).where(
            Grant.account_id == account.id, Grant.county_code == county, Grant.role.in_(ours)
        )
    )
    session.expire(account, ["grants"])
    _give(session, account, county, roles)
    note(session, "colleague.roles", account.username, "", f"由{own.username}修改")


def set_active(session: Session, actor: Actor, account_id: str, *, active: bool) -> None:
    """Stop a colleague's account, which ends its sessions, or let it be used again."""
    own, account = manager(session, actor), colleague(session, actor, account_id)
    if account.id == own.id:
        raise OwnAccountError
    _check_ours_alone(session, account)
    account.active = active
    account.fs_uniquifier = new_id()
    kind = "colleague.enabled" if active else "colleague.disabled"
    note(session, kind, account.username, "", f"由{own.username}办理")


def renew_password(session: Session, actor: Actor, account_id: str) -> str:
    """Return the token of a fresh link by which a colleague sets the own password."""
    own, account = manager(session, actor), colleague(session, actor, account_id)
    if account.id == own.id:
        raise OwnPasswordError
    _check_ours_alone(session, account)
    note(session, "colleague.link", account.username, "", f"由{own.username}生成")
    return make_link(session, account, own.id)


def colleague(session: Session, actor: Actor, account_id: str) -> Account:
    """Return an account of the same organisation; another's is not even there."""
    account = session.get(Account, account_id)
    if account is None or account.party_id != manager(session, actor).party_id:
        raise ColleagueNotFoundError
    return account


def _check_room(session: Session, party_id: str) -> None:
    counted = select(func.count()).select_from(Account).where(Account.party_id == party_id)
    if (session.scalar(counted) or 0) >= MOST:
        raise TooManyAccountsError(most=MOST)


def _check_ours_alone(session: Session, account: Account) -> None:
    """Raise when the account holds what another organisation or the platform gave it."""
    held = select(PartyRole.county_code, PartyRole.role).where(
        PartyRole.party_id == account.party_id
    )
    ours = {
        (county, role) for county, kind in session.execute(held) for role in GIVES.get(kind, ())
    }
    for grant in account.grants:
        if grant.role != APPLICANT and (grant.county_code, grant.role) not in ours:
            raise ForeignRolesError(name=account.name)


def _give(session: Session, account: Account, county: str, roles: Sequence[str]) -> None:
    ours = roles_to_give(session, str(account.party_id), county)
    if set(roles) - set(ours):
        raise RoleNotOursError
    for role in dict.fromkeys(roles):
        grant_role(session, account, role, county)


def _check_new(session: Session, given: NewColleague) -> None:
    wrong = {
        "name": len(given.name) not in PERSON,
        "mobile": not MOBILE.fullmatch(given.mobile),
        "username": not USERNAME.fullmatch(given.username),
        "roles": not given.roles,
    }
    faults = {name: TEXTS[name] for name, is_wrong in wrong.items() if is_wrong}
    taken = select(Account.id).where(Account.username == given.username)
    if "username" not in faults and session.scalar(taken) is not None:
        faults["username"] = TEXTS["taken"]
    if faults:
        raise ColleagueInvalidError(fields=faults)
