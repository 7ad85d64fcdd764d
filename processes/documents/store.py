"""Taking documents in, attaching them to a case, and clearing away what nobody handed in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.clock import business_now, system_now
from models.document import Document
from models.flow.instance import Instance
from models.identity.actor import Actor
from models.ids import new_id
from models.storage import Storage
from processes.documents.errors import (
    DocumentMissingError,
    DocumentNotYoursError,
    DocumentTooLargeError,
    TooManyLooseDocumentsError,
)
from processes.documents.kinds import inspect
from processes.documents.limits import LOOSE_HOURS, MAX_LOOSE, MEGABYTE, allowed_megabytes
from processes.documents.names import split_name

Found = Callable[[str], Mapping[str, Any] | None]
MATERIAL = "material"
"""The kind of what an organisation keeps here outside any case."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One file as it arrived; ``county`` decides by whose rule its size is limited."""

    name: str
    data: bytes
    county: str = ""


def take_in(session: Session, storage: Storage, upload: Upload, *, actor: Actor) -> Document:
    """Check and store one uploaded file; it belongs to nobody's case until a form carries it."""
    if not upload.name:
        raise DocumentMissingError
    limit = allowed_megabytes(session, upload.county)
    if len(upload.data) > limit * MEGABYTE:
        raise DocumentTooLargeError(name=split_name(upload.name)[0], limit=limit)
    found = inspect(upload.name, upload.data)
    _check_patience(session, actor)
    document = Document(
        id=new_id(),
        sha256=storage.put(upload.data),
        name=found.name,
        media_type=found.media_type,
        size=len(upload.data),
        county_code=upload.county,
        party_id=actor.party_id,
        uploaded_by=actor.account_id,
        created_at=business_now(),
        stored_at=system_now(),
    )
    session.add(document)
    return document


def _check_patience(session: Session, actor: Actor) -> None:
    loose = select(func.count()).where(
        Document.uploaded_by == actor.account_id,
        Document.kind != MATERIAL,
        Document.instance_id.is_(None),
        Document.project_id.is_(None),
    )
    if (session.scalar(loose) or 0) >= MAX_LOOSE:
        raise TooManyLooseDocumentsError(hours=LOOSE_HOURS)


def attachable(session: Session, actor: Actor, instance_id: str | None) -> Found:
    """Return how a form finds a document that this person may hand in with this case."""
    known: dict[str, Mapping[str, Any] | None] = {}

    def find(document_id: str) -> Mapping[str, Any] | None:
        if document_id not in known:
            document = session.get(Document, document_id)
            fits = document is not None and _may_attach(document, actor, instance_id)
            known[document_id] = _facts(document) if document and fits else None
        return known[document_id]

    return find


def _may_attach(document: Document, actor: Actor, instance_id: str | None) -> bool:
    if document.instance_id is not None:
        return document.instance_id == instance_id
    is_loose = document.project_id is None and document.kind != MATERIAL
    return is_loose and document.uploaded_by == actor.account_id


def _facts(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "sha256": document.sha256,
        "name": document.name,
        "size": document.size,
    }


def attach(
    session: Session, data: Mapping[str, Any], instance: Instance, *, actor: Actor
) -> list[Document]:
    """Bind the documents named in a checked form to the case; the field's key is their kind."""
    attached = []
    for key, document_id in document_ids(data):
        document = session.get(Document, document_id)
        if document is None or not _may_attach(document, actor, instance.id):
            raise DocumentNotYoursError
        document.instance_id = instance.id
        document.project_id = instance.project_id
        document.county_code = instance.county_code
        document.kind = key[:40]
        attached.append(document)
    return attached


def document_ids(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield field key and id of every document reference anywhere in a form's data."""
    waiting: list[tuple[str, Any]] = list(data.items())
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(key, inner) for inner in value]
        elif isinstance(value, Mapping):
            if "sha256" in value and "id" in value:
                yield key, str(value["id"])
            else:
                waiting += list(value.items())


def documents_of(session: Session, instance: Instance) -> list[Document]:
    """Return the documents of a case, newest first."""
    of_case = Document.instance_id == instance.id
    if instance.project_id:
        of_case = or_(of_case, Document.project_id == instance.project_id)
    query = select(Document).where(of_case)
    return list(session.scalars(query.order_by(Document.created_at.desc(), Document.id)))


def keep_material(document: Document) -> None:
    """Let an upload stay with its organisation although no case carries it."""
    document.kind = MATERIAL


def materials_of(session: Session, party_id: str) -> list[Document]:
    """Return what an organisation keeps here, newest first."""
    query = select(Document).where(Document.party_id == party_id, Document.kind == MATERIAL)
    return list(session.scalars(query.order_by(Document.created_at.desc(), Document.id)))


def clear_orphans(session: Session, storage: Storage, *, now: datetime | None = None) -> int:
    """Drop uploads no form carried in time, bytes no row names and files never finished; count."""
    before = (now or system_now()) - timedelta(hours=LOOSE_HOURS)
    loose = session.scalars(
        select(Document).where(
            Document.kind != MATERIAL,
            Document.instance_id.is_(None),
            Document.project_id.is_(None),
            Document.stored_at < before,
        )
    ).all()
    for document in loose:
        session.delete(document)
    session.flush()
    unfinished = storage.clear_unfinished(older_than=before)
    return len(loose) + _drop_unnamed(session, storage, before) + unfinished


def _drop_unnamed(session: Session, storage: Storage, before: datetime) -> int:
    # a file younger than the period may belong to a transaction that has not committed yet
    old = [name for name, came in storage.names() if came < before]
    dropped = 0
    for start in range(0, len(old), 500):
        some = old[start : start + 500]
        named = set(session.scalars(select(Document.sha256).where(Document.sha256.in_(some))))
        for sha256 in set(some) - named:
            dropped += storage.remove(sha256, older_than=before)
    return dropped
