"""Writes the business log: one canonical JSON entry per act, in the act's own transaction."""

from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from models.clock import iso
from models.identity.actor import Actor
from models.ledger.tables import LedgerEntry

_INSERT = insert(cast("Table", LedgerEntry.__table__))


def record(
    session: Session,
    actor: Actor,
    action: str,
    object_: str,
    *,
    at: datetime,
    role: str = "",
    **facts: Any,  # noqa: ANN401
) -> None:
    """Log one act (``subject:action``): hashes and references only, never personal data.

    ``facts`` may hold ``before``, ``after`` (JSON values) and ``request`` (an id).
    """
    body = {
        "time": iso(at),
        "actor": actor.account_id,
        "role": role,
        "action": action,
        "object": object_,
        "before": facts.get("before"),
        "after": facts.get("after"),
        "request": facts.get("request", ""),
    }
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
    # built once: building a statement costs more than running it
    session.connection().execute(_INSERT, {"object": object_[:60], "body": text})
