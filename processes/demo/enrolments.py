"""An enterprise that waits for verification, one that was sent back, and enquiries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.clock import CHINA
from models.identity.registration import Registration, register
from models.session import unit_of_work
from processes.demo import codes
from processes.demo.cast import COUNTY
from processes.demo.city import PASSWORD
from processes.demo.player import Player

CENTRE, HOUSING = "dz.centre", "dz.housing"
FLOW = "contractor_enrolment"
REASONS = "1. 营业执照扫描件看不清楚。\n2. 资质证书编号与扫描件不一致。"
ASKED = {
    "channel": "telephone",
    "subject": "施工企业入驻需要哪些资料",
    "question": "我公司想参与小额工程，请问入驻要准备哪些证照，多久能核实？",
    "asker": {"name": "", "organisation": "山前劳务公司", "telephone": ""},
}
ANSWER = {
    "answer": "先在网上注册，再按模块填写企业信息和资质；提交后两个工作日内核实。",
    "lacking": "安全生产许可证扫描件",
}


@dataclass(frozen=True)
class Newcomer:
    """An enterprise on its way in."""

    username: str
    name: str
    contact: str
    number: int


WAITING = Newcomer("dz.newcomer01", "云麓建设有限公司", "沈望舒", 201)
RETURNED = Newcomer("dz.newcomer02", "青岚市政工程有限公司", "顾行舟", 202)


def build_enrolments(player: Player) -> None:
    """Play the enrolments and enquiries of the days before the demonstration's own."""
    case = _submit(player, RETURNED, _at(16, 10))
    with player.at(_at(16, 15)):
        form = {"decision": "sent_back", "reasons": REASONS}
        player.complete(HOUSING, case, "verify_company", form)
    _submit(player, WAITING, _at(17, 14))
    for hour, is_answered in ((9, True), (16, False)):
        with player.at(_at(17, hour)):
            case = player.start(CENTRE, "enquiry")
            player.complete(CENTRE, case, "record_enquiry", ASKED)
            if is_answered:
                player.complete(CENTRE, case, "answer_enquiry", ANSWER)


def _submit(player: Player, one: Newcomer, at: datetime) -> str:
    with player.at(at):
        with unit_of_work() as session:
            register(session, _typed(one), "127.0.0.1")
        case = player.start(one.username, FLOW)
        player.complete(one.username, case, "fill_company", _company(player, one))
        return case


def _typed(one: Newcomer) -> Registration:
    return Registration(
        kind="contractor",
        county=COUNTY,
        name=one.name,
        credit_code=codes.credit_code(codes.COMPANY, codes.DAZHOU, one.number),
        contact=one.contact,
        mobile=f"1700000{one.number:04d}",
        username=one.username,
        password=PASSWORD,
        again=PASSWORD,
        agrees="yes",
    )


def _company(player: Player, one: Newcomer) -> dict[str, Any]:
    row = {
        "kind": "general_contracting/建筑工程施工总承包",
        "level": "3",
        "certificate": f"D35{one.number}01",
        "valid_from": "2025-03-01",
        "valid_until": "2030-02-28",
        "certificate_file": player.upload(one.username, "资质证书.pdf", one.name, "资质证书"),
    }
    return {
        "name": one.name,
        "trade": "building",
        "legal_person": one.contact,
        "address": f"达州市通川区滨河路{one.number}号",
        "established_on": "2016-05-18",
        "registered_capital": 1200,
        "business_scope": "房屋建筑工程、市政公用工程施工",
        "business_licence": player.upload(one.username, "营业执照.pdf", one.name, "营业执照"),
        "qualifications": [row],
        "is_truthful": True,
    }


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, 0, tzinfo=CHINA)
