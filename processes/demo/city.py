"""Parties, accounts and the roster of the demonstration city."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models.clock import CHINA
from models.identity.account import Account, Grant
from models.identity.actor import EVERYWHERE
from models.identity.party import Party, PartyRole
from models.identity.passwords import hash_password
from models.ids import new_id
from models.roster.entry import EntryStatus, Pledge, Qualification, RosterEntry, Suspension
from processes.demo import codes

PASSWORD = "smallworks-demo"  # noqa: S105 - printed in the README, for the demonstration alone
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=CHINA)
COUNTY, CITY = "dazhou", "city"
GENERAL, SPECIAL, SAFETY = "general_contracting", "special_contracting", "safety_licence"
BUILDING = (GENERAL, "建筑工程施工总承包")
MUNICIPAL = (GENERAL, "市政公用工程施工总承包")
WATER = (GENERAL, "水利水电工程施工总承包")
FITTING = (SPECIAL, "建筑机电安装工程专业承包")
WATERPROOF = (SPECIAL, "防水防腐保温工程专业承包")
LICENCE = (SAFETY, "安全生产许可证")
LEVEL_NAMES = {0: "", 1: "一级", 2: "二级", 3: "三级"}
PLEDGE = "本企业填写的信息和提交的资料真实、有效，如有不实，愿承担相应责任。"


@dataclass(frozen=True)
class Organisation:
    """A party that is no contractor: its role in a county and its people."""

    name: str
    role: str
    county: str
    number: int
    people: tuple[tuple[str, str, tuple[str, ...]], ...]


ORGANISATIONS = (
    Organisation(
        "柳河镇人民政府",
        "owner",
        COUNTY,
        1,
        (
            ("dz.owner", "韩知远", ("applicant", "owner")),
            ("dz.selector", "陆知微", ("selection_officer",)),
            ("dz.monitor", "罗澄", ("monitor",)),
        ),
    ),
    Organisation(
        "达州市公共资源交易服务中心",
        "trading_centre",
        COUNTY,
        2,
        (
            ("dz.centre", "沈砚秋", ("trading_centre",)),
            ("dz.leader", "梁叙白", ("centre_leader",)),
        ),
    ),
    Organisation(
        "达州市住房和城乡建设局",
        "regulator",
        COUNTY,
        3,
        (("dz.housing", "方既明", ("regulator",)),),
    ),
    Organisation(
        "市公共资源交易中心",
        "trading_centre",
        CITY,
        4,
        (("city.centre", "顾南溪", ("trading_centre",)),),
    ),
)
WITHOUT_PARTY = (
    ("analyst", "程砚", "analyst"),
    ("publisher", "宋知白", "publisher"),
    ("keeper.system", "何修", "keeper_system"),
    ("keeper.security", "严守一", "keeper_security"),
    ("keeper.audit", "邵明远", "keeper_audit"),
)
NAMES = (
    "云泽禾木建筑", "青屿建设工程", "石桥市政工程", "望溪水利工程", "安澜机电安装", "长河建筑",
    "松涛建设", "临江市政建设", "百川水电工程", "嘉禾建筑工程", "疏桐建设", "远山建筑安装",
)  # fmt: skip
CONTACTS = (
    "叶听澜", "周予安", "许怀瑾", "唐闻笙", "江映雪", "季长风", "苏木", "温知许", "白行简",
    "林见川", "秦舒", "谢临渊",
)  # fmt: skip
HELD = {
    1: ((BUILDING, 2), (MUNICIPAL, 3)),
    2: ((BUILDING, 3), (WATERPROOF, 2)),
    3: ((MUNICIPAL, 2), (BUILDING, 3)),
    4: ((WATER, 3), (BUILDING, 3)),
    5: ((FITTING, 3), (BUILDING, 3)),
    6: ((BUILDING, 1),),
    7: ((BUILDING, 3), (FITTING, 2)),
    8: ((MUNICIPAL, 3), (BUILDING, 2)),
    9: ((WATER, 2),),
    10: ((BUILDING, 3),),
    11: ((BUILDING, 2),),
    12: ((BUILDING, 3),),
}
SUSPENDED, EXPIRED = 11, 12


def build_city(session: Session) -> None:
    """Add every party, account, grant and roster entry of the demonstration."""
    people = iter(range(1, 1000))
    for one in ORGANISATIONS:
        _organisation(session, one, people)
    for number in range(1, len(NAMES) + 1):
        _contractor(session, number, people)
    for username, name, role in WITHOUT_PARTY:
        account = _account(session, username, name, None, next(people))
        session.add(Grant(account_id=account.id, role=role, county_code=EVERYWHERE))
    session.flush()


def _organisation(session: Session, one: Organisation, people: Iterator[int]) -> None:
    region = codes.DAZHOU if one.county == COUNTY else codes.CITY
    code = codes.credit_code(codes.GOVERNMENT, region, one.number)
    party = _party(session, one.name, code, one.county, one.role)
    party.contact, party.mobile = one.people[0][1], _mobile(500 + one.number)
    for username, name, roles in one.people:
        account = _account(session, username, name, party.id, next(people))
        for role in roles:
            session.add(Grant(account_id=account.id, role=role, county_code=one.county))


def _contractor(session: Session, number: int, people: Iterator[int]) -> None:
    name, contact = f"{NAMES[number - 1]}有限公司", CONTACTS[number - 1]
    code = codes.credit_code(codes.COMPANY, codes.DAZHOU, 100 + number)
    party = _party(session, name, code, COUNTY, "contractor")
    party.contact, party.legal_person, party.mobile = contact, contact, _mobile(number)
    party.address = f"达州市通川区建设路{number * 10}号"
    account = _account(session, f"dz.contractor{number:02d}", contact, party.id, next(people))
    for role in ("applicant", "contractor"):
        session.add(Grant(account_id=account.id, role=role, county_code=COUNTY))
    _roster(session, party, account, number)


def _roster(session: Session, party: Party, account: Account, number: int) -> None:
    entry = RosterEntry(
        id=new_id(),
        party_id=party.id,
        county_code=COUNTY,
        status=EntryStatus.ACTIVE,
        entered_on=BEGAN.date(),
    )
    session.add(entry)
    session.flush()
    until = date(2026, 10, 31) if number == EXPIRED else date(2029, 6, 30)
    for place, ((scheme, category), level) in enumerate((*HELD[number], (LICENCE, 0)), 1):
        session.add(
            Qualification(
                entry_id=entry.id,
                scheme=scheme,
                category=category,
                level=level,
                level_name=LEVEL_NAMES[level],
                certificate=f"D35{number:03d}{place:02d}",
                valid_from=date(2024, 7, 1),
                valid_until=until,
            )
        )
    session.add(
        Pledge(
            party_id=party.id,
            kind="truthfulness",
            text=PLEDGE,
            signed_by=account.id,
            signed_at=BEGAN,
        )
    )
    if number == SUSPENDED:
        _suspend(session, party)


def _suspend(session: Session, party: Party) -> None:
    began = datetime(2026, 11, 2, 9, 0, tzinfo=CHINA)
    session.add(
        Suspension(
            party_id=party.id,
            county_code=COUNTY,
            from_at=began,
            until_at=began + timedelta(days=60),
            reason="未按期提交年度信息核验资料",
        )
    )


def _party(session: Session, name: str, code: str, county: str, role: str) -> Party:
    party = Party(id=new_id(), name=name, credit_code=code, county_code=county, created_at=BEGAN)
    session.add(party)
    session.flush()
    session.add(PartyRole(party_id=party.id, role=role, county_code=county))
    return party


def _account(
    session: Session, username: str, name: str, party_id: str | None, person: int
) -> Account:
    account = Account(
        id=new_id(),
        username=username,
        name=name,
        person=f"demo-person-{person:03d}",
        party_id=party_id,
        mobile=_mobile(800 + person),
        password=hash_password(PASSWORD),
        fs_uniquifier=new_id(),
        password_changed_at=BEGAN,
        created_at=BEGAN,
    )
    session.add(account)
    session.flush()
    return account


def _mobile(number: int) -> str:
    # the range 170-0000 is not given to anybody's telephone
    return f"1700000{number:04d}"
