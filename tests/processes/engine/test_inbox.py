"""The inbox holds what is mine, the most urgent first, page by page."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, update

from models.flow.work_item import WorkItem
from models.identity.actor import Actor
from models.paging import BadCursorError
from models.session import reading, unit_of_work
from processes import history as histories
from processes.inbox import ItemQuery, ViewUnknownError, count_items, list_items
from tests.processes.engine import samples
from tests.processes.engine.world import (
    BEGAN,
    complete,
    engine_does,
    items_of,
    make_actor,
    publish,
    run_through,
    start,
)


def listed(actor: Actor, cursor: str | None = None, limit: int = 50, **query: Any) -> list[str]:
    with reading() as session:
        page = list_items(session, actor, ItemQuery(**query), limit=limit, cursor=cursor)
    return [row.id for row in page.items]


def set_columns(item: str, **values: Any) -> None:
    with unit_of_work() as session:
        session.execute(update(WorkItem).where(WorkItem.id == item).values(values))


def test_the_most_urgent_stands_first_and_what_has_no_deadline_last(
    linear5: str, centre: Actor
) -> None:
    first, second, third = (items_of(start(centre))[0].id for _ in range(3))
    for item, days in ((second, 1), (third, 2)):
        due = BEGAN + timedelta(days=days)
        set_columns(item, due_at=due, ordered_at=due)
    assert listed(centre) == [second, third, first]


def test_paging_shows_every_item_once(linear5: str, centre: Actor) -> None:
    items = {items_of(start(centre))[0].id for _ in range(7)}
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        with reading() as session:
            page = list_items(session, centre, ItemQuery(), limit=2, cursor=cursor)
        seen += [row.id for row in page.items]
        cursor = page.next
    assert cursor is None
    assert (len(seen), set(seen)) == (7, items)


def test_each_list_holds_what_it_says(linear5: str, centre: Actor, colleague: Actor) -> None:
    free, mine, theirs, done = (items_of(start(centre))[0].id for _ in range(4))
    engine_does("claim", mine, actor=centre)
    engine_does("claim", theirs, actor=colleague)
    complete(centre, done)
    late = BEGAN - timedelta(hours=1)
    set_columns(free, due_at=late, ordered_at=late)
    after_done = set(listed(centre, view="claimable")) - {free}
    assert set(listed(centre, view="todo")) == {free, mine, theirs} | after_done
    assert listed(centre, view="mine") == [mine]
    assert listed(centre, view="overdue") == [free]
    assert listed(centre, view="done") == [done]
    with reading() as session:
        assert count_items(session, centre, "mine") == 1
        assert count_items(session, centre, "todo") == 4


def test_other_roles_counties_and_parties_see_nothing(linear5: str, centre: Actor) -> None:
    item = items_of(start(centre))[0].id
    set_columns(item, party_id="p1")
    for stranger in (
        make_actor("a", "owner"),
        make_actor("b", "trading_centre", county="huairou"),
        centre,
    ):
        assert listed(stranger) == []
    assert listed(make_actor("c", "trading_centre", county="*")) == []


def test_a_role_for_every_county_sees_every_county_once(linear5: str, centre: Actor) -> None:
    item = items_of(start(centre))[0].id
    both = make_actor("city", "trading_centre", county="*")
    assert listed(both) == [item]


def test_filters_narrow_the_list(linear5: str, centre: Actor) -> None:
    item = items_of(start(centre))[0].id
    assert listed(centre, flow="linear5", county="dazhou", step="task1") == [item]
    assert listed(centre, flow="other") == []
    assert listed(centre, county="huairou") == []
    assert listed(centre, due_before=BEGAN) == []
    assert listed(centre, q="没有这个项目") == []


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "WyJub3ciLCJhIl0"])
def test_a_cursor_of_another_make_is_refused(linear5: str, centre: Actor, cursor: str) -> None:
    with pytest.raises(BadCursorError):
        listed(centre, cursor=cursor)


def test_an_unknown_list_is_refused(centre: Actor) -> None:
    with pytest.raises(ViewUnknownError):
        listed(centre, view="secret")


def test_no_page_reads_every_row(linear5: str, centre: Actor, world: Engine) -> None:
    start(centre)
    plans: list[str] = []

    def explain(connection: Any, _cursor: object, text: str, given: Any, *_: object) -> None:
        if "work_item" in text and not text.startswith("EXPLAIN"):
            raw = connection.connection.driver_connection
            plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {text}", given))

    event.listen(world, "before_cursor_execute", explain)
    for view in ("todo", "claimable", "mine", "overdue", "done"):
        listed(centre, view=view)
    event.remove(world, "before_cursor_execute", explain)
    assert any("ix_work_item_role" in plan for plan in plans)
    assert [plan for plan in plans if plan.startswith("SCAN work_item")] == []


def test_history_tells_who_did_what(linear5: str, centre: Actor) -> None:
    case = start(centre)
    run_through(centre, case)
    with reading() as session:
        lines = histories.history(session, case)
    assert [line.title for line in lines][0::6] == ["流程发起", "流程办结"]
    assert {line.who for line in lines[:-1]} == {"dz.centre姓名"}


def test_a_keepers_intervention_stands_in_the_history(
    linear5: str, centre: Actor, keeper: Actor
) -> None:
    case = start(centre)
    engine_does("suspend", case, actor=keeper, reason="核查材料")
    with reading() as session:
        titles = [line.title for line in histories.history(session, case)]
    assert titles == ["流程发起", "案卷暂停"]


def test_the_trail_marks_what_is_done_and_where_the_case_stands(
    linear5: str, centre: Actor
) -> None:
    case = start(centre)
    complete(centre, items_of(case)[0].id)
    with reading() as session:
        view = histories.case_view(session, case, centre)
    assert view.trail == {"done": ["start", "task1"], "current": ["task2"], "failed": []}


def test_the_parties_and_people_of_a_case_see_it(centre: Actor) -> None:
    publish(samples.two_roles())
    owner, other = make_actor("dz.owner", "owner"), make_actor("dz.other", "contractor")
    case = start(owner, "two_roles")
    keeper = make_actor("keeper.audit", "keeper_audit", county="*")
    for actor in (owner, centre, keeper):
        with reading() as session:
            assert histories.case_view(session, case, actor).instance.id == case
    with reading() as session, pytest.raises(histories.InstanceHiddenError):
        histories.case_view(session, case, other)
