"""The people of a rehearsed county: one for each role, by the role's id, and enough contractors."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import CHINA
from models.identity.account import Account, Grant
from models.identity.actor import EVERYWHERE, ORGANISER
from models.identity.party import Party, PartyRole
from models.identity.registration import KINDS
from models.ids import new_id
from models.roster.entry import EntryStatus, Pledge, Qualification, RosterEntry, Suspension
from models.roster.places import TRADES_OF_CATEGORIES, put_on_rosters, rosters_of
from processes import contents
from processes.demo import codes
from processes.demo.cast import LEVEL_NAMES, LICENCE, PLEDGE
from processes.demo.people import BEGAN, mobile
from processes.packs.roles import Role, roles_of

CAST = 1
"""Changes when the same files would be given other people."""
REGION = "511799"
CONTRACTORS = 12
UNFIT, SUSPENDED, EXPIRED = 10, 11, 12
"""Three contractors that may not join: without any building licence, suspended, expired."""
PAIRS = ("owner", *(kind for kind in KINDS if kind not in ("owner", "contractor")))
"""Parties there are two of, so that one can be changed for the other."""
AT_PARTY_OF = {
    "selection_officer": "owner",
    "monitor": "owner",
    "centre_leader": "trading_centre",
}
ALIASES = {
    "centre": "trading_centre",
    "leader": "centre_leader",
    "officer": "selection_officer",
}
NOBODY = frozenset({ORGANISER, "platform", "contractor", "applicant"})
VALID_FROM, VALID_UNTIL = date(2020, 1, 1), date(2099, 12, 31)
SCHEME = "decisions/qualification_scheme.dmn"
OUTPUTS = 2


@dataclass
class Casting:
    """Adds the cast of one county; numbers run on so that no code is given twice."""

    session: Session
    county: str
    began: datetime = BEGAN
    people: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))
    parties: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))
    offices: dict[str, Party] = field(default_factory=dict)

    def build(self) -> None:
        """Add everybody."""
        known = roles_of(self.session, self.county)
        for role in known.values():
            if role.of == "party" and role.id not in NOBODY:
                self._office(role)
        for role in known.values():
            if role.of == "person":
                self._person(role)
        for number in range(1, CONTRACTORS + 1):
            self._contractor(number)
        self.session.flush()

    def _office(self, role: Role) -> None:
        for suffix in ("", "2") if role.id in PAIRS else ("",):
            name = f"试运行{role.title}{'二' if suffix else ''}"
            kind = codes.GOVERNMENT if role.id not in KINDS[1:] else codes.COMPANY
            party = self._party(name, kind, role.id)
            username = f"{role.id}{suffix}"
            account = self._account(username, f"{role.title}经办{suffix}", party)
            self._grant(account, role.id, "applicant")
            self.offices.setdefault(role.id, party)
            if role.id in KINDS[1:]:
                self._enter(party, account, role.id, self._certificates_of(role.id))

    def _person(self, role: Role) -> None:
        party = self.offices.get(AT_PARTY_OF.get(role.id, ""))
        account = self._account(role.id, role.title, party)
        place = self.county if party else EVERYWHERE
        self.session.add(Grant(account_id=account.id, role=role.id, county_code=place))

    def _contractor(self, number: int) -> None:
        party = self._party(f"试运行第{number}建筑有限公司", codes.COMPANY, "contractor")
        account = self._account(f"contractor{number}", f"企业{number}经办", party)
        self._grant(account, "contractor", "applicant")
        held = [] if number == UNFIT else list(self._building_licences())
        until = date(self.began.year, 1, 31) if number == EXPIRED else VALID_UNTIL
        self._enter(party, account, "contractor", [*held, LICENCE], until)
        if number == SUSPENDED:
            self._suspend(party)

    def _party(self, name: str, kind: str, role: str) -> Party:
        number = next(self.parties)
        party = Party(
            id=new_id(),
            name=name,
            credit_code=codes.credit_code(kind, REGION, number),
            county_code=self.county,
            created_at=self.began,
            contact=f"联系人{number}",
            legal_person=f"负责人{number}",
            mobile=mobile(number),
            address=f"试运行路{number}号",
        )
        self.session.add(party)
        self.session.flush()
        self.session.add(PartyRole(party_id=party.id, role=role, county_code=self.county))
        return party

    def _account(self, username: str, name: str, party: Party | None) -> Account:
        number = next(self.people)
        account = Account(
            id=new_id(),
            username=username,
            name=name,
            person=f"rehearsed-{number}",
            party_id=party.id if party else None,
            manages_party=party is not None,
            mobile=mobile(1000 + number),
            fs_uniquifier=new_id(),
            created_at=self.began,
        )
        self.session.add(account)
        self.session.flush()
        return account

    def _grant(self, account: Account, *roles: str) -> None:
        for role in roles:
            self.session.add(Grant(account_id=account.id, role=role, county_code=self.county))

    def _enter(
        self,
        party: Party,
        account: Account,
        kind: str,
        held: list[tuple[str, str]],
        until: date = VALID_UNTIL,
    ) -> None:
        entry = RosterEntry(id=new_id(), party_id=party.id, county_code=self.county, kind=kind)
        entry.status, entry.entered_on = EntryStatus.ACTIVE, self.began.date()
        self.session.add(entry)
        self.session.flush()
        for place, (scheme, category) in enumerate(held, 1):
            self.session.add(self._certificate(entry, place, (scheme, category), until))
        put_on_rosters(self.session, entry, rosters_of("general", [one for _, one in held]))
        pledge = Pledge(party_id=party.id, kind="truthfulness", text=PLEDGE)
        pledge.signed_by, pledge.signed_at = account.id, self.began
        self.session.add(pledge)

    def _certificate(
        self, entry: RosterEntry, place: int, held: tuple[str, str], until: date
    ) -> Qualification:
        level = 0 if held == LICENCE else 1
        certificate = f"S{entry.id[:6].upper()}{place:02d}"
        row = Qualification(entry_id=entry.id, scheme=held[0], category=held[1], level=level)
        row.level_name, row.certificate = LEVEL_NAMES[level], certificate
        row.valid_from, row.valid_until = VALID_FROM, until
        return row

    def _certificates_of(self, kind: str) -> list[tuple[str, str]]:
        return {
            "agency": [("bidding_agency", "工程招标代理")],
            "supervisor": [("supervision", "房屋建筑工程监理")],
            "auditor": [("cost_consulting", "工程造价咨询")],
            "review_body": [("project_review", "工程项目评审")],
        }.get(kind, [])

    def _building_licences(self) -> list[tuple[str, str]]:
        """Return every licence a project can ask for here: the decision's, and the usual ones."""
        found = {("general_contracting", one) for one in TRADES_OF_CATEGORIES if "总承包" in one}
        found |= {("special_contracting", one) for one in TRADES_OF_CATEGORIES if "专业" in one}
        found.add(("landscaping", "园林绿化工程施工"))
        digest = contents.assets(self.session, self.county, SCHEME).get(SCHEME)
        if digest is not None:
            found |= set(_named_in(contents.get(self.session, digest)))
        return sorted(found)

    def _suspend(self, party: Party) -> None:
        began = datetime(self.began.year, 1, 6, 9, 0, tzinfo=CHINA)
        row = Suspension(party_id=party.id, county_code=self.county, from_at=began)
        row.until_at, row.reason = began + timedelta(days=3650), "试运行：停用的企业"
        self.session.add(row)


def _named_in(decision: bytes) -> Iterator[tuple[str, str]]:
    """Yield scheme and category of each rule of the qualifications' decision."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for rule in etree.fromstring(decision, parser).iterfind(".//{*}rule"):
        texts = [one.findtext("{*}text") or "" for one in rule.iterfind("{*}outputEntry")]
        values = [text.strip().strip('"') for text in texts if text.strip().startswith('"')]
        if len(values) >= OUTPUTS:
            yield values[0], values[1]


def username(name: str) -> str:
    """Return the user name behind what an act calls somebody."""
    return ALIASES.get(name, name)


def known(session: Session) -> list[str]:
    """Return the user names of everybody."""
    return list(session.scalars(select(Account.username).order_by(Account.username)))


def remark(number: int) -> str:
    """Return what is special about a contractor, in words."""
    told = {UNFIT: "（没有施工资质）", SUSPENDED: "（已停用）", EXPIRED: "（证照已过期）"}
    return told.get(number, "")
