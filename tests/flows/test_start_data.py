"""Who begins a case hands over what its flow takes, and nothing that later steps would read."""

from typing import Any

import pytest

from models.flow.instance import Instance
from models.session import reading, unit_of_work
from processes.engine import ProcessEngine
from processes.reading import runtime_of
from tests.city import MORNING, City, after, city, county

__all__ = ["city", "county"]

FORGED = {
    "change_approved": {"kind": "terminate", "reason": "伪造", "request": "0" * 32},
    "pause_remark": "业主自己写进暂停公告的话",
    "after_failure": "terminate",
    "answered": {"accepted": True, "reason": ""},
    "withdrawn": {"by": "0" * 32},
    "terms": {"phase": "paused"},
    "request": "0" * 32,
    "stage": "draw",
    "selected": {"outcome": "selected", "winner_ticket": "0" * 32},
}


def begin(city: City, username: str, flow: str, at: Any, **data: Any) -> dict[str, Any]:
    with city.player.at(at):
        with unit_of_work() as session:
            engine = ProcessEngine(session, settings=city.settings)
            actor = city.player.actor(session, username)
            case = engine.start(flow, "dazhou", {**data, **FORGED}, actor=actor).id
        with reading() as session:
            return dict(runtime_of(session, session.get_one(Instance, case)).data)


@pytest.mark.parametrize("flow", ["random_selection", "reverse_auction", "change_request"])
def test_nothing_made_up_enters_a_case_at_its_start(city: City, flow: str) -> None:
    if flow == "change_request":
        story = city.announced(1, 2)
        data = begin(city, "dz.owner", flow, after(days=1), about=story.instance)
        assert data["about"] == story.instance
    else:
        data = begin(city, "dz.owner", flow, MORNING)
    assert [name for name, value in FORGED.items() if data.get(name) == value] == []
