"""Sends what is owed: claim, send, record; no transaction is open while a carrier answers.

A worker that dies between sending and recording leaves a leased row; after the lease it is sent
again with the same key, by which a carrier (or a person) knows that it is the same message.
"""

from collections.abc import Mapping

import structlog

from models.clock import system_now
from models.flow.job import OutboundMessage
from models.session import reading, unit_of_work
from processes import claims
from processes.senders import Message, sender_for

log = structlog.get_logger(__name__)

RECEIPT_LENGTH = 200


def due_messages(*, limit: int = 100) -> list[str]:
    """Return the ids of messages that may be sent now."""
    with reading() as session:
        return claims.due_ids(session, OutboundMessage, system_now(), limit=limit)


def deliver(message_id: str) -> bool:
    """Send one message if nobody else is at it; return whether it has left."""
    with unit_of_work() as session:
        row = claims.claim(session, OutboundMessage, message_id, system_now())
        if row is None:
            return False
        message, attempt = as_message(row), row.attempts
    try:
        receipt = sender_for(message.channel).send(message)
    except Exception as error:  # noqa: BLE001 - whatever a carrier raises, it is tried again
        return _failed(message_id, attempt, error)
    with unit_of_work() as session:
        values = {"receipt": receipt[:RECEIPT_LENGTH], "sent_at": system_now()}
        return claims.finish(session, OutboundMessage, message_id, attempt, values)


def _failed(message_id: str, attempt: int, error: Exception) -> bool:
    log.warning("message_not_sent", message=message_id, attempt=attempt, error=repr(error))
    with unit_of_work() as session:
        claims.fail(session, OutboundMessage, message_id, attempt, error, system_now())
    return False


def as_message(row: OutboundMessage) -> Message:
    """Return what leaves, apart from the row and its session."""
    return Message(
        key=row.key,
        channel=row.channel,
        recipient=row.recipient,
        template=row.template,
        text=text_of(row.template, row.values),
        values=dict(row.values),
    )


def text_of(template: str, values: Mapping[str, object]) -> str:
    """Return the words of a message: given whole as ``text``, or its template's name and facts."""
    if "text" in values:
        return str(values["text"])
    facts = "，".join(f"{name}：{value}" for name, value in values.items())
    return f"{template}（{facts}）" if facts else template
