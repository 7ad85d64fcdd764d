"""Plays an organisation that registers and enrols."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.identity.account import Account
from models.identity.actor import PARTS
from models.identity.registration import clean, register
from models.roster.enrolment import EnrolmentRound
from models.roster.enrolments import flow_of
from models.session import reading, unit_of_work
from processes import enrolment_withdrawal
from processes.demo import codes
from processes.demo.player import Player
from processes.engine import ProcessEngine
from processes.reminders import tell_due
from tests.city import City

PASSWORD = "清溪-岸边-柳树-17"
HOUSING = "dz.housing"


def code(number: int = 901) -> str:
    return codes.credit_code(codes.COMPANY, codes.DAZHOU, number)


def typed(kind: str = "contractor", **changed: str) -> dict[str, str]:
    """What somebody types on the registration page."""
    return {
        "kind": kind,
        "county": "dazhou",
        "name": "达州清溪建筑有限公司",
        "credit_code": code(),
        "contact": "顾清溪",
        "mobile": "17000009001",
        "username": "qingxi",
        "password": PASSWORD,
        "again": PASSWORD,
        "agrees": "yes",
        **changed,
    }


@dataclass
class Applicant:
    """One organisation with its case."""

    city: City
    kind: str = "contractor"
    changed: dict[str, str] = field(default_factory=dict)
    username: str = "qingxi"
    instance: str = ""
    place: str = "dazhou"

    @property
    def player(self) -> Player:
        return Player(self.city.settings, self.place)

    def register(self, at: datetime) -> None:
        with self.player.at(at), unit_of_work() as session:
            facts = {"county": self.place, "username": self.username, **self.changed}
            given = clean(typed(self.kind, **facts))
            register(session, given, "127.0.0.1")
        self.begin(at)

    def begin(self, at: datetime) -> None:
        with self.player.at(at):
            flow = flow_of(self.kind)
            self.instance = self.player.start(self.username, flow, kind=self.kind)

    def upload(self, name: str) -> list[dict[str, Any]]:
        player = self.player
        return player.upload(self.username, f"{name}.pdf", name)

    def company(self, **changed: object) -> dict[str, object]:
        return {
            "name": "达州清溪建筑有限公司",
            "trade": "building",
            "legal_person": "顾清溪",
            "address": "达州市通川区清溪路7号",
            "established_on": "2012-03-05",
            "registered_capital": 2000,
            "business_scope": "房屋建筑工程施工",
            "business_licence": self.upload("营业执照"),
            "qualifications": [self.row()],
            "is_truthful": True,
            **changed,
        }

    def row(self, **changed: object) -> dict[str, object]:
        return {
            "kind": "general_contracting/建筑工程施工总承包",
            "level": "3",
            "certificate": "D351901",
            "valid_from": "2024-07-01",
            "valid_until": "2029-06-30",
            "certificate_file": self.upload("资质证书"),
            **changed,
        }

    def fill(self, at: datetime, **changed: object) -> None:
        with self.player.at(at):
            form = self.company(**changed)
            self.player.complete(self.username, self.instance, "fill_company", form)

    def fill_owner(self, at: datetime, **changed: object) -> None:
        form = {
            "name": "清溪镇人民政府",
            "owner_kind": "subdistrict",
            "legal_person": "顾清溪",
            "address": "清溪镇正街1号",
            "is_truthful": True,
            **changed,
        }
        with self.player.at(at):
            self.player.complete(self.username, self.instance, "fill_owner", form)

    def unit(self, **changed: object) -> dict[str, object]:
        """What an agency or an audit unit fills in: no building qualifications."""
        return self.company(**{"qualifications": [], "trade": "general", **changed})

    def fill_unit(self, at: datetime, **changed: object) -> None:
        with self.player.at(at):
            form = self.unit(**changed)
            self.player.complete(self.username, self.instance, "fill_unit", form)

    def supervision(self, **changed: object) -> dict[str, object]:
        """A supervision unit's certificate."""
        return self.row(**{"kind": "supervision/房屋建筑工程监理", "level": "2", **changed})

    def decide(self, at: datetime, decision: str, reasons: str = "", by: str = HOUSING) -> None:
        self.decide_at("verify_company", at, decision, reasons, by)

    def decide_at(
        self, step: str, at: datetime, decision: str, reasons: str = "", by: str = HOUSING
    ) -> None:
        form = {"decision": decision, "reasons": reasons}
        with self.player.at(at):
            self.player.complete(by, self.instance, step, form)

    def withdraw(self, at: datetime) -> None:
        """Take the round that was handed in back."""
        with self.player.at(at), unit_of_work() as session:
            actor = self.player.actor(session, self.username)
            row = session.get_one(EnrolmentRound, self.rounds()[-1].id)
            enrolment_withdrawal.withdraw(session, self.city.settings, row, actor=actor)

    def wake(self, at: datetime) -> None:
        with self.player.at(at), unit_of_work() as session:
            ProcessEngine(session, settings=self.city.settings).wake(self.instance)
        with self.player.at(at):
            tell_due()

    def steps(self) -> list[str]:
        return self.city.steps(self)  # type: ignore[arg-type]

    def roles(self) -> set[str]:
        with reading() as session:
            held = {one for one, _ in self.player.actor(session, self.username).grants}
        return held - set(PARTS.values())

    def account(self) -> Account:
        with reading() as session:
            return session.scalars(select(Account).where(Account.username == self.username)).one()

    def rounds(self) -> list[EnrolmentRound]:
        with reading() as session:
            query = select(EnrolmentRound).where(EnrolmentRound.instance_id == self.instance)
            return list(session.scalars(query.order_by(EnrolmentRound.round)))


def later(moment: datetime, **span: float) -> datetime:
    return moment + timedelta(**span)
