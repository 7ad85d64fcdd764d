"""The log with few and with a million entries: appending a batch, proving one entry, one growth.

Entries are sequenced as they always are, by the sequencer over the installation's own tables.
"""

import random
from time import perf_counter

from sqlalchemy import insert

from benchmarks.report import Line, middle
from benchmarks.site import Site
from models.ledger.merkle import HASHES, leaf_hash, verify_consistency, verify_inclusion
from models.ledger.tables import Checkpoint, LedgerEntry, LedgerNode
from models.session import reading, unit_of_work
from processes import sequencer
from processes.ledger_nodes import Nodes
from processes.open_data import log

FEW = 1_000
ROUNDS = 60
BATCH = 20
AT_ONCE = 20_000
BODY = (
    '{{"action":"notice:published","actor":"platform","after":{{"kind":"tender_notice"}},'
    '"before":null,"object":"{0:032x}","request":"","role":"","time":"2026-11-20T15:00:00+08:00"}}'
)


def fill(site: Site, entries: int) -> None:
    """Give the log this many entries; nodes are made by the sequencer's own tree."""
    site.use()
    with reading() as session:
        size = sequencer.numbered(session)
    while size < entries:
        end = min(entries, size + AT_ONCE)
        with unit_of_work() as session:
            nodes = Nodes(session, size)
            rows = [_row(number) for number in range(size, end)]
            for row in rows:
                nodes.append(row["body"].encode())
            session.execute(insert(LedgerEntry), rows)
            nodes.store()
            sequencer.sign(session, nodes, site.settings)
        size = end
    if not site.is_sqlite:
        with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in (LedgerEntry, LedgerNode, Checkpoint):
                connection.exec_driver_sql(f"VACUUM ANALYZE {table.__tablename__}")


def _row(number: int) -> dict[str, object]:
    return {"seq": number, "object": f"{number:032x}", "body": BODY.format(number)}


def measure(site: Site) -> tuple[float, float, float]:
    """Return the seconds of appending one entry, of an inclusion and a consistency proof."""
    site.use()
    appended = [_append(site) for _ in range(ROUNDS)]
    with reading() as session:
        size = log.published(session)
    included = [_included(random.randrange(size), size) for _ in range(ROUNDS)]
    continued = [_continued(random.randrange(1, size), size) for _ in range(ROUNDS)]
    return middle(appended), middle(included), middle(continued)


def _append(site: Site) -> float:
    """Log some acts, and time how long the sequencer takes for each."""
    with unit_of_work() as session:
        rows = [_row(random.getrandbits(100)) | {"seq": None} for _ in range(BATCH)]
        rows[0]["body"] = str(rows[0]["body"]).replace("notice:published", "draw:frozen")
        session.execute(insert(LedgerEntry), rows)
    began = perf_counter()
    sequencer.sequence(site.settings)
    return (perf_counter() - began) / BATCH


def _included(seq: int, size: int) -> float:
    began = perf_counter()
    with reading() as session:
        path = log.inclusion(session, seq, size)
    seconds = perf_counter() - began
    with reading() as session:
        body = log.entries(session, seq, 1)[0][0][1]
        head = bytes.fromhex(log.newest_head(session).root)
    digest = HASHES["sha256"]
    leaf = leaf_hash(digest, body.encode())
    assert verify_inclusion(digest, leaf, seq, size, [*map(bytes.fromhex, path)], head)
    return seconds


def _continued(first: int, size: int) -> float:
    began = perf_counter()
    with reading() as session:
        path = log.consistency(session, first, size)
    seconds = perf_counter() - began
    with reading() as session:
        new = bytes.fromhex(log.newest_head(session).root)
        old = Nodes(session, size).root("sha256", first)
    steps = [*map(bytes.fromhex, path)]
    assert verify_consistency(HASHES["sha256"], first, size, steps, old, new)
    return seconds


def compare(sites: list[Site], most: int) -> list[Line]:
    """Return, for each database, the costs with few and with many entries."""
    lines = []
    for site in sites:
        fill(site, FEW)
        few = measure(site)
        fill(site, most)
        many = measure(site)
        lines += [
            Line(f"{site.name} 追加一条（存量{FEW:,}）", few[0] * 1000, "毫秒"),
            Line(f"{site.name} 追加一条（存量{most:,}）", many[0] * 1000, "毫秒"),
            Line(f"{site.name} 追加：与少量之比", many[0] / few[0], "倍", "<= 1.25"),
            Line(f"{site.name} 包含证明（存量{FEW:,}）", few[1] * 1000, "毫秒"),
            Line(f"{site.name} 包含证明（存量{most:,}）", many[1] * 1000, "毫秒", "<= 5"),
            Line(f"{site.name} 一致性证明（存量{most:,}）", many[2] * 1000, "毫秒", "<= 5"),
        ]
    return lines
