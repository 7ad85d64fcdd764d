"""Who may have a document: asked again at every download."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models.document import Document
from models.errors import NotFoundError
from models.flow.instance import Instance
from models.flow.work_item import WorkItem
from models.identity.actor import Actor
from models.notice import Notice
from models.project import Project
from models.selection.tables import Mask

CENTRE = "trading_centre"
MASKED_FIELD = "documents"
"""The field under which a mask operator hides the documents of a project until it is lifted."""


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
    project_id = project_of(session, document)
    if _is_masked(session, document, project_id):
        return False
    return _is_published(session, document, project_id) or (
        actor is not None and _is_of_the_case(session, document, project_id, actor)
    )


def project_of(session: Session, document: Document) -> str | None:
    """Return the project of a document, also when the case got its project later."""
    if document.project_id or not document.instance_id:
        return document.project_id
    return session.scalar(select(Instance.project_id).where(Instance.id == document.instance_id))


def _is_masked(session: Session, document: Document, project_id: str | None) -> bool:
    if project_id is None:
        return False
    fields = (MASKED_FIELD, f"{MASKED_FIELD}.{document.kind}")
    query = select(Mask.id).where(
        Mask.project_id == project_id, Mask.field.in_(fields), Mask.lifted_at.is_(None)
    )
    return session.scalar(query.limit(1)) is not None


def _is_published(session: Session, document: Document, project_id: str | None) -> bool:
    if not document.is_public or project_id is None:
        return False
    query = select(Notice.id).where(
        Notice.project_id == project_id, Notice.published_at.is_not(None)
    )
    return session.scalar(query.limit(1)) is not None


def _is_of_the_case(
    session: Session, document: Document, project_id: str | None, actor: Actor
) -> bool:
    if document.instance_id is None and project_id is None:
        return False
    if document.county_code and actor.holds(CENTRE, document.county_code):
        return True
    if actor.party_id is None:
        return False
    if document.party_id == actor.party_id:
        return True
    return _plays_a_part(session, document, project_id, actor.party_id)


def _plays_a_part(
    session: Session, document: Document, project_id: str | None, party_id: str
) -> bool:
    in_case = exists().where(
        WorkItem.instance_id == document.instance_id, WorkItem.party_id == party_id
    )
    owns = exists().where(Project.id == project_id, Project.owner_id == party_id)
    return bool(session.scalar(select(or_(in_case, owns))))
