"""Every flow that people begin, walked from its start to its end by invented answers alone."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from models.session import reading
from processes import proposals
from processes.rehearsal import beginning, helper
from processes.rehearsal.onward import Onward, Walked
from processes.rehearsal.opening import is_part
from processes.rehearsal.orders import withheld_in
from processes.rehearsal.rows import Wanted, order_of
from processes.rehearsal.seen import Seen
from tests import worlds
from tests.city import City, copied, county

__all__ = ["county"]
OWN = {"dazhou": None, "huairou": None, "xiangxi": {"random_selection"}}
"""Which flows are walked: all, or those that come through what the county changed."""


@pytest.fixture(scope="module")
def place(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with copied(county, tmp_path_factory.mktemp("onward") / "data") as city:
        worlds.give(city.settings)
        yield city
        helper.stop_all()


def is_over(seen: Seen, flow: str) -> bool:
    states = [one["status"] for one in seen.cases if one["flow"] == flow]
    return bool(states) and "running" not in states


def walked_on(city: City, code: str) -> Iterator[tuple[str, Seen, str]]:
    """Yield each flow people begin in a county, what was seen at its end, and what stopped it."""
    with reading() as session:
        files = proposals.files_in(session, code)
        withheld = withheld_in(session, code)
        keys = [one[9:-5] for one in files if one.startswith("diagrams/")]
        wanted = OWN[code] or set(keys) - set(withheld)
        flows = [one for one in keys if one in wanted and not is_part(files, one)]
        order = order_of(session, Wanted(owner=code, flow=""))
        ways = [beginning.ways_of(session, Wanted(owner=code, flow=one), order) for one in flows]
    with helper.rehearsed(city.settings, order) as remote:
        for way in ways:
            remote.reset()
            steps: Walked = [(act, seen) for act, seen, _ in beginning.begun(remote, way)]
            onward = Onward(remote.do, steps, partial(is_over, flow=way.flow))
            list(onward.steps())
            failed = onward.failed
            stopped = failed.error.message if failed and failed.error else onward.looped
            yield way.flow, onward.walked[-1][1], stopped


@pytest.mark.timeout(300)
@pytest.mark.req("PL-3")
@pytest.mark.parametrize("code", OWN)
def test_every_flow_goes_on_to_its_end_by_itself(place: City, code: str) -> None:
    ends = list(walked_on(place, code))
    left = {flow: (seen.steps, told) for flow, seen, told in ends if not is_over(seen, flow)}
    assert left == {}
