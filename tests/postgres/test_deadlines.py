"""Reminders by two workers at once; lists whose later pages cost what the first one costs."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from models.clock import business_clock, fixed
from models.flow.job import OutboundMessage
from models.flow.work_item import NO_DEADLINE, WorkItem, WorkItemState
from models.identity.actor import PLATFORM, Actor
from models.ids import new_id
from models.message import InAppMessage
from models.session import reading, unit_of_work
from processes import reminders
from processes.inbox import ItemQuery, list_items
from processes.late import LateQuery, list_late
from processes.reminders import tell_due
from tests.processes.engine import world

MANY = 3_000


@pytest.fixture
def instance(database: Engine, business_day: object) -> str:
    world.found_world()
    world.publish(world.LINEAR5.read_bytes())
    return world.start(PLATFORM)


def add(instance: str, count: int, **columns: Any) -> None:
    values = {
        "instance_id": instance, "task_id": "t", "flow": "linear5", "title": "审核",
        "county_code": "dazhou", "step": "review", "role": "trading_centre",
        "state": WorkItemState.READY, "opened_at": world.BEGAN, "ordered_at": NO_DEADLINE,
        **columns,
    }  # fmt: skip
    with unit_of_work() as session:
        session.add_all(WorkItem(id=new_id(), **values) for _ in range(count))


@pytest.mark.req("XX-2.7")
def test_workers_that_sweep_at_once_tell_everything_once(
    database: Engine, instance: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "PAGE", 3)
    clerk = world.make_actor("clerk", "trading_centre")
    due = world.BEGAN + timedelta(days=1)
    add(instance, 40, due_at=due, ordered_at=due, remind_at=world.BEGAN, owed_at=world.BEGAN)
    done: list[int] = []

    def sweep() -> None:
        with business_clock(fixed(world.BEGAN)):
            done.append(tell_due())

    workers = [threading.Thread(target=sweep) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    with reading() as session:
        told = session.scalar(
            select(func.count()).where(InAppMessage.account_id == clerk.account_id)
        )
        owed = session.scalar(select(func.count()).where(WorkItem.owed_at.is_not(None)))
        texts = session.scalar(select(func.count()).select_from(OutboundMessage))
    assert (sum(done), told, owed, texts) == (40, 40, 0, 0)


def rows_read(database: Engine, look: Any) -> int:
    """Return how many items a list takes by its indexes, what it throws away again included."""
    sent: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        if "work_item" in given[2]:
            sent.append((given[2], given[3]))

    event.listen(database, "before_cursor_execute", note)
    look()
    event.remove(database, "before_cursor_execute", note)
    [(text, values)] = sent
    with database.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE) {text}", values).scalars().all()
    told = "\n".join(plan)
    read = re.findall(r"Index.* Scan .*on work_item.*rows=([\d.]+) loops", told)
    thrown = re.findall(r"Rows Removed by Filter: (\d+)", told)
    return int(sum(map(float, read)) + sum(map(int, thrown)))


@pytest.mark.parametrize("among", ["without a deadline", "with deadlines"])
def test_a_later_page_of_the_inbox_reads_no_more_than_a_page(
    database: Engine, instance: str, among: str
) -> None:
    centre = world.make_actor("clerk", "trading_centre")
    due = {} if among == "without a deadline" else {"due_at": world.BEGAN}
    ordered = {"ordered_at": due["due_at"]} if due else {}
    add(instance, MANY, **due, **ordered)
    add(instance, MANY, role="owner", **due, **ordered)
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    cursor: list[str | None] = [None]

    def page() -> None:
        with reading() as session:
            cursor[0] = list_items(session, centre, ItemQuery(), limit=50, cursor=cursor[0]).next

    assert rows_read(database, page) < 200
    assert cursor[0] is not None
    assert rows_read(database, page) < 200


def test_a_page_of_what_is_late_reads_no_more_than_a_page(database: Engine, instance: str) -> None:
    leader = Actor(account_id="x", name="x", grants=frozenset({("centre_leader", "dazhou")}))
    late = {"due_at": world.BEGAN, "ordered_at": world.BEGAN}
    add(instance, MANY, **late)
    add(instance, MANY)
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    cursor: list[str | None] = [None]

    def page() -> None:
        with business_clock(fixed(world.BEGAN + timedelta(days=3))), reading() as session:
            found = list_late(session, leader, LateQuery(), limit=50, cursor=cursor[0])
            assert len(found.items) == 50
            cursor[0] = found.next

    assert rows_read(database, page) < 300
    assert rows_read(database, page) < 300
