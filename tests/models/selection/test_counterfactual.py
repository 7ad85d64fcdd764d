"""A cancelled draw is still computed: by the same rules, filed once, readable with the key alone."""

import hashlib
import json
from datetime import timedelta

import pytest

from models.clock import business_clock, fixed
from models.selection import cancelling, counterfactual, draw_keys, filed_results
from models.selection.draw_errors import DrawStateError, TooEarlyError
from models.selection.filed_results import FiledKeyMissingError, FiledResult
from models.selection.spent_keys import forget_spent_keys
from models.selection.tables import Draw, DrawState
from models.selection.verifier import verify
from models.session import unit_of_work
from models.settings import Settings
from tests import seeding
from tests.seeding import FREEZE_AT, SELECTION_AT, rows

CANCELLED = FREEZE_AT + timedelta(hours=15)


@pytest.fixture
def town(database, tmp_path):
    return seeding.build_town(Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64))


@pytest.fixture
def draw(town):
    draw = seeding.announce(town)
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    return seeding.freeze(town, draw)


def at(moment, town, act):
    with business_clock(fixed(moment)), unit_of_work() as session:
        (draw,) = rows(Draw)
        return act(seeding.world(session, town), session.get_one(Draw, draw.id))


def cancel(town) -> None:
    at(CANCELLED, town, lambda w, d: cancelling.cancel_after_freeze(w, d, "  施工范围调整。 "))


def compute(town):
    at(SELECTION_AT, town, counterfactual.open_)
    return at(SELECTION_AT, town, counterfactual.file)


def test_cancelling_twice_is_cancelling_once(town, draw) -> None:
    cancel(town)
    cancel(town)
    (now,) = rows(Draw)
    assert (now.state, now.cancel_reason, now.cancelled_at) == (
        DrawState.CANCELLED,
        "施工范围调整。",
        CANCELLED,
    )


def test_open_list_is_not_cancelled_this_way(town) -> None:
    seeding.announce(town)
    with pytest.raises(DrawStateError):
        cancel(town)


def test_result_is_the_one_that_the_draw_would_have_had(town, draw) -> None:
    cancel(town)
    filed = compute(town)
    proof = json.loads(filed_results.proof_of(town.settings, filed))
    assert verify(proof, expected_plan=draw.plan_hash).plan_compared
    assert proof["list"]["root"] == draw.root
    assert (
        filed.proof_hash == hashlib.sha256(filed_results.proof_of(town.settings, filed)).hexdigest()
    )


def test_it_is_filed_once_and_stays_cancelled(town, draw) -> None:
    cancel(town)
    first = compute(town)
    second = compute(town)
    assert first.proof_hash == second.proof_hash
    assert len(rows(FiledResult)) == 1
    assert rows(Draw)[0].state is DrawState.CANCELLED


def test_nothing_opens_before_the_announced_time_nor_without_cancelling(town, draw) -> None:
    with pytest.raises(DrawStateError):
        at(SELECTION_AT, town, counterfactual.open_)
    cancel(town)
    with pytest.raises(TooEarlyError):
        at(SELECTION_AT - timedelta(seconds=1), town, counterfactual.open_)
    with pytest.raises(DrawStateError):
        at(SELECTION_AT, town, counterfactual.file)


def test_filed_proof_is_unreadable_without_its_key_or_with_another(town, draw) -> None:
    cancel(town)
    filed = compute(town)
    path = filed_results.key_path(town.settings)
    assert path.stat().st_mode & 0o077 == 0
    kept = path.read_bytes()
    path.write_bytes(b"x" * len(kept))
    with pytest.raises(FiledKeyMissingError):
        filed_results.proof_of(town.settings, filed)
    path.unlink()
    with pytest.raises(FiledKeyMissingError):
        filed_results.proof_of(town.settings, filed)
    with pytest.raises(FiledKeyMissingError), unit_of_work() as session:
        filed_results.keep(session, town.settings, draw, b"{}", ("dazhou", SELECTION_AT))
    assert not path.exists(), "a lost key is not replaced in silence"
    path.write_bytes(kept)
    assert filed_results.proof_of(town.settings, filed)


def test_key_that_a_crash_left_behind_is_forgotten_later_and_not_before_the_filing(
    town, draw
) -> None:
    cancel(town)
    with unit_of_work() as session:
        assert forget_spent_keys(session, town.settings) == 0
    compute(town)
    draw_keys.make(town.settings, draw.id)
    with unit_of_work() as session:
        assert forget_spent_keys(session, town.settings) == 1
    assert not draw_keys.exists(town.settings, draw.id)
