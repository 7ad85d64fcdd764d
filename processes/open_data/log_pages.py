"""The published log in pages: entries in words, searched, downloaded, with receipts."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.clock import business_now, to_china
from models.errors import NotFoundError
from models.ledger import receipt, witnesses
from models.ledger.tables import Checkpoint, LedgerEntry
from models.notice import Notice
from models.project import Project
from models.selection.auction_tables import Auction
from models.selection.tables import Draw
from models.session import reading
from processes.log_words import WORDS
from processes.open_data import log
from processes.role_titles import role_titles

PART = 10_000
"""Entries in one part of the download."""
AT_ONCE = 1_000
MOST_FOUND = 200
LOOKED_THROUGH = 20_000
"""Entries among which the newest digests are looked for: there are some every day."""
MOST_DIGESTS = 30
DIGEST_TITLES = {"interest.digest": "意向名单每日指纹", "bids.digest": "报价每日指纹"}
HISTORY = 8
LARGEST = 2**53


class EntryMissingError(NotFoundError):
    """No entry of the published log has this number."""

    message = "公开日志里没有第{seq}条。序号从0开始，最新检查点之前的条目才能查看。"


class SizeMissingError(NotFoundError):
    """There is no checkpoint of this size."""

    message = "没有{size}条的检查点，请从公开日志页重新选择。"


@dataclass(frozen=True)
class Line:
    """An entry as a list shows it: what its text says, in words."""

    seq: int
    at: datetime
    action: str
    word: str
    role: str
    object: str
    text: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Stated:
    """A checkpoint in the list of the newest ones."""

    size: int
    at: datetime
    witnesses: int


def line_of(seq: int, text: str) -> Line:
    """Return an entry in words."""
    facts: dict[str, Any] = orjson.loads(text)
    action, role = str(facts["action"]), str(facts.get("role") or "")
    return Line(
        seq,
        to_china(datetime.fromisoformat(facts["time"])),
        action,
        DIGEST_TITLES.get(action) or WORDS.get(action, action),
        role_titles().get(role, ""),
        str(facts["object"]),
        text,
        facts,
    )


def entry(session: Session, seq: int) -> Line:
    """Return one published entry."""
    query = select(LedgerEntry.body).where(LedgerEntry.seq == seq)
    text = session.scalar(query) if 0 <= seq < log.published(session) else None
    if text is None:
        raise EntryMissingError(seq=seq)
    return line_of(seq, text)


def search(session: Session, asked: str) -> list[Line]:
    """Return entries about a draw, a notice or a project: by its id, or a project's number."""
    size = log.published(session)
    query = (
        select(LedgerEntry.seq, LedgerEntry.body)
        .where(LedgerEntry.object.in_(_objects(session, asked)), LedgerEntry.seq < size)
        .order_by(LedgerEntry.seq.desc())
        .limit(MOST_FOUND)
    )
    return [line_of(int(seq or 0), body) for seq, body in session.execute(query)]


def _objects(session: Session, asked: str) -> Sequence[str]:
    """Return the ids that a search means; a project is known by number once it was announced."""
    announced = select(Notice.project_id).where(Notice.published_at <= business_now())
    found = session.scalar(
        select(Project.id).where(
            (Project.number == asked) | (Project.id == asked), Project.id.in_(announced)
        )
    )
    if found is None:
        return [asked]
    ids = [asked, found]
    parts: tuple[Select[Any], ...] = (
        select(Draw.id).where(Draw.project_id == found),
        select(Auction.id).where(Auction.project_id == found),
        select(Notice.id).where(Notice.project_id == found, Notice.published_at <= business_now()),
    )
    for part in parts:
        ids += session.scalars(part)
    return ids


def digests(session: Session) -> list[Line]:
    """Return the newest daily digests."""
    size = log.published(session)
    starts = [LedgerEntry.body.startswith(f'{{"action":"{action}"') for action in DIGEST_TITLES]
    query = (
        select(LedgerEntry.seq, LedgerEntry.body)
        .where(LedgerEntry.seq < size, LedgerEntry.seq >= size - LOOKED_THROUGH)
        .where(starts[0] | starts[1])
        .order_by(LedgerEntry.seq.desc())
        .limit(MOST_DIGESTS)
    )
    return [line_of(int(seq or 0), body) for seq, body in session.execute(query)]


def history(session: Session) -> list[Stated]:
    """Return the newest checkpoints and how many witnesses co-signed each."""
    newest = select(Checkpoint.size, Checkpoint.at).order_by(Checkpoint.size.desc()).limit(HISTORY)
    rows = session.execute(newest).all()
    counts = witnesses.counts(session, [row.size for row in rows])
    return [Stated(row.size, row.at, counts.get(row.size, 0)) for row in rows]


def stated(session: Session, size: int) -> str:
    """Return the checkpoint of a size with every signature under it."""
    row = session.get(Checkpoint, size) if 0 <= size <= LARGEST else None
    if row is None:
        raise SizeMissingError(size=size)
    return log.cosigned(session, row.size, row.text)


def receipt_of(session: Session, seq: int) -> dict[str, Any]:
    """Return an entry's receipt, under the newest checkpoint that a witness co-signed if any."""
    line = entry(session, seq)
    size = witnesses.newest_cosigned(session, above=seq) or log.published(session)
    path = log.inclusion(session, seq, size)
    return receipt.make(line.text, seq, size, path, stated(session, size))


def bytes_about(session: Session) -> int:
    """Return roughly how long the whole download is: entries as long as the newest are."""
    size = log.published(session)
    sample = (
        select(func.length(LedgerEntry.body).label("long"))
        .where(LedgerEntry.seq < size, LedgerEntry.seq >= size - AT_ONCE)
        .subquery()
    )
    mean = float(session.scalar(select(func.avg(sample.c.long))) or 0)
    # each quotation mark of an entry is escaped: two dozen in most
    return int((mean * 1.2 + 4) * size)


def download(size: int | None, part: int | None = None) -> Iterator[bytes]:
    """Return the log for ``verify log``, or one part of it, some entries at a time."""
    with reading() as session:
        whole = log.published(session) if size is None else size
        text = stated(session, whole)
    first = 0 if part is None else part * PART
    if part is not None and not 0 <= first < whole:
        raise SizeMissingError(size=whole)
    last = whole if part is None else min(whole, first + PART)
    head = {"checkpoint": text} if part is None else {"checkpoint": text, "first": first}
    return _written(head, first, last)


def _written(head: dict[str, Any], first: int, last: int) -> Iterator[bytes]:
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "entries": ['
    for start in range(first, last, AT_ONCE):
        end = min(last, start + AT_ONCE)
        with reading() as session:
            query = select(LedgerEntry.body).where(LedgerEntry.seq >= start, LedgerEntry.seq < end)
            bodies = session.scalars(query.order_by(LedgerEntry.seq)).all()
        comma = b"" if start == first else b",\n"
        yield comma + b",\n".join(orjson.dumps(body) for body in bodies)
    yield b"]}\n"
