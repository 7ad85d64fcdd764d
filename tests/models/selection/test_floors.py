"""Sealing the floor: by whom, how often, and who set or learnt it on record (DZ-80c)."""

import pytest

from models.errors import SmallworksError
from models.flow.work_item import WorkItem, WorkItemState
from models.ledger.tables import LedgerEntry
from models.selection import auction_errors, floors
from models.selection.auction_tables import AuctionState, SecrecyUndertaking
from models.selection.envelope import EnvelopeRefusedError
from models.session import reading, unit_of_work
from models.settings import Settings
from tests import seeding
from tests.models.selection import auctioning as make
from tests.models.selection.auctioning import CEILING, UNDERTAKINGS

LEARNT = {"name": "沈砚秋", "position": "青石镇财政所 所长", "part": "learnt"}


@pytest.fixture
def town(database, tmp_path):
    settings = Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64)
    return seeding.build_town(settings, contractors=0)


@pytest.fixture
def auction(town):
    return make.prepared(town)


@pytest.fixture
def item(town, auction):
    return make.wait_for_floor(town, auction)


def refusal(act, *arguments, **values):
    with pytest.raises(SmallworksError) as caught:
        act(*arguments, **values)
    return caught.value


def people(auction):
    return seeding.rows(SecrecyUndertaking, auction_id=auction.id)


def change(item, **values):
    with unit_of_work() as session:
        row = session.get_one(WorkItem, item)
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.req("DZ-80c")
def test_sealing_keeps_the_fingerprint_and_who_knows_the_value(town, auction, item):
    told = make.seal_floor(town, auction, people=[*UNDERTAKINGS, LEARNT])
    row = make.fresh(auction)
    assert row.state is AuctionState.SEALED
    assert told == {"commit": row.floor_commit, "received_at": "2026-11-18T09:00:00+08:00"}
    assert row.floor_sealed_by == make.account(town, "dz.owner")
    assert sorted((one.name, one.part) for one in people(auction)) == [
        ("沈砚秋", "learnt"),
        ("邓岚", "set"),
    ]
    (own,) = [one for one in people(auction) if one.account_id]
    assert (own.name, own.account_id) == ("邓岚", row.floor_sealed_by)
    with reading() as session:
        listed = floors.undertakings_of(session, row)
        assert [one.part for one in listed] == ["set", "learnt"]


@pytest.mark.req("DZ-80b")
def test_the_log_holds_fingerprint_and_sealer_and_nobodys_name(town, auction, item):
    make.seal_floor(town, auction, people=[*UNDERTAKINGS, LEARNT])
    (entry,) = [one.body for one in seeding.rows(LedgerEntry) if "floor_sealed" in one.body]
    assert make.fresh(auction).floor_commit in entry
    assert make.account(town, "dz.owner") in entry
    assert "沈砚秋" not in entry
    assert "30000000" not in entry


def test_until_the_step_is_done_the_floor_may_be_sealed_anew(town, auction, item):
    first = make.seal_floor(town, auction, people=[*UNDERTAKINGS, LEARNT])
    second = make.seal_floor(town, auction, 31_000_000)
    assert first["commit"] != second["commit"]
    assert make.fresh(auction).floor_commit == second["commit"]
    assert [one.name for one in people(auction)] == ["邓岚"]


def test_when_the_step_is_done_nobody_seals_again(town, auction, item):
    make.seal_floor(town, auction)
    change(item, state=WorkItemState.DONE)
    assert isinstance(refusal(make.seal_floor, town, auction), auction_errors.NotSealingError)


def test_after_the_plan_the_floor_stays_even_if_the_step_is_still_open(town, item, auction):
    make.seal_floor(town, auction)
    with unit_of_work() as session:
        session.get_one(type(auction), auction.id).state = AuctionState.PLANNED
    assert isinstance(refusal(make.seal_floor, town, auction), auction_errors.AuctionStateError)


def test_a_colleague_who_does_not_hold_the_step_cannot_seal(town, auction, item):
    colleague = make.account(town, "dz.selector")
    change(item, account_id=None, state=WorkItemState.CLAIMED, claimed_by=colleague)
    assert isinstance(refusal(make.seal_floor, town, auction), auction_errors.NotSealingError)
    change(item, state=WorkItemState.READY, claimed_by=None)
    assert isinstance(refusal(make.seal_floor, town, auction), auction_errors.NotSealingError)
    change(item, state=WorkItemState.CLAIMED, claimed_by=make.account(town, "dz.owner"))
    assert make.seal_floor(town, auction)["commit"]


def test_the_step_of_another_project_is_no_leave_to_seal_here(town, auction, item):
    other = make.prepared(town, "柳河镇卫生院围墙工程")
    assert isinstance(refusal(make.seal_floor, town, other), auction_errors.NotSealingError)


def test_the_browser_gets_the_context_and_the_guardians(town, auction, item):
    with reading() as session:
        told = floors.context(session, auction.project_id, make.owner(town))
    assert told["ctx"] == {"project": auction.project_id, "kind": "floor", "holder": "owner"}
    assert [one["name"] for one in told["guardians"]] == ["centre", "discipline", "regulator"]
    assert (told["ceiling"], told["below_floor"], told["role"]) == (CEILING, "clamp", "owner")


WRONG = {
    "nobody": [],
    "nobody set it": [UNDERTAKINGS[0] | {"part": "learnt"}],
    "the sealer is missing": [UNDERTAKINGS[0] | {"name": "韩知远"}],
    "no name": [*UNDERTAKINGS, LEARNT | {"name": " "}],
    "no position": [*UNDERTAKINGS, LEARNT | {"position": ""}],
    "a part that does not exist": [*UNDERTAKINGS, LEARNT | {"part": "both"}],
    "a field missing": [*UNDERTAKINGS, {"name": "沈砚秋"}],
    "a field too many": [*UNDERTAKINGS, LEARNT | {"fen": 1}],
    "a name too long": [*UNDERTAKINGS, LEARNT | {"name": "名" * 41}],
    "no such document": [*UNDERTAKINGS, LEARNT | {"document_id": "0" * 32}],
    "too many": [*UNDERTAKINGS, *([LEARNT] * 50)],
    "a text": ["邓岚"],
}


@pytest.mark.req("DZ-80c")
@pytest.mark.parametrize("name", WRONG)
def test_who_knows_the_floor_must_be_told_completely(town, auction, item, name):
    error = refusal(make.seal_floor, town, auction, people=WRONG[name])
    assert isinstance(error, auction_errors.UndertakingInvalidError)
    assert error.fields
    assert make.fresh(auction).state is AuctionState.PREPARING
    assert people(auction) == []


def test_an_envelope_of_another_project_or_kind_is_refused(town, auction, item):
    ctx = floors.sealing_context(auction.project_id)
    for wrong in (ctx | {"project": "p"}, ctx | {"holder": "monitor"}):
        given = make.sealed(wrong, {"fen": 1})
        error = refusal(make.seal_floor, town, auction, given=given)
        assert isinstance(error, EnvelopeRefusedError)
        assert error.details["reason"] == "ctx"
    assert people(auction) == []
