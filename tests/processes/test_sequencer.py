"""The log's order: every committed entry once, a number for ever, checkpoints that verify."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert, select

from models.clock import business_now, system_now
from models.identity.actor import PLATFORM
from models.installation import ensure_installation, log_key
from models.ledger import checkpoint, log_file
from models.ledger.log import record
from models.ledger.merkle import HASHES, root
from models.ledger.tables import Checkpoint, LedgerEntry
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import sequencer


@pytest.fixture
def settings(database, tmp_path):
    settings = Settings(data_dir=str(tmp_path / "data"))
    with unit_of_work() as session:
        ensure_installation(session)
    return settings


def act(*actions):
    with unit_of_work() as session:
        for number, action in enumerate(actions):
            record(session, PLATFORM, action, f"object-{number}", at=business_now())


def entries():
    with reading() as session:
        ordered = select(LedgerEntry).order_by(LedgerEntry.seq)
        return list(session.scalars(ordered))


def checkpoints():
    with reading() as session:
        return [each.text for each in session.scalars(select(Checkpoint).order_by(Checkpoint.size))]


def test_the_stored_tree_has_the_root_over_all_entries_under_both_hashes(settings):
    act(*["notice:published"] * 13)
    assert sequencer.sequence(settings) == 13
    bodies = [entry.body.encode() for entry in entries()]
    head, _ = checkpoint.parse(checkpoints()[-1])
    assert [entry.seq for entry in entries()] == list(range(13))
    assert head.sha256 == root(HASHES["sha256"], bodies)
    assert head.sm3 == root(HASHES["sm3"], bodies)


def test_a_checkpoint_is_signed_by_the_installations_key(settings):
    act("project:registered")
    sequencer.sequence(settings)
    with reading() as session:
        key = log_key(session, settings).public
    log = {"checkpoint": checkpoints()[0], "entries": [each.body for each in entries()]}
    assert log_file.verify(log, key.text()).signed
    assert key.name.startswith("smallworks/")


def test_an_id_that_becomes_visible_later_gets_a_later_number_and_no_number_changes(settings):
    act("project:registered")
    with unit_of_work() as session:
        # another transaction took id 2 and has not committed yet
        session.execute(insert(LedgerEntry).values(id=3, object="b", body=body("b")))
    sequencer.sequence(settings)
    with unit_of_work() as session:
        session.execute(insert(LedgerEntry).values(id=2, object="a", body=body("a")))
    sequencer.sequence(settings)
    assert [(entry.id, entry.seq) for entry in entries()] == [(1, 0), (3, 1), (2, 2)]


def body(name):
    return f'{{"action":"x:done","object":"{name}"}}'


@pytest.mark.parametrize("change", ["draw:frozen", "auction:closed"])
def test_each_change_of_a_draw_or_a_bidding_gets_a_checkpoint_at_once(settings, change):
    act("project:registered")
    sequencer.sequence(settings)
    act("notice:published")
    sequencer.sequence(settings)
    assert len(checkpoints()) == 1
    act(change)
    sequencer.sequence(settings)
    assert len(checkpoints()) == 2


def test_other_acts_wait_ten_minutes_for_their_checkpoint_and_silence_makes_none(settings):
    act("project:registered")
    sequencer.sequence(settings)
    act("notice:published")
    sequencer.sequence(settings)
    with time_machine.travel(system_now() + timedelta(minutes=11)):
        sequencer.sequence(settings)
        assert len(checkpoints()) == 2
    with time_machine.travel(system_now() + timedelta(days=1)):
        assert not sequencer.pending()


def test_a_batch_larger_than_one_transaction_is_numbered_to_the_end(settings, monkeypatch):
    monkeypatch.setattr(sequencer, "BATCH", 4)
    act(*["notice:published"] * 10)
    assert sequencer.sequence(settings) == 10
    head, _ = checkpoint.parse(checkpoints()[-1])
    bodies = [entry.body.encode() for entry in entries()]
    assert head.sha256 == root(HASHES["sha256"], bodies[: head.size])


def test_a_sequencer_that_dies_leaves_no_half_numbered_batch(settings, monkeypatch):
    act(*["notice:published"] * 3)

    class KilledError(BaseException):
        """The process ends here."""

    def die(*_):
        raise KilledError

    sign = sequencer.sign
    monkeypatch.setattr(sequencer, "sign", die)
    with pytest.raises(KilledError):
        sequencer.sequence(settings)
    monkeypatch.setattr(sequencer, "sign", sign)
    assert [entry.seq for entry in entries()] == [None, None, None]
    assert sequencer.sequence(settings) == 3
