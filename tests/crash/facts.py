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

RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,}")

# How often something was tried, and until when a worker had it, may differ after an ending.
UNTOLD = frozenset(
    {
        "outbound_message.attempts",
        "outbound_message.lease_until",
        "outbound_message.due_at",
        "outbound_message.sent_at",
        "outbound_message.error",
        "job.attempts",
        "job.lease_until",
        "job.due_at",
        "job.done_at",
        "job.error",
        "instance.state",
        "ledger_node.sha256",
        "ledger_node.sm3",
        "checkpoint.text",
        "ledger_entry.id",
        "lease.holder",
        "lease.until",
        "letter.code",
        "letter.words",  # its code is printed in it
    }
)

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
