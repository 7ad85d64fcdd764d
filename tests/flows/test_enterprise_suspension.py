"""The regulator stops an enterprise from taking part, and lets it take part again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.suspensions import NotSuspendedError, SuspendedAlreadyError, SuspensionInvalidError
from models.flow.job import OutboundMessage
from models.identity.party import Party
from models.roster.eligibility import eligible_parties
from models.roster.entry import Suspension
from models.roster.standing import MayNotActError, acting, check_may_act, why_not
from models.session import reading, unit_of_work
from processes.case_errors import FormInvalidError, MayNotStartError
from processes.demo.player import Player
from processes.engine import ProcessEngine
from tests.city import FREEZE, MORNING, SELECTION, City, after

HOUSING = "dz.housing"
FLOW = "enterprise_suspension"
REASON = "施工现场发生质量问题，责令整改期间。"


def begin(city: City, number: int, at: datetime, who: str = HOUSING) -> str:
    with city.player.at(at), unit_of_work() as session:
        party = city.contractor(session, number)
        actor = city.player.actor(session, who)
        engine = ProcessEngine(session, settings=city.settings)
        return engine.start(FLOW, "dazhou", {"enterprise": party.id}, actor=actor).id


def decide(city: City, instance: str, at: datetime, **form: Any) -> None:
    with city.player.at(at):
        if form["conduct"] == "suspend":
            decision = city.player.upload(HOUSING, "处理决定.pdf", "处理决定")
            form.setdefault("suspension_decision", decision)
            form.setdefault("suspension_span", "dates")
        city.player.complete(HOUSING, instance, "decide_conduct", form)


def suspend(city: City, number: int, at: datetime, first: str, last: str) -> None:
    form = {"suspension_reason": REASON, "begins_on": first, "ends_on": last}
    decide(city, begin(city, number, at), at, conduct="suspend", **form)


def stops(number: int, city: City) -> list[Suspension]:
    with reading() as session:
        party = city.contractor(session, number)
        query = select(Suspension).where(Suspension.party_id == party.id)
        return list(session.scalars(query.order_by(Suspension.from_at)))


@pytest.mark.req("DZ-A3")
def test_a_suspension_holds_from_now_to_the_end_of_its_last_day(city: City) -> None:
    suspend(city, 1, after(hours=1), "2026-11-09", "2026-11-20")
    (stop,) = stops(1, city)
    assert stop.from_at == after(hours=1)
    assert stop.until_at.isoformat() == "2026-11-20T23:59:00+08:00"
    assert (stop.reason, stop.document_id is not None) == (REASON, True)
    with reading() as session:
        (message,) = session.scalars(select(OutboundMessage))
    assert message.template == "suspended"
    assert "2026年11月20日" in message.values["text"]


@pytest.mark.req("DZ-A3")
def test_who_is_suspended_before_the_freeze_is_dropped_by_rule_and_counted(city: City) -> None:
    story = city.announced(1, 2, 3)
    suspend(city, 3, after(days=1), "2026-11-10", "2026-12-31")
    story.wake(FREEZE)
    draw = city.draw(story)
    assert draw.tickets == 2


def test_who_is_reinstated_in_time_takes_part_again(city: City) -> None:
    story = city.announced(1, 2, 3)
    suspend(city, 3, after(days=1), "2026-11-10", "2026-12-31")
    instance = begin(city, 3, after(days=2))
    decide(city, instance, after(days=2), conduct="reinstate", lift_reason="整改完成，验收合格。")
    story.wake(FREEZE)
    story.wake(SELECTION)
    assert city.draw(story).tickets == 3
    (stop,) = stops(3, city)
    assert (stop.lifted_at, stop.lifted_reason) == (after(days=2), "整改完成，验收合格。")
    with reading() as session:
        sent = {one.template for one in session.scalars(select(OutboundMessage))}
    assert {"suspended", "reinstated"} <= sent


def test_one_enterprise_has_one_suspension_at_a_time(city: City) -> None:
    suspend(city, 1, after(hours=1), "2026-11-12", "2026-11-20")
    with pytest.raises(SuspendedAlreadyError, match="先恢复再重新停用"):
        suspend(city, 1, after(hours=2), "2026-11-16", "2026-12-20")
    assert len(stops(1, city)) == 1


def test_what_is_not_suspended_cannot_be_reinstated(city: City) -> None:
    instance = begin(city, 1, MORNING)
    with pytest.raises(NotSuspendedError, match="没有停用"):
        decide(city, instance, MORNING, conduct="reinstate", lift_reason="整改完成，合格。")


@pytest.mark.req("HR-2.5.4")
def test_days_count_from_the_first_and_the_suspension_ends_by_itself(city: City) -> None:
    form = {"suspension_reason": REASON, "begins_on": "2026-11-09", "suspension_days": 7}
    instance = begin(city, 1, MORNING)
    decide(city, instance, MORNING, conduct="suspend", suspension_span="days", **form)
    (stop,) = stops(1, city)
    assert stop.until_at.isoformat() == "2026-11-15T23:59:00+08:00"
    with reading() as session:
        party = city.contractor(session, 1).id
        days = [MORNING + timedelta(days=left) for left in (0, 6, 7)]
        held = [why_not(session, party, "dazhou", "contractor", day) is not None for day in days]
    assert held == [True, True, False]


@pytest.mark.req("HR-2.5.4")
@pytest.mark.parametrize("days", [0, 3651, None])
def test_days_out_of_bounds_are_told_at_their_field(city: City, days: int | None) -> None:
    form = {"suspension_reason": REASON, "begins_on": "2026-11-09", "suspension_days": days}
    instance = begin(city, 1, MORNING)
    with pytest.raises(FormInvalidError) as refused:
        decide(city, instance, MORNING, conduct="suspend", suspension_span="days", **form)
    assert list(refused.value.fields) == ["suspension_days"]
    assert stops(1, city) == []


@pytest.mark.req("HR-2.5.4")
def test_a_suspended_agency_is_chosen_by_nobody(city: City) -> None:
    player = Player(city.settings, "huairou")
    with reading() as session:
        agency = player.actor(session, "hr.agency").party_id
    with player.at(MORNING):
        instance = player.start("hr.regulator", FLOW, enterprise=agency)
        paper = player.upload("hr.regulator", "处理决定.pdf", "处理决定")
        form = {
            "conduct": "suspend",
            "suspension_reason": REASON,
            "begins_on": "2026-11-09",
            "suspension_span": "days",
            "suspension_days": 30,
            "suspension_decision": paper,
        }
        player.complete("hr.regulator", instance, "decide_conduct", form)
    with reading() as session:
        with pytest.raises(MayNotActError, match="停用至2026-12-08"):
            check_may_act(session, agency, "huairou", "agency", after(hours=1))
        assert agency not in [one.id for one in acting(session, "huairou", "agency", MORNING)]


def test_nothing_needs_to_come_of_a_look(city: City) -> None:
    decide(city, begin(city, 1, MORNING), MORNING, conduct="nothing")
    assert stops(1, city) == []


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("2026-11-08", "2026-11-20", "begins_on"), ("2026-11-12", "2026-11-11", "ends_on")],
)
def test_a_suspension_reaches_neither_back_nor_before_itself(
    city: City, first: str, last: str, field: str
) -> None:
    with pytest.raises(SuspensionInvalidError) as refused:
        suspend(city, 1, MORNING, first, last)
    assert list(refused.value.fields) == [field]
    assert stops(1, city) == []


def test_a_suspension_needs_reason_and_decision(city: City) -> None:
    form = {"conduct": "suspend", "begins_on": "2026-11-10", "ends_on": "2026-11-20"}
    instance = begin(city, 1, MORNING)
    with pytest.raises(FormInvalidError) as refused:
        decide(city, instance, MORNING, suspension_decision=None, **form)
    assert set(refused.value.fields) == {"suspension_reason", "suspension_decision"}


@pytest.mark.parametrize("who", ["dz.centre", "dz.owner", "dz.contractor01"])
def test_nobody_but_the_regulator_begins_it(city: City, who: str) -> None:
    with pytest.raises(MayNotStartError):
        begin(city, 1, MORNING, who)


def test_a_suspended_enterprise_is_eligible_again_the_day_after(city: City) -> None:
    suspend(city, 1, MORNING, "2026-11-09", "2026-11-10")
    story = city.announced(2)
    with reading() as session:
        party = city.contractor(session, 1)
        project = city.project(story)
        during = eligible_parties(session, project, after(days=1))
        later = eligible_parties(session, project, stops(1, city)[0].until_at + timedelta(days=1))
        assert isinstance(party, Party)
    assert party.id not in during
    assert party.id in later
