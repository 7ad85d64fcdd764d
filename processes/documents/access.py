"""Who may have a document: asked again at every download."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from models.document import Document
from models.errors import NotFoundError
from models.flow.instance import Instance
from models.flow.work_item import WorkItem
from models.identity.actor import Actor
from models.notice import Notice
from models.selection.tables import Mask
from processes import access
from processes.documents.store import MATERIAL, documents_of
from processes.reading import runtime_of

REGULATOR = "regulator"
MASKED_FIELD = "documents"
"""The field under which a mask operator hides the documents of a project until it is lifted."""


PAPERS_OF_THE_PARTIES = frozenset(
    {"signed_contract", "acceptance_report", "supervision_report", "audit_report"}
)
"""Contract and works: for the present parties of the case and who oversees it, and never public."""


class DocumentNotFoundError(NotFoundError):
    """It is not there, or this person may not know that it is: the same words for both."""

    message = "没有找到这份资料，它可能已被替换，或您不是本案的当事人。请回到案卷核对。"


def readable(session: Session, document_id: str, actor: Actor | None) -> Document:
    """Return the document when this person may have it now."""
    document = session.get(Document, document_id)
    if document is None or not may_read(session, document, actor):
        raise DocumentNotFoundError
    return document


def may_read(session: Session, document: Document, actor: Actor | None) -> bool:
    """Tell whether this person (or the public, without one) may have the document now."""
    if actor is not None and document.uploaded_by == actor.account_id:
        return True
    if document.kind == MATERIAL:
        return actor is not None and _is_of(actor, document)
    instance = _instance_of(session, document)
    project_id = document.project_id or (instance.project_id if instance else None)
    if _is_hidden(document, masks_of(session, project_id)):
        return False
    if document.kind in PAPERS_OF_THE_PARTIES:
        return actor is not None and instance is not None and is_party(session, instance, actor)
    if document.is_public and _has_notice(session, project_id):
        return True
    return actor is not None and instance is not None and takes_part(session, instance, actor)


def visible_documents(session: Session, instance: Instance, actor: Actor) -> list[Document]:
    """Return the documents of a case that this person may have now, newest first."""
    found = documents_of(session, instance)
    if not found or not takes_part(session, instance, actor):
        return [one for one in found if one.uploaded_by == actor.account_id]
    masked = masks_of(session, instance.project_id)
    if not is_party(session, instance, actor):
        found = [one for one in found if one.kind not in PAPERS_OF_THE_PARTIES]
    return [
        one for one in found if one.uploaded_by == actor.account_id or not _is_hidden(one, masked)
    ]


def is_party(session: Session, instance: Instance, actor: Actor) -> bool:
    """Tell whether somebody belongs to the case's parties or people now, or oversees its county.

    To have done a step of it once is not enough: a winner that declined is a party no more.
    """
    data = runtime_of(session, instance).data
    acting = _without_keeping(actor)
    return access.may_see(acting, instance.county_code, instance.started_by, data, ())


def _without_keeping(actor: Actor) -> Actor:
    grants = frozenset(each for each in actor.grants if each[0] not in access.KEEPERS)
    return replace(actor, grants=grants)


def takes_part(session: Session, instance: Instance, actor: Actor) -> bool:
    """Tell whether the case is this person's work: its centre, parties, people; no mere keeper."""
    acting = _without_keeping(actor)
    items = session.scalars(select(WorkItem).where(WorkItem.instance_id == instance.id)).all()
    if any(item.done_by == actor.account_id for item in items):
        return True
    data = runtime_of(session, instance).data
    return access.may_see(acting, instance.county_code, instance.started_by, data, items)


def masks_of(session: Session, project_id: str | None) -> frozenset[str]:
    """Return the fields of a project that are hidden now."""
    if project_id is None:
        return frozenset()
    query = select(Mask.field).where(Mask.project_id == project_id, Mask.lifted_at.is_(None))
    return frozenset(session.scalars(query))


def _is_of(actor: Actor, material: Document) -> bool:
    """Tell whether a material is the actor's organisation's own, or of the actor's oversight."""
    is_own = actor.party_id is not None and actor.party_id == material.party_id
    return is_own or actor.holds(REGULATOR, material.county_code)


def _is_hidden(document: Document, masked: frozenset[str]) -> bool:
    return bool(masked & {MASKED_FIELD, f"{MASKED_FIELD}.{document.kind}"})


def _instance_of(session: Session, document: Document) -> Instance | None:
    query = select(Instance).options(undefer(Instance.state))
    if document.instance_id:
        return session.scalar(query.where(Instance.id == document.instance_id))
    if document.project_id:
        of_project = query.where(Instance.project_id == document.project_id)
        return session.scalars(of_project.order_by(Instance.created_at)).first()
    return None


def _has_notice(session: Session, project_id: str | None) -> bool:
    query = select(Notice.id).where(
        Notice.project_id == project_id, Notice.published_at.is_not(None)
    )
    return session.scalar(query.limit(1)) is not None
