"""Guardians elsewhere and a comparison: what they check, what they refuse, whose names then open."""

import copy
import json
import threading
from datetime import timedelta

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from models.clock import business_clock, fixed, install_business_clock, system_now
from models.ledger import checkpoint
from models.selection import comparisons
from models.selection.comparison_tables import ComparisonState
from models.selection.guardian_check import CaseRefusedError, check
from models.selection.guardian_tables import GuardianRelease
from processes.remote.platform import PlatformRefusedError
from processes.sequencer import sequence
from tests.guardian_process import guardian_process, said
from tests.guardians.machines import NAMES, machines, settings, town
from tests.models.selection import comparing as make
from tests.models.selection.comparing import CLOSES
from tests.seeding import rows
from tests.worker_process import until
from web.app import create_app

__all__ = ["machines", "settings", "town"]

PAST = CLOSES + timedelta(minutes=1)


@pytest.fixture
def comparison(town, machines, settings):
    """A comparison whose registration has closed, waiting for guardians."""
    made = make.registering(town)
    make.register(town, made)
    make.closed(town, made)
    sequence(settings)
    found = make.act(town, CLOSES, comparisons.open_names, made)
    assert (found.complete, found.waiting) == (False, list(NAMES))
    return make.fresh(made)


def rounds(machines, *names, at=PAST):
    with business_clock(fixed(PAST)):
        return {name: machines[name].round(at) for name in names}


def released():
    return {row.guardian for row in rows(GuardianRelease) if len(row.share) > 33}


@pytest.mark.req("HR-4.5.4")
def test_any_two_machines_open_the_names_and_one_alone_none(town, machines, comparison) -> None:
    rounds(machines, "centre")
    found = make.act(town, PAST, comparisons.open_names, comparison)
    assert (found.complete, found.waiting) == (False, ["discipline", "regulator"])
    assert make.candidates(comparison) == []
    told = rounds(machines, "regulator")["regulator"]
    assert not told.is_refused, told.texts
    assert make.act(town, PAST, comparisons.open_names, comparison).complete
    assert len(make.candidates(comparison)) == len(town.contractors)
    assert make.fresh(comparison).state is ComparisonState.OPENED
    with business_clock(fixed(PAST)):
        assert machines["discipline"].door.get("")["cases"] == []


def test_a_machine_whose_clock_is_before_the_close_refuses(machines, comparison) -> None:
    outcome = rounds(machines, "centre", at=CLOSES - timedelta(seconds=1))["centre"]
    assert outcome.is_refused
    assert "还没有到公告的时间" in outcome.texts[0]
    assert released() == set()


def test_before_the_close_there_is_no_case_and_nothing_to_try(town, machines, settings) -> None:
    made = make.registering(town)
    make.register(town, made)
    sequence(settings)
    with business_clock(fixed(CLOSES - timedelta(hours=1))):
        told = machines["centre"].door.get("")
        assert (told["cases"], told["trials"]) == ([], [])
        with pytest.raises(PlatformRefusedError, match="没有等待保管人开启"):
            machines["centre"].door.get(f"/cases/{made.draw_id}?size=1")


def _add_ticket(case):
    case["list"].append({"ticket": "f" * 32, "org_commit": "ab" * 32})


def _drop_ticket(case):
    case["list"].pop()


def _later_seq(case):
    case["comparison"]["registering"]["seq"] += 1


def _other_entry(case):
    case["comparison"]["closed"] = case["comparison"]["registering"]


def _other_project(case):
    case["project"] = "0" * 32


def _other_holder(case):
    case["interests"][0]["ctx"]["holder"] = "f" * 32


def _other_kind(case):
    case["interests"][0]["ctx"]["kind"] = "bid"


ALTERED = {
    _add_ticket: "list",
    _drop_ticket: "list",
    _later_seq: "inclusion",
    _other_entry: "entry",
    _other_project: "project",
    _other_holder: "list",
    _other_kind: "envelope",
}


def test_each_altered_case_is_refused_for_its_own_reason(machines, comparison) -> None:
    one = machines["centre"]
    with business_clock(fixed(PAST)):
        head, _ = checkpoint.parse(one.door.checkpoint())
        case = one.door.get(f"/cases/{comparison.draw_id}?size={head.size}")
    assert len(check(case, comparison.draw_id, head, PAST)) == 4
    for alter, reason in ALTERED.items():
        wrong = copy.deepcopy(case)
        alter(wrong)
        with pytest.raises(CaseRefusedError) as refused:
            check(wrong, comparison.draw_id, head, PAST)
        assert refused.value.reason == reason, alter.__name__
    for part in case:
        for value in (7, "x", [7], {"x": 1}):
            with pytest.raises(CaseRefusedError):
                check({**case, part: value}, comparison.draw_id, head, PAST)


def test_a_close_that_was_never_logged_opens_nothing(town, machines, comparison) -> None:
    def unclosed(case):
        entry = json.loads(case["comparison"]["closed"]["entry"])
        entry["action"] = "comparison:cancelled"
        case["comparison"]["closed"]["entry"] = json.dumps(entry)
        return case

    machines["centre"].door.alter["case"] = unclosed
    outcome = rounds(machines, "centre")["centre"]
    assert outcome.is_refused
    assert released() == set()


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Keep the test's output to the test."""


@pytest.fixture
def address(settings):
    """The platform, really served."""
    install_business_clock(fixed(PAST))
    server = make_server(
        "127.0.0.1", 0, create_app(settings), threaded=True, request_handler=_Quiet
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    install_business_clock(system_now)


@pytest.mark.timeout(300)
def test_guardians_as_processes_of_their_own_open_a_comparison(
    town, machines, comparison, address, tmp_path
) -> None:
    homes = [tmp_path / name for name in ("centre", "regulator")]
    for home in homes:
        told = home / "guardian.json"
        told.write_text(told.read_text("utf-8").replace("http://localhost", address), "utf-8")
    with guardian_process(homes[0], PAST), guardian_process(homes[1], PAST):
        assert until(lambda: released() == {"centre", "regulator"}), [said(one) for one in homes]
    assert make.act(town, PAST, comparisons.open_names, comparison).complete
    assert len(make.candidates(comparison)) == len(town.contractors)
