"""Guardians elsewhere and a bidding: what they check, what they refuse, what then opens."""

import copy
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.ledger import checkpoint
from models.ledger.tables import Checkpoint, LedgerEntry
from models.selection import guardian_cases, guardians
from models.selection.auction_tables import AuctionState
from models.selection.guardian_check import CaseRefusedError, check
from models.selection.guardian_tables import GuardianRelease
from models.session import reading
from processes.remote.platform import PlatformRefusedError
from processes.sequencer import sequence
from tests.guardians.doors import log_secrets
from tests.guardians.machines import NAMES, machines, settings, town
from tests.models.selection import auctioning as make
from tests.models.selection.auctioning import CLOSES, DURING, OPENS
from tests.seeding import rows

__all__ = ["machines", "settings", "town"]

PAST = OPENS + timedelta(minutes=1)


@pytest.fixture
def auction(town, machines, settings):
    """A closed bidding that the officer and the monitor have begun to open."""
    made = make.bidding(town)
    log_secrets(made.draw_id)
    sequence(settings)
    for n, fen in enumerate((35_000_000, 34_000_000, 36_000_000)):
        make.bid(town, made, town.contractors[n], fen)
    make.closed(town, made)
    found = make.opened(town, made)
    assert (found.complete, found.waiting) == (False, list(NAMES))
    sequence(settings)
    return make.fresh(made)


def rounds(machines, *names: str, at=PAST):
    with business_clock(fixed(PAST)):
        return {name: machines[name].round(at) for name in names}


def released() -> set[str]:
    return {row.guardian for row in rows(GuardianRelease) if len(row.share) > 33}


@pytest.mark.req("DZ-80b")
def test_any_two_machines_open_floor_bids_names_and_secrets(town, machines, auction) -> None:
    found = rounds(machines, "centre", "regulator")
    assert not any(one.is_refused or one.is_away for one in found.values()), found
    assert make.opened(town, auction, PAST).complete
    assert make.settled(town, auction).price == 34_000_000
    done = make.published(town, auction)
    assert done.state is AuctionState.PUBLISHED
    transcript = json.loads(done.transcript)
    assert [one["from"] for one in transcript["floor"]["released"]] == ["centre", "regulator"]


def test_one_machine_alone_opens_nothing_and_the_others_are_named(town, machines, auction) -> None:
    rounds(machines, "centre")
    found = make.opened(town, auction, PAST)
    assert (found.complete, found.waiting) == (False, ["discipline", "regulator"])


def test_a_machine_whose_clock_is_before_the_opening_refuses(machines, auction) -> None:
    outcome = rounds(machines, "centre", at=OPENS - timedelta(seconds=1))["centre"]
    assert outcome.is_refused
    assert "还没有到公告的时间" in outcome.texts[0]
    assert released() == set()


def _drop_bid(case):
    case["bidding"]["bids"].pop()


def _other_floor(case):
    case["bidding"]["floor"]["commit"] = "ab" * 32


def _add_ticket(case):
    case["bidding"]["list"].append({"ticket": "f" * 32, "org_commit": "ab" * 32})


def _later_seq(case):
    case["announced"]["seq"] += 1


def _other_entry(case):
    case["bidding"]["closed"] = case["bidding"]["frozen"]


def _shorter_plan(case):
    plan = json.loads(case["plan"])
    plan["not_before"] = "2020-01-01T00:00:00+08:00"
    case["plan"] = json.dumps(plan, sort_keys=True, separators=(",", ":"))


def _bid_as_interest(case):
    case["interests"].append(case["bidding"]["bids"][0])


def _other_project(case):
    case["project"] = "0" * 32


def _secret_of_another(case):
    case["secrets"][0]["role"], case["secrets"][1]["role"] = "owner", "owner"


def _kind_is_changed(case):
    for one in case["bidding"]["bids"]:
        one["ctx"]["kind"] = "rehearsal"


ALTERED = {
    _drop_bid: "list",
    _other_floor: "floor",
    _add_ticket: "list",
    _later_seq: "inclusion",
    _other_entry: "entry",
    _shorter_plan: "plan",
    _bid_as_interest: "envelope",
    _other_project: "project",
    _secret_of_another: "secret",
    _kind_is_changed: "list",
}


def test_each_altered_case_is_refused_for_its_own_reason(machines, auction) -> None:
    one = machines["centre"]
    with business_clock(fixed(PAST)):
        head, _ = checkpoint.parse(one.door.checkpoint())
        case = one.door.get(f"/cases/{auction.draw_id}?size={head.size}")
    assert len(check(case, auction.draw_id, head, PAST)) == 2 + 1 + 3 + 4
    for alter, reason in ALTERED.items():
        wrong = copy.deepcopy(case)
        alter(wrong)
        with pytest.raises(CaseRefusedError) as refused:
            check(wrong, auction.draw_id, head, PAST)
        assert refused.value.reason == reason, alter.__name__
    for part in set(case) - {"frozen", "list"}:
        for value in (7, "x", [7], {"x": 1}):
            with pytest.raises(CaseRefusedError):
                check({**case, part: value}, auction.draw_id, head, PAST)
    with pytest.raises(CaseRefusedError):
        check(case, "0" * 32, head, PAST)


def test_an_altered_case_releases_nothing(machines, auction) -> None:
    def drop(case):
        _drop_bid(case)
        return case

    machines["centre"].door.alter["case"] = drop
    outcome = rounds(machines, "centre")["centre"]
    assert outcome.is_refused
    assert not [path for path, _ in machines["centre"].door.posted if "/cases/" in path]


def test_a_log_that_is_cut_off_or_signed_by_another_key_is_refused(
    machines, auction, settings
) -> None:
    centre = machines["centre"]
    with reading() as session:
        older = session.scalars(select(Checkpoint.text).order_by(Checkpoint.size)).first()
    # an old statement while the log still proves the newer one: a proxy may be late
    centre.round(DURING)
    seen = centre.folder.state().checkpoint
    centre.door.alter["checkpoint"] = lambda _: older
    with business_clock(fixed(PAST)):
        assert not centre.round(PAST).is_refused
    assert centre.folder.state().checkpoint == seen
    # the same, and the log cannot prove what it signed before: it was cut off
    centre.door.consistency = lambda first, second: None
    outcome = centre.round(PAST)
    assert outcome.is_refused
    assert "截短" in outcome.texts[0]
    centre.door.alter["checkpoint"] = lambda it: (
        it.replace("\n\n", "\n\n— x AAAA\n", 1)[:-9] + "A=\n"
    )
    assert centre.round(PAST).is_refused


def test_bids_are_not_tried_before_the_close_but_secrets_and_floor_are(
    town, machines, settings
) -> None:
    made = make.bidding(town)
    log_secrets(made.draw_id)
    make.bid(town, made, town.contractors[0], 35_000_000)
    sequence(settings)
    with business_clock(fixed(DURING)):
        told = machines["centre"].door.get("")
        kinds = sorted(one["ctx"]["kind"] for one in told["trials"])
        assert kinds == ["draw_secret", "draw_secret", "floor"]
        assert told["cases"] == []
        outcome = machines["centre"].round(DURING)
        assert not outcome.is_refused
        assert machines["centre"].door.get("")["trials"] == []
    with reading() as session:
        draw = make.draw_of(made)
        answers = guardians.answers_so_far(session, settings, draw)
        for one in guardian_cases.trials_of(session, draw):
            assert answers.calls_bad(one) == []
            assert not answers.is_untried(one, "centre")
            assert answers.is_untried(one, "regulator")
    assert released() == set()


def test_two_that_find_a_bid_bad_hold_nothing_up_and_one_alone_does_not_spoil_it(
    town, machines, auction, settings
) -> None:
    found = rounds(machines, "centre", "regulator")
    assert not any(one.is_refused for one in found.values())
    bad = {"shares": [{"commit": auction.floor_commit, "share": ""}]}
    with business_clock(fixed(PAST)):
        machines["discipline"].door.post(f"/cases/{auction.draw_id}/shares", bad)
    assert make.opened(town, auction, PAST).complete, "two true shares are enough"


def test_a_share_once_released_is_not_taken_back(machines, auction) -> None:
    rounds(machines, "centre")
    before = {row.commit: row.share for row in rows(GuardianRelease, guardian="centre")}
    told = {"shares": [{"commit": commit, "share": ""} for commit in before]}
    with business_clock(fixed(PAST)):
        answer = machines["centre"].door.post(f"/cases/{auction.draw_id}/shares", told)
    assert answer == {"taken": 0}
    assert {row.commit: row.share for row in rows(GuardianRelease, guardian="centre")} == before


def test_before_the_opening_is_begun_there_is_no_case_for_anybody(town, machines) -> None:
    made = make.bidding(town)
    make.bid(town, made, town.contractors[0], 35_000_000)
    make.closed(town, made)
    gone = pytest.raises(PlatformRefusedError, match="没有等待保管人开启")
    with business_clock(fixed(CLOSES)), gone:
        machines["centre"].door.get(f"/cases/{made.draw_id}?size=1")


def test_the_log_says_who_released_and_no_share_stands_in_it(machines, auction) -> None:
    rounds(machines, "centre")
    shares = [one for _, body in machines["centre"].door.posted for one in body.get("shares", ())]
    assert shares
    with reading() as session:
        bodies = "\n".join(session.scalars(select(LedgerEntry.body)))
    assert "guardian:released" in bodies
    assert not [one for one in shares if one["share"] in bodies]
