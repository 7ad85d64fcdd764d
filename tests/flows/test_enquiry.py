"""Enquiries: registered with a number, answered, what is lacking told once."""

import orjson
import pytest
from sqlalchemy import select

from models.enquiry import Channel, Enquiry
from models.flow.instance import Instance
from models.flow.job import OutboundMessage
from models.identity.account import Account
from models.ledger.tables import LedgerEntry
from models.session import reading
from processes.case_errors import FormInvalidError, MayNotStartError
from processes.reminders import tell_due
from tests.city import MORNING, City, after

CENTRE = "dz.centre"
ASKED = {
    "channel": "telephone",
    "subject": "企业入驻需要哪些资料",
    "question": "我公司想参与小额工程，不清楚要准备哪些证照。",
    "asker": {"name": "秦望舒", "organisation": "", "telephone": "0818-2100000"},
}


def registered(city: City) -> str:
    with city.player.at(MORNING):
        instance = city.player.start(CENTRE, "enquiry")
        city.player.complete(CENTRE, instance, "record_enquiry", ASKED)
    return instance


def only() -> Enquiry:
    with reading() as session:
        return session.scalars(select(Enquiry)).one()


@pytest.mark.req("DZ-74.2")
def test_an_enquiry_gets_a_number_and_its_answer_with_what_is_lacking(city: City) -> None:
    instance = registered(city)
    assert (only().number, only().channel) == ("ZX-2026-0001", Channel.TELEPHONE)
    assert only().asker == "秦望舒"
    with city.player.at(after(hours=1)):
        form = {"answer": "请先在网上注册，再按模块填写。", "lacking": "安全生产许可证扫描件"}
        city.player.complete(CENTRE, instance, "answer_enquiry", form)
    assert only().answered_at == after(hours=1)
    assert only().lacking == "安全生产许可证扫描件"


@pytest.mark.req("DZ-74.2")
def test_who_asked_is_neither_in_the_case_nor_in_the_log(city: City) -> None:
    instance = registered(city)
    with reading() as session:
        state = session.scalars(select(Instance.state).where(Instance.id == instance)).one()
        log = b"".join(
            orjson.dumps(body) for body in session.scalars(select(LedgerEntry.body))
        ).decode()
    assert "秦望舒" not in state.decode("unicode_escape", errors="replace")
    assert "秦望舒" not in state.decode()
    assert "2100000" not in state.decode() + log
    assert "秦望舒" not in log


def test_an_answer_that_is_late_is_reported_to_the_leader(city: City) -> None:
    registered(city)
    with city.player.at(after(days=1, hours=9)):
        tell_due()
        tell_due()
    with reading() as session:
        leader = session.scalars(select(Account).where(Account.username == "dz.leader")).one()
        told = session.scalars(
            select(OutboundMessage).where(OutboundMessage.recipient == leader.mobile)
        ).all()
    assert [one.template for one in told] == ["deadline_overdue"]


def test_an_enquiry_without_its_matter_is_refused_and_only_the_centre_begins_one(
    city: City,
) -> None:
    with city.player.at(MORNING):
        instance = city.player.start(CENTRE, "enquiry")
        with pytest.raises(FormInvalidError) as refused:
            city.player.complete(CENTRE, instance, "record_enquiry", {**ASKED, "question": ""})
        with pytest.raises(MayNotStartError):
            city.player.start("dz.owner", "enquiry")
    assert list(refused.value.fields) == ["question"]
    with reading() as session:
        assert session.scalars(select(Enquiry)).all() == []
