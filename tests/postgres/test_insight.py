"""A flow's figures on PostgreSQL: the same as on SQLite, from the same indexes."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from models.identity.actor import Actor
from models.session import reading
from processes.insight.figures import begun, figures
from processes.insight.scope import scope_of
from processes.insight.waits import wait_figures
from processes.insight.xes import xes
from tests.processes.engine.world import (
    LINEAR5,
    complete,
    found_world,
    items_of,
    make_actor,
    publish,
    start,
)


@pytest.fixture
def centre(database: Engine, business_day: object) -> Actor:
    found_world()
    publish(LINEAR5.read_bytes())
    return make_actor("dz.centre", "trading_centre")


def test_what_was_done_and_what_waits_is_counted(centre: Actor) -> None:
    case = start(centre)
    step = items_of(case)[0].step
    complete(centre, items_of(case)[0].id)
    with reading() as session:
        scope = scope_of("linear5", ("dazhou",), "", "")
        found = {one.step: one for one in figures(session, scope).values()}
        assert wait_figures(session, scope) == []
        log = b"".join(xes(session, scope, "五步"))
        assert begun(session, scope) == 1
    assert (found[step].done, found[step].median) == (1, 0.0)
    assert sum(one.waiting for one in found.values()) == 1
    assert log.count(b"<event>") == 2
    assert timedelta() == timedelta(seconds=found[step].most)
