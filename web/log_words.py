"""The words for acts in the business log, as the page of a case lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import to_china
from models.identity.actor import PLATFORM
from models.identity.names import account_names
from models.ledger.tables import LedgerEntry
from processes.log_words import WORDS
from processes.role_titles import role_titles

MOST = 200


@dataclass(frozen=True)
class Entry:
    """One act: its number in the log (none until the sequencer has been), never its facts.

    What an entry holds before and after may be hidden still; the whole entry is public where the
    log itself is read.
    """

    seq: int | None
    at: datetime
    word: str
    who: str
    role: str


def entries_about(session: Session, objects: Sequence[str]) -> list[Entry]:
    """Return what the log says of these objects, the newest first."""
    query = (
        select(LedgerEntry.seq, LedgerEntry.body)
        .where(LedgerEntry.object.in_(objects))
        .order_by(LedgerEntry.id.desc())
        .limit(MOST)
    )
    found = [(seq, orjson.loads(body)) for seq, body in session.execute(query)]
    names = account_names(session, {str(body["actor"]) for _, body in found})
    return [_entry(seq, body, names) for seq, body in found]


def _entry(seq: int | None, body: dict[str, Any], names: dict[str, str]) -> Entry:
    action, role = str(body["action"]), str(body.get("role") or "")
    return Entry(
        seq,
        to_china(datetime.fromisoformat(body["time"])),
        WORDS.get(action, action),
        names.get(body["actor"], PLATFORM.name),
        role_titles().get(role, ""),
    )
