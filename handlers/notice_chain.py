"""Which notice another follows (接续): each one stays and points back to the one before."""

from sqlalchemy import select

from handlers.case_project import project_of
from handlers.context import OperatorContext
from models.errors import InvalidError
from models.notice import Notice, NoticeKind

OF_THE_TENDER = (NoticeKind.TENDER_NOTICE, NoticeKind.CORRIGENDUM)
BEFORE = {
    NoticeKind.TENDER_NOTICE: OF_THE_TENDER,
    NoticeKind.CORRIGENDUM: OF_THE_TENDER,
    NoticeKind.TERMINATION_NOTICE: (*OF_THE_TENDER, NoticeKind.AWARD_NOTICE),
    NoticeKind.AWARD_NOTICE: (NoticeKind.AWARD_NOTICE,),
}
"""Kind → the kinds of which it follows the project's newest; a contract notice follows none."""


class FollowedMissingError(InvalidError):
    """The notice to be followed is no published one of the case's project."""

    message = "没有找到要接续的公告，或者它还没有发布，请流程分析员检查参数。"


def followed_by(context: OperatorContext, kind: NoticeKind, given: str) -> str | None:
    """Return the id of the notice that a new one of this kind follows; None for the first."""
    query = (
        select(Notice.id)
        .where(Notice.project_id == project_of(context).id, Notice.published_at.is_not(None))
        .order_by(Notice.published_at.desc(), Notice.id.desc())
        .limit(1)
    )
    if not given:
        return context.session.scalar(query.where(Notice.kind.in_(BEFORE.get(kind, ()))))
    found = context.session.scalar(query.where(Notice.id == given))
    if found is None:
        raise FollowedMissingError
    return found
