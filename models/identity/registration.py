"""Registration (注册): a new organisation and its first account, which may only enrol."""

import re
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.clock import business_now, system_now
from models.credit_code import credit_code_problem
from models.errors import InvalidError
from models.identity import passwords
from models.identity.account import Account, Grant
from models.identity.county import County
from models.identity.party import Party, PartyStatus
from models.identity.security import note
from models.ids import new_id

APPLICANT = "applicant"
KINDS = ("owner", "contractor", "agency", "supervisor", "auditor", "review_body")
USERNAME = re.compile(r"[a-z][a-z0-9._-]{3,39}", re.ASCII)
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
NAME = range(2, 101)
PERSON = range(2, 41)
TEXTS = {
    "kind": "请选择本单位注册为哪一类单位。",
    "county": "请选择办理入驻的区县。",
    "name": "单位名称须有2至100个字，请按证照填写。",
    "contact": "姓名须有2至40个字，请填写经办人本人的姓名。",
    "mobile": "手机号码须是11位数字，请核对。",
    "username": "用户名须以字母开头，用4至40个小写字母、数字、点、横线或下划线。",
    "again": "两次输入的密码不一致，请重新输入。",
    "agrees": "请勾选同意后再注册。",
}


class RegistrationInvalidError(InvalidError):
    """Fields of the registration break rules the person can put right."""


class RegistrationRefusedError(InvalidError):
    """The user name or the credit code is known already; which one is not told."""

    message = (
        "这个用户名或统一社会信用代码不能用来注册，可能已经注册过。请换一个用户名再试；"
        "单位已注册过的，请用原账号登录，或请本单位的账号管理员为您增加账号。"
        "忘记账号，或不是本单位注册的，请持营业执照（或统一社会信用代码证书）、"
        "法定代表人授权书和经办人身份证到交易中心，或致电联系交易中心登记咨询；"
        "核实后由安全管理员把账号管理权交还本单位，冒用的账号随即停用。"
    )


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What was typed on the page."""

    kind: str = ""
    county: str = ""
    name: str = ""
    credit_code: str = ""
    contact: str = ""
    mobile: str = ""
    username: str = ""
    password: str = ""
    again: str = ""
    agrees: str = ""


def register(session: Session, given: Registration, address: str) -> Account:
    """Make the organisation and its first account; raise with every fault at its field."""
    if faults := _faults(session, given):
        raise RegistrationInvalidError(fields=faults)
    if _is_known(session, given):
        raise RegistrationRefusedError
    party = Party(
        id=new_id(),
        name=given.name,
        credit_code=given.credit_code,
        county_code=given.county,
        status=PartyStatus.PENDING,
        contact=given.contact,
        mobile=given.mobile,
        created_at=business_now(),
    )
    session.add(party)
    try:
        session.flush()
        account = _account(session, given, party)
    except IntegrityError:  # somebody registered the same at the same moment
        raise RegistrationRefusedError from None
    note(session, "registration", account.username, address, given.kind)
    return account


def note_refusal(session: Session, given: Registration, address: str) -> None:
    """Keep that a registration was refused: what was refused has left no other trace."""
    note(session, "registration.refused", given.username, address)


def _account(session: Session, given: Registration, party: Party) -> Account:
    account = Account(
        id=new_id(),
        username=given.username,
        name=given.contact,
        party_id=party.id,
        manages_party=True,
        mobile=given.mobile,
        password=passwords.hash_password(given.password),
        password_changed_at=system_now(),
        fs_uniquifier=new_id(),
        created_at=business_now(),
    )
    session.add(account)
    session.flush()
    session.add(Grant(account_id=account.id, role=APPLICANT, county_code=given.county))
    session.flush()
    return account


def _faults(session: Session, given: Registration) -> dict[str, str]:
    county = session.get(County, given.county)
    wrong = {
        "kind": given.kind not in KINDS,
        "county": county is None or not county.is_open,
        "name": len(given.name) not in NAME,
        "contact": len(given.contact) not in PERSON,
        "mobile": not MOBILE.fullmatch(given.mobile),
        "username": not USERNAME.fullmatch(given.username),
        "again": given.password != given.again,
        "agrees": not given.agrees,
    }
    faults = {name: TEXTS[name] for name, is_wrong in wrong.items() if is_wrong}
    if problem := credit_code_problem(given.credit_code):
        faults["credit_code"] = problem
    try:
        passwords.check_policy(given.password, username=given.username)
    except passwords.WeakPasswordError as error:
        faults |= error.fields
    return faults


def _is_known(session: Session, given: Registration) -> bool:
    account = select(Account.id).where(Account.username == given.username)
    party = select(Party.id).where(Party.credit_code == given.credit_code)
    return session.scalar(select(or_(account.exists(), party.exists()))) is True


def clean(given: dict[str, str]) -> Registration:
    """Return what was typed without the blanks around it; a code in capitals, a name in small."""
    bare = {name: text if name in ("password", "again") else text.strip()
            for name, text in given.items()}  # fmt: skip
    bare["credit_code"] = bare.get("credit_code", "").replace(" ", "").upper()
    bare["username"] = bare.get("username", "").lower()
    return Registration(**bare)
