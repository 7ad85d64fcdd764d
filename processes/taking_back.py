"""Taking a request back before it is decided: whoever asked may, nobody else."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ConflictError, ForbiddenError, NotFoundError
from models.flow.instance import AwaitedMessage, Instance
from models.identity.account import Account
from models.identity.actor import Actor
from models.project_request import STATE_TITLES, ProjectRequest
from models.settings import Settings
from processes.engine import ProcessEngine

WITHDRAWN = "withdrawn"
"""The message that a request's diagram waits for as long as it may be taken back."""


class NotARequestError(NotFoundError):
    """The case is no request about a project."""

    message = "这个案卷不是申请，没有可以撤回的内容。"


class NotYourRequestError(ForbiddenError):
    """Another organisation asked."""

    message = "这项申请不是您的单位提出的，不能撤回。"


class TakeBackTooLateError(ConflictError):
    """The request is decided or settled."""

    message = "这项申请现在是“{state}”，已经不能撤回，请刷新后查看。"


def may_take_back(session: Session, instance_id: str, actor: Actor) -> bool:
    """Return whether an actor may take the request of a case back now."""
    row = _row(session, instance_id)
    return row is not None and _is_own(session, row, actor) and _is_open(session, instance_id)


def take_back(session: Session, settings: Settings, instance_id: str, *, actor: Actor) -> Instance:
    """Take the request of a case back."""
    row = _row(session, instance_id)
    if row is None:
        raise NotARequestError
    if not _is_own(session, row, actor):
        raise NotYourRequestError
    if not _is_open(session, instance_id):
        raise TakeBackTooLateError(state=STATE_TITLES[row.state])
    engine = ProcessEngine(session, settings=settings)
    return engine.message(instance_id, WITHDRAWN, {"by": actor.account_id}, actor=actor)


def _row(session: Session, instance_id: str) -> ProjectRequest | None:
    return session.scalar(select(ProjectRequest).where(ProjectRequest.instance_id == instance_id))


def _is_own(session: Session, row: ProjectRequest, actor: Actor) -> bool:
    if actor.account_id == row.requested_by:
        return True
    asker = session.get(Account, row.requested_by)
    return asker is not None and actor.party_id is not None and asker.party_id == actor.party_id


def _is_open(session: Session, instance_id: str) -> bool:
    return session.get(AwaitedMessage, (instance_id, WITHDRAWN)) is not None
