"""Reminders and reports: once, to the right people, never about what is over or stopped."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update

from models.calendar import CalendarYearMissingError, forget_calendar
from models.calendar_seed import load_calendar_seed
from models.clock import CHINA, business_clock, fixed
from models.flow.definition import BASE, RuleValue
from models.flow.job import OutboundMessage
from models.flow.rules import forget_rules
from models.identity.account import Account
from models.identity.actor import PLATFORM, Actor
from models.message import InAppMessage
from models.session import reading, unit_of_work
from processes import reminders
from processes.history import history
from processes.reminders import tell_due
from tests.processes.diagrams import END, START, chain, lanes, process
from tests.processes.engine import world
from tests.processes.engine.samples import task

pytestmark = [pytest.mark.req("XX-2.7"), pytest.mark.usefixtures("rules")]

DUE = datetime(2026, 11, 23, 17, 30, tzinfo=CHINA)
"""A Monday: a working day before it is Friday."""
FRIDAY = datetime(2026, 11, 20, 17, 30, tzinfo=CHINA)
BEFORE = timedelta(minutes=1)


@pytest.fixture
def rules(database: Engine, business_day: datetime) -> Iterator[None]:
    world.found_world()
    forget_rules()
    with unit_of_work() as session:
        load_calendar_seed(session)
        row = RuleValue(county_code=BASE, key="reminder.before_due", label="提醒", value=1)
        row.unit, row.source, row.from_on = "working_day", "平台缺省", business_day.date()
        session.add(row)
    forget_calendar()
    yield
    forget_rules()
    forget_calendar()


@pytest.fixture
def statements(database: Engine) -> Iterator[list[str]]:
    found: list[str] = []

    def note(*given: Any) -> None:
        if given[2] != "BEGIN":
            found.append(given[2])

    event.listen(database, "before_cursor_execute", note)
    yield found
    event.remove(database, "before_cursor_execute", note)


def review(due: datetime = DUE, **properties: str) -> bytes:
    given = {"due": f'"{due.isoformat()}"', "remind": "reminder.before_due"}
    return process(
        lanes(交易中心="begin review finish"),
        START,
        task("review", **{**given, "escalate": "交易中心领导", **properties}),
        END,
        chain("begin", "review", "finish"),
        id="reviewed",
    )


def person(name: str, *roles: str, party: str | None = None, county: str = "dazhou") -> Actor:
    actor = world.make_actor(name, *roles, party=party, county=county)
    with unit_of_work() as session:
        mobile = update(Account).where(Account.id == actor.account_id)
        session.execute(mobile.values(mobile=f"1700000{len(name):04d}"))
    return actor


def begin(due: datetime = DUE, **data: object) -> str:
    world.publish(review(due))
    return world.start(PLATFORM, "reviewed", **data)


def sweep(at: datetime) -> int:
    with business_clock(fixed(at)):
        return tell_due()


def told(actor: Actor) -> list[str]:
    with reading() as session:
        query = select(InAppMessage.template).where(InAppMessage.account_id == actor.account_id)
        return list(session.scalars(query.order_by(InAppMessage.sent_at)))


def sent() -> list[str]:
    with reading() as session:
        return sorted(session.scalars(select(OutboundMessage.key)))


def test_a_step_is_reminded_a_working_day_before_and_reported_when_it_is_late() -> None:
    clerk, leader = person("clerk", "trading_centre"), person("leader", "centre_leader")
    begin()
    assert sweep(FRIDAY - BEFORE) == 0
    assert sweep(FRIDAY) == 1
    assert (told(clerk), told(leader)) == (["deadline_soon"], [])
    assert sweep(DUE - BEFORE) == 0
    assert sweep(DUE) == 1
    assert (told(clerk), told(leader)) == (["deadline_soon"], ["deadline_overdue"])
    assert sweep(DUE + timedelta(days=9)) == 0
    assert len(sent()) == 2


def test_a_reminder_counts_back_over_a_holiday() -> None:
    clerk = person("clerk", "trading_centre")
    after_holiday = datetime(2026, 10, 8, 17, 30, tzinfo=CHINA)
    with business_clock(fixed(datetime(2026, 9, 28, 9, 0, tzinfo=CHINA))):
        with unit_of_work() as session:
            session.execute(update(RuleValue).values(from_on=date(2026, 1, 1)))
        forget_rules()
        instance = begin(after_holiday)
    last_before = datetime(2026, 9, 30, 17, 30, tzinfo=CHINA)
    assert world.items_of(instance)[0].remind_at == last_before
    assert sweep(last_before) == 1
    assert told(clerk) == ["deadline_soon"]


def test_a_step_too_short_for_its_reminder_is_reminded_as_it_opens(business_day: datetime) -> None:
    clerk = person("clerk", "trading_centre")
    begin(business_day + timedelta(hours=3))
    assert sweep(business_day) == 1
    assert told(clerk) == ["deadline_soon"]


def test_a_named_person_alone_is_told_then_the_party_then_the_role() -> None:
    party, other = world.make_party("甲中心"), world.make_party("乙中心")
    one = person("one", "trading_centre", party=party)
    two = person("second", "trading_centre", party=party)
    third = person("elsewhere", "trading_centre", party=other)
    far = person("far-away-county", "trading_centre", county="huairou")
    world.publish(review())
    world.start(PLATFORM, "reviewed", people={"trading_centre": one.account_id})
    assert sweep(FRIDAY) == 1
    assert [len(told(each)) for each in (one, two, third, far)] == [1, 0, 0, 0]
    world.start(PLATFORM, "reviewed", parties={"trading_centre": party})
    assert sweep(FRIDAY) == 1
    assert [len(told(each)) for each in (one, two, third, far)] == [2, 1, 0, 0]
    world.start(PLATFORM, "reviewed")
    assert sweep(FRIDAY) == 1
    assert [len(told(each)) for each in (one, two, third, far)] == [3, 2, 1, 0]


def test_whoever_holds_the_item_is_told_instead_of_the_others() -> None:
    clerk, other = person("clerk", "trading_centre"), person("other-clerk", "trading_centre")
    item = world.items_of(begin())[0]
    world.engine_does("claim", item.id, actor=other)
    assert sweep(FRIDAY) == 1
    assert (told(clerk), told(other)) == ([], ["deadline_soon"])


def test_what_is_done_is_never_reminded_nor_reported() -> None:
    clerk, leader = person("clerk", "trading_centre"), person("leader", "centre_leader")
    item = world.items_of(begin())[0]
    world.complete(clerk, item.id)
    assert sweep(DUE + timedelta(days=1)) == 0
    assert told(clerk) + told(leader) == []


def test_a_suspended_case_owes_nothing_until_it_is_resumed() -> None:
    keeper = person("keeper", "keeper_system")
    leader = person("leader", "centre_leader")
    instance = begin()
    world.engine_does("suspend", instance, actor=keeper, reason="等待批复")
    assert sweep(DUE + timedelta(days=1)) == 0
    world.engine_does("resume", instance, actor=keeper, reason="已批复")
    assert sweep(DUE + timedelta(days=1)) == 1
    assert sweep(DUE + timedelta(days=1)) == 1
    assert told(leader) == ["deadline_overdue"]


def test_a_report_that_reaches_nobody_is_kept_as_such() -> None:
    instance = begin()
    sweep(DUE)
    assert sweep(DUE) == 1
    item = world.items_of(instance)[0]
    assert (item.escalated_at, item.escalated_to) == (DUE, 0)
    with reading() as session:
        titles = [line.title for line in history(session, instance)]
    assert any("无人任职" in title for title in titles)


def test_the_case_says_who_was_reminded_and_reported_when() -> None:
    person("clerk", "trading_centre")
    person("leader", "centre_leader")
    instance = begin()
    sweep(FRIDAY)
    sweep(DUE)
    with reading() as session:
        lines = [(line.at, line.title) for line in history(session, instance)]
    assert (FRIDAY, "已提醒办理人：review") in lines
    assert (DUE, "超期已报告交易中心领导：review") in lines


def test_a_sweep_that_is_stopped_in_between_repeats_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clerk = person("clerk", "trading_centre")
    world.publish(review())
    for _ in range(5):
        world.start(PLATFORM, "reviewed")
    monkeypatch.setattr(reminders, "PAGE", 2)
    real, calls = reminders.record, []

    def dying(*args: object, **kwargs: object) -> None:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(reminders, "record", dying)
    with pytest.raises(KeyboardInterrupt):
        sweep(FRIDAY)
    assert len(told(clerk)) == 2
    assert sweep(FRIDAY) == 3
    assert sweep(FRIDAY) == 0
    assert len(told(clerk)) == 5
    assert len(sent()) == len(set(sent())) == 5


def test_a_year_without_a_calendar_is_told_and_hinders_neither_step_nor_report() -> None:
    leader = person("leader", "centre_leader")
    far = datetime(2040, 3, 5, 17, 30, tzinfo=CHINA)
    instance = begin(far)
    item = world.items_of(instance)[0]
    assert (item.remind_at, item.owed_at) == (None, far)
    with reading() as session:
        outcomes = [line.outcome for line in history(session, instance)]
    assert CalendarYearMissingError(year=2040).text in outcomes
    assert sweep(far) == 1
    assert told(leader) == ["deadline_overdue"]


def test_nothing_owed_costs_one_statement(statements: list[str]) -> None:
    begin()
    statements.clear()
    assert sweep(FRIDAY - BEFORE) == 0
    assert len(statements) == 1


def test_a_step_without_the_properties_owes_nothing() -> None:
    world.publish(review(remind="", escalate=""))
    item = world.items_of(world.start(PLATFORM, "reviewed"))[0]
    assert (item.remind_at, item.owed_at, item.escalate_role) == (None, None, "")


def test_the_sweep_reads_the_index_of_what_is_owed_alone(statements: list[str]) -> None:
    sweep(FRIDAY)
    with reading() as session:
        plan = session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statements[-1]}", ("2026-11-20", "running", 1, 0)
        )
        assert "ix_work_item_owed" in str(plan.all())
