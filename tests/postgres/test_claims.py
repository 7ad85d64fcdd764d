"""Two workers at the same rows on PostgreSQL: each row is taken once."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import outbox as owed
from models.flow.job import JobState, OutboundMessage
from models.session import Write, reading, unit_of_work
from processes import leases, outbox, senders

pytestmark = pytest.mark.usefixtures("database")


def owe(count):
    with unit_of_work() as session:
        for number in range(count):
            owed.notify(
                session, channel="sms", recipient="1", template="t", values={}, key=f"k{number}"
            )


def together(action, count=2):
    threads = [threading.Thread(target=action) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_workers_send_each_message_once(monkeypatch):
    sent = []

    class Carrier:
        def send(self, message):
            sent.append(message.key)
            return "ok"

    monkeypatch.setitem(senders._senders, "sms", Carrier())
    owe(25)
    ids = outbox.due_messages()
    together(lambda: [outbox.deliver(each) for each in ids])
    assert Counter(sent) == {f"k{number}": 1 for number in range(25)}
    with reading() as session:
        assert set(session.scalars(select(OutboundMessage.state))) == {JobState.DONE}


def test_one_key_owed_by_two_transactions_at_once_is_one_message():
    with Write() as first:
        arguments = {"channel": "sms", "recipient": "1", "template": "t", "values": {}, "key": "k"}
        assert owed.notify(first, **arguments)
        second = threading.Thread(target=lambda: owe_one(arguments))
        second.start()
        first.commit()
        second.join()
    with reading() as session:
        assert len(session.scalars(select(OutboundMessage)).all()) == 1


def owe_one(arguments):
    with unit_of_work() as session:
        owed.notify(session, **arguments)


def test_of_several_beats_one_gets_the_lease():
    results = []
    names = iter("abcd")
    together(lambda: results.append(leases.hold("beat", next(names), timedelta(minutes=1))), 4)
    assert sorted(results) == [False, False, False, True]
