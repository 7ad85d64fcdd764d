"""What is stored, in a form in which two runs can be compared.

Ids, hashes and ciphertexts made inside a run differ from run to run and are written ``<new>``;
those that were there before the step stand as they are.
"""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Engine, select

from models.base import Base

RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{24,}")

UNTOLD = frozenset(
    {
        # how often it was tried, when, and until when a worker had it
        "outbound_message.attempts",
        "outbound_message.lease_until",
        "outbound_message.due_at",
        "outbound_message.sent_at",
        "job.attempts",
        "job.lease_until",
        "job.due_at",
        "job.done_at",
        "document.stored_at",
        "lease.holder",
        "lease.until",
        # packed; open items, awaited messages, history and what the case does next are compared
        "instance.state",
        # over entries that hold random ids; that they are the log's own is checked by its tests
        "ledger_node.sha256",
        "ledger_node.sm3",
        "checkpoint.text",
        # a number taken by a transaction that ended is not given again
        "ledger_entry.id",
        # a stamp's length varies, as does the code printed in a letter
        "document.size",
        "letter.code",
        "letter.words",
    }
)
"""What may differ after an ending, each for its reason."""

Facts = dict[str, list[str]]


def stored_facts(
    engine: Engine, known: Collection[str] = (), untold: Collection[str] = ()
) -> Facts:
    """Return every row of every table, without what may differ from run to run."""
    hidden = UNTOLD | set(untold)
    with engine.connect() as connection:
        return {
            table.name: sorted(
                told({c: v for c, v in row.items() if f"{table.name}.{c}" not in hidden}, known)
                for row in connection.execute(select(table)).mappings()
            )
            for table in Base.metadata.sorted_tables
        }


def told(row: dict[str, Any], known: Collection[str]) -> str:
    """Return one row as text."""
    text = json.dumps(row, default=plain, ensure_ascii=False, sort_keys=True)
    return RANDOM.sub(lambda found: found[0] if found[0] in known else "<new>", text)


def plain(value: object) -> str:
    """Return what JSON does not know as text."""
    return value.hex() if isinstance(value, bytes) else str(value)


def known_ids(engine: Engine) -> frozenset[str]:
    """Return every id and hash stored now."""
    return frozenset(_random_values(engine))


def _random_values(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                yield from RANDOM.findall(json.dumps(dict(row), default=plain))
