"""Messages from one case to another: owed as a job in the transaction that sends them."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from models.outbox import enqueue

JOB = "case.message"
ANSWERED = "answered"
"""The message in which a sender hears whether its own was taken."""


def owe_message(
    session: Session,
    *,
    key: str,
    to: str,
    message: str,
    payload: Mapping[str, object],
    sender: str | None = None,
) -> bool:
    """Owe one message to a case, once for each key; the sender, if a case, gets an answer."""
    what = {"to": to, "message": message, "payload": dict(payload), "sender": sender}
    return enqueue(session, JOB, key=f"{JOB}:{key}", args={**what, "key": key, "time": 1})
