"""The jobs of a letter: make it once, then tell the case that waits for it.

Two jobs, so that a case that is suspended, or that somebody else is just working at, delays the
news and not the letter.
"""

from datetime import timedelta
from typing import Any, TypedDict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.clock import business_now, system_now
from models.document import Document
from models.flow.instance import AwaitedMessage, Instance, InstanceStatus
from models.identity.actor import PLATFORM
from models.ledger.log import record
from models.letter import Letter
from models.outbox import enqueue
from models.session import reading
from models.settings import Settings
from models.storage import open_storage
from processes.documents.names import safe_name
from processes.engine import ProcessEngine
from processes.job_kinds import Args, register
from processes.letters.letter_key import ensure_letter_key

MAKE = "letter.make"
TELL = "letter.tell"
READY = "letter_ready"
AGAIN = timedelta(hours=1)
PDF = "application/pdf"


class Made(TypedDict):
    """What was made and where it lies."""

    sha256: str
    size: int


def prepare(args: Args, settings: Settings) -> Made | None:
    """Set and stamp the letter outside any transaction; None when it is there already."""
    # Imported here because both are large and only a letter needs them.
    from processes.letters.render import render  # noqa: PLC0415
    from processes.letters.stamp import stamp  # noqa: PLC0415

    with reading() as session:
        letter = session.get_one(Letter, args["letter"])
        if letter.document_id is not None:
            return None
        made = session.scalar(select(func.count()).where(Letter.document_id.is_not(None)))
    if not made:
        # A key that was lost later is not replaced in silence.
        ensure_letter_key(settings)
    pdf = render(letter.words, settings, at=letter.issued_at)
    place = str(letter.words.get("head") or letter.county_code)
    stamped = stamp(pdf, settings, reason=letter.title, place=place)
    return Made(sha256=open_storage(settings).put(stamped), size=len(stamped))


def store(session: Session, args: Args, made: Any, settings: Settings) -> None:  # noqa: ANN401, ARG001
    """Keep the letter as a document of its case, once, and owe the case the news."""
    letter = session.get_one(Letter, args["letter"])
    if made is None or letter.document_id is not None:
        return
    document = _document(letter, made)
    session.add(document)
    session.flush()
    letter.document_id = document.id
    after = {"kind": letter.kind.value, "number": letter.number, "sha256": made["sha256"]}
    record(session, PLATFORM, "letter:issued", letter.id, at=business_now(), after=after)
    _owe_news(session, letter.id, 1)


def tell(session: Session, args: Args, _: Any, settings: Settings) -> None:  # noqa: ANN401
    """Hand ``letter_ready`` to the case if it waits for it; a suspended case hears it later."""
    letter = session.get_one(Letter, args["letter"])
    # what a newer letter replaced is no news: the case waits for the newer one
    is_awaited = session.get(AwaitedMessage, (letter.instance_id, READY)) is not None
    if not is_awaited or letter.voided_at is not None:
        return
    instance = session.get_one(Instance, letter.instance_id)
    if instance.status is InstanceStatus.SUSPENDED:
        _owe_news(session, letter.id, int(args["time"]) + 1)
        return
    if instance.status is InstanceStatus.RUNNING:
        news = {"letter": letter.id, "kind": letter.kind.value, "document": letter.document_id}
        engine = ProcessEngine(session, settings=settings)
        engine.message(letter.instance_id, READY, news, actor=PLATFORM)


def _owe_news(session: Session, letter_id: str, time: int) -> None:
    due = None if time == 1 else system_now() + AGAIN
    args = {"letter": letter_id, "time": time}
    enqueue(session, TELL, key=f"{TELL}:{letter_id}:{time}", args=args, due_at=due)


def _document(letter: Letter, made: Made) -> Document:
    return Document(
        sha256=made["sha256"],
        name=safe_name(f"{letter.title}{letter.number or letter.code}.pdf", "pdf"),
        media_type=PDF,
        size=made["size"],
        kind=letter.kind.value,
        county_code=letter.county_code,
        project_id=letter.project_id,
        instance_id=letter.instance_id,
        created_at=letter.issued_at,
    )


def register_jobs() -> None:
    """Register both kinds."""
    register(MAKE, store, prepare=prepare)
    register(TELL, tell)


register_jobs()
