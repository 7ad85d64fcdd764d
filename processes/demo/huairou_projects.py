"""Huairou's part of the demonstration: comparisons by town and agency, emergencies, the roster."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.clock import CHINA
from models.identity.account import Account
from models.identity.registration import Registration, register
from models.session import reading, unit_of_work
from processes.demo import codes
from processes.demo import huairou_works as works
from processes.demo.comparing import ENTRUSTED, Comparing, Works
from processes.demo.emergencies import Emergencies
from processes.demo.huairou_cast import HUAIROU
from processes.demo.people import PASSWORD
from processes.demo.player import Player

REGULATOR, SUSPENDED, NEWCOMER = "hr.regulator", "hr.contractor05", "hr.newcomer01"
FIRM = "叠翠园林绿化有限公司"
PROPOSED = {2: 0.93, 1: 0.95, 3: 0.97}
"""Each contractor's offer, as a part of the ceiling; the first one is ranked first."""


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of the year 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def build_huairou_projects(city: Player) -> None:
    """Play Huairou's projects up to where the demonstration leaves them, then its roster."""
    player = Player(city.settings, HUAIROU)
    _finished(Comparing(player, works.FINISHED, management=ENTRUSTED))
    _in_works(Emergencies(player, works.IN_WORKS))
    _publicised(Comparing(player, works.PUBLICISED, management=ENTRUSTED))
    _reviewed(Comparing(player, works.COMPARING))
    _closed(Comparing(player, works.REVIEWING, management=ENTRUSTED))
    _announced(Comparing(player, works.JOINABLE), at(11, 16, 10), at(11, 19, 17, 30), 1, 3)
    _ended(Comparing(player, works.ENDED))
    _begin(Comparing(player, works.DRAFTING, management=ENTRUSTED), at(11, 17, 15))
    signing = Emergencies(player, works.SIGNING, contractor="hr.contractor01")
    signing.start(at(11, 17, 8, 30))
    signing.report(at(11, 17, 9))
    _suspend(player)
    _enrol(player)


def _begin(story: Comparing, when: datetime) -> None:
    story.start(when)
    story.initiate(when)


def _announced(story: Comparing, when: datetime, closes_at: datetime, *contractors: int) -> None:
    _begin(story, when)
    story.announce(when.replace(minute=30), closes_at)
    story.register(when.replace(hour=15), *contractors)


def _ranked(story: Comparing, when: datetime, closes_at: datetime, compared: datetime) -> None:
    _announced(story, when, closes_at, *PROPOSED)
    story.wake(closes_at)
    story.review(compared)
    story.compare(compared.replace(minute=30), _offers(story.works))


def _offers(wanted: Works) -> dict[int, int]:
    return {one: int(wanted.ceiling_price * part) for one, part in PROPOSED.items()}


def _finished(story: Comparing) -> None:
    _ranked(story, at(10, 12, 10), at(10, 15, 17, 30), at(10, 16, 10))
    story.publish(at(10, 16, 16))
    story.wake(at(10, 19, 17, 31))
    story.sign_contract(at(10, 20, 10))
    story.wake(at(10, 21, 17, 31))
    story.start_works(at(10, 22))
    story.upload_reports(at(10, 30, 10))
    story.accept_works(at(10, 30, 15))
    story.evaluate(at(11, 2, 10))


def _publicised(story: Comparing) -> None:
    _ranked(story, at(11, 10, 10), at(11, 13, 17, 30), at(11, 16, 10))
    story.publish(at(11, 17, 16))


def _reviewed(story: Comparing) -> None:
    _announced(story, at(11, 11, 10), at(11, 16, 17, 30), 1, 2, 3, 4)
    story.wake(at(11, 16, 17, 30))
    story.review(at(11, 17, 10), failed=(4,))


def _closed(story: Comparing) -> None:
    closes_at = at(11, 17, 17, 30)
    _announced(story, at(11, 12, 10), closes_at, 1, 2, 4)
    story.wake(closes_at)


def _ended(story: Comparing) -> None:
    _announced(story, at(11, 12, 14), at(11, 18, 17, 30), 2)
    story.terminate(at(11, 16, 10), "农机站整体搬迁，车棚不再使用。")


def _in_works(story: Emergencies) -> None:
    story.start(at(11, 2, 8, 30))
    story.report(at(11, 2))
    story.sign_contract(at(11, 3, 10))
    story.wake(at(11, 4, 17, 31))
    story.start_works(at(11, 5))
    story.upload_report(at(11, 17, 10), "supervision")


def _suspend(player: Player) -> None:
    with reading() as session:
        query = select(Account.party_id).where(Account.username == SUSPENDED)
        party = str(session.scalars(query).one())
    with player.at(at(11, 16, 9)):
        case = player.start(REGULATOR, "enterprise_suspension", enterprise=party)
        paper = player.upload(REGULATOR, "处理决定.pdf", "停用三十日的处理决定")
        form = {
            "conduct": "suspend",
            "suspension_span": "days",
            "suspension_days": 30,
            "begins_on": "2026-11-16",
            "suspension_reason": "施工现场安全防护不到位，责令整改。",
            "suspension_decision": paper,
        }
        player.complete(REGULATOR, case, "decide_conduct", form)


def _enrol(player: Player) -> None:
    """Let a landscaping firm wait for the landscaping bureau."""
    with player.at(at(11, 17, 11)):
        with unit_of_work() as session:
            register(session, _typed(), "127.0.0.1")
        case = player.start(NEWCOMER, "contractor_enrolment", kind="contractor")
        player.complete(NEWCOMER, case, "fill_company", _company(player))


def _typed() -> Registration:
    given = Registration(kind="contractor", county=HUAIROU, name=FIRM, contact="林疏影")
    code = codes.credit_code(codes.COMPANY, codes.HUAIROU, 301)
    words = {"password": PASSWORD, "again": PASSWORD, "agrees": "yes"}
    return replace(given, credit_code=code, mobile="17000000301", username=NEWCOMER, **words)


def _company(player: Player) -> dict[str, Any]:
    row = {
        "kind": "landscaping/园林绿化工程施工",
        "level": "0",
        "certificate": "D1130101",
        "valid_from": "2025-03-01",
        "valid_until": "2030-02-28",
        "certificate_file": player.upload(NEWCOMER, "资质证书.pdf", FIRM, "资质证书"),
    }
    return {
        "name": FIRM,
        "trade": "landscaping",
        "legal_person": "林疏影",
        "address": "怀柔区枫泉路301号",
        "established_on": "2017-04-12",
        "registered_capital": 800,
        "business_scope": "园林绿化工程施工、养护",
        "business_licence": player.upload(NEWCOMER, "营业执照.pdf", FIRM, "营业执照"),
        "qualifications": [row],
        "is_truthful": True,
    }
