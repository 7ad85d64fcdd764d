"""The outbox: owed in the transaction, sent after it, once by rule and again when in doubt."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models import outbox as owed
from models.clock import system_now
from models.flow.job import JobState, OutboundMessage
from models.session import reading, unit_of_work
from processes import claims, outbox, senders

pytestmark = pytest.mark.usefixtures("database")


class Carrier:
    """Sends into a list; raises first when told to."""

    def __init__(self, failures=0):
        self.failures = failures
        self.sent = []

    def send(self, message):
        if self.failures:
            self.failures -= 1
            raise ConnectionError("carrier down")
        self.sent.append(message)
        return f"receipt-{len(self.sent)}"


@pytest.fixture
def carrier(monkeypatch):
    carrier = Carrier()
    monkeypatch.setitem(senders._senders, "sms", carrier)
    return carrier


def owe(key="award:1", **values):
    with unit_of_work() as session:
        return owed.notify(
            session,
            channel="sms",
            recipient="13900000000",
            template="award_winner",
            values=values or {"text": "贵单位已中选"},
            key=key,
        )


def row():
    with reading() as session:
        return session.scalars(select(OutboundMessage)).one()


def test_a_message_is_sent_with_its_key_and_the_receipt_is_kept(carrier):
    owe()
    assert outbox.deliver(row().id)
    assert [(m.key, m.text) for m in carrier.sent] == [("award:1", "贵单位已中选")]
    assert (row().state, row().receipt) == (JobState.DONE, "receipt-1")
    assert row().sent_at is not None


def test_the_same_key_is_owed_once():
    assert owe()
    assert not owe()
    assert row().key == "award:1"


def test_a_rolled_back_act_owes_nothing_and_rings_no_bell(monkeypatch):
    rung = []
    monkeypatch.setattr(owed, "_doorbell", [lambda *what: rung.append(what)])

    def act():
        with unit_of_work() as session:
            owed.enqueue(session, "letter", key="letter:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert rung == []
    with reading() as session:
        assert session.scalars(select(OutboundMessage)).all() == []


def test_the_bell_rings_after_the_commit(monkeypatch):
    seen = []
    monkeypatch.setattr(owed, "_doorbell", [lambda kind, row_id: seen.append((kind, row_id))])
    owe()
    assert seen == [("message", row().id)]


def test_a_message_in_another_workers_hands_is_let_be(carrier):
    owe()
    with unit_of_work() as session:
        claims.claim(session, OutboundMessage, row().id, system_now())
    assert not outbox.deliver(row().id)
    assert outbox.due_messages() == []
    assert carrier.sent == []


def test_a_worker_killed_between_send_and_record_sends_again_with_the_same_key(
    carrier, monkeypatch
):
    owe()

    class KilledError(BaseException):
        """The process ends here."""

    def die(*_):
        raise KilledError

    finish = claims.finish
    monkeypatch.setattr(claims, "finish", die)
    with pytest.raises(KilledError):
        outbox.deliver(row().id)
    monkeypatch.setattr(claims, "finish", finish)
    assert row().state is JobState.LEASED
    with time_machine.travel(system_now() + claims.LEASE + timedelta(seconds=1)):
        assert [outbox.deliver(each) for each in outbox.due_messages()] == [True]
    assert [m.key for m in carrier.sent] == ["award:1", "award:1"]


def test_a_failed_message_waits_longer_each_time_and_dies_for_a_keeper_to_see(carrier):
    owe()
    carrier.failures = 99
    now = system_now()
    pauses = []
    for _ in range(claims.MAX_ATTEMPTS):
        with time_machine.travel(now, tick=False):
            outbox.deliver(row().id)
            pauses.append(row().due_at - now)
            now = row().due_at
    assert pauses == sorted(pauses)
    assert pauses[-1] == claims.LONGEST_PAUSE
    assert row().state is JobState.DEAD
    assert "carrier down" in row().error
    with time_machine.travel(now + timedelta(days=9)):
        assert outbox.due_messages() == []


def test_a_late_answer_does_not_overwrite_the_next_attempt():
    owe()
    with unit_of_work() as session:
        first = claims.claim(session, OutboundMessage, row().id, system_now()).attempts
    with time_machine.travel(system_now() + claims.LEASE * 2), unit_of_work() as session:
        second = claims.claim(session, OutboundMessage, row().id, system_now()).attempts
    with unit_of_work() as session:
        assert not claims.finish(session, OutboundMessage, row().id, first, {"receipt": "old"})
        assert claims.finish(session, OutboundMessage, row().id, second, {"receipt": "new"})
    assert row().receipt == "new"


def test_a_channel_without_a_sender_is_kept_with_the_reason():
    with unit_of_work() as session:
        owed.notify(session, channel="fax", recipient="1", template="t", values={}, key="fax:1")
    assert not outbox.deliver(row().id)
    assert "docs/integrations.md" in row().error


@pytest.mark.parametrize("sender", [senders.ConsoleSms(), senders.ConsoleMail()])
def test_the_default_twins_say_that_nothing_was_sent(sender):
    message = senders.Message(key="k", channel="sms", recipient="1", template="t", text="词")
    assert sender.send(message) == "console:k"
