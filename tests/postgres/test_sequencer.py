"""The log's order on PostgreSQL, where ids become visible out of order and two may sequence."""

import threading

import pytest
from sqlalchemy import select

from models.clock import business_now
from models.identity.actor import PLATFORM
from models.installation import ensure_installation
from models.ledger import checkpoint
from models.ledger.log import record
from models.ledger.merkle import HASHES, root
from models.ledger.tables import Checkpoint, LedgerEntry
from models.session import Write, reading, unit_of_work
from models.settings import Settings
from processes import leases, sequencer


@pytest.fixture
def settings(database, tmp_path):
    settings = Settings(data_dir=str(tmp_path / "data"))
    with unit_of_work() as session:
        ensure_installation(session)
    return settings


def act(session, name):
    record(session, PLATFORM, "draw:frozen", name, at=business_now())


def entries():
    with reading() as session:
        return list(session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)))


def test_an_entry_committed_late_is_not_skipped_and_changes_no_number(settings):
    with Write() as slow:
        act(slow, "slow")  # takes the smaller id, commits later
        with unit_of_work() as session:
            act(session, "quick")
        assert sequencer.sequence(settings) == 1
        slow.commit()
    assert sequencer.sequence(settings) == 1
    assert [(entry.object, entry.seq) for entry in entries()] == [("quick", 0), ("slow", 1)]
    assert entries()[0].id > entries()[1].id


def test_a_second_sequencer_leaves_while_the_first_is_at_it(settings):
    with unit_of_work() as session:
        act(session, "one")
    with Write() as first:
        assert leases.lock(first, leases.SEQUENCER)
        first.commit()
        assert leases.lock(first, leases.SEQUENCER)
        assert sequencer.sequence(settings) == 0
        first.rollback()
    assert sequencer.sequence(settings) == 1


def test_two_sequencers_and_writers_at_once_give_one_gapless_log(settings, monkeypatch):
    monkeypatch.setattr(sequencer, "BATCH", 3)
    writers, each, failures = 4, 15, []

    def guarded(action):
        try:
            action()
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    def write(number):
        for count in range(each):
            with unit_of_work() as session:
                act(session, f"{number}-{count}")

    def order():
        for _ in range(30):
            sequencer.sequence(settings)

    actions = [lambda n=n: write(n) for n in range(writers)] + [order, order]
    threads = [threading.Thread(target=guarded, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sequencer.sequence(settings)

    assert failures == []
    assert [entry.seq for entry in entries()] == list(range(writers * each))
    with reading() as session:
        newest = session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc())).first()
    head, _ = checkpoint.parse(newest.text)
    assert head.sha256 == root(HASHES["sha256"], [entry.body.encode() for entry in entries()])
