"""What a notice of change says: what was decided, what changes, what becomes of who had joined."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.moments import shown
from handlers.terms import text_of
from models.project import Project
from models.project_request import ProjectRequest, RequestState
from models.selection.schedule import predecessor, was_stopped
from models.selection.tables import Draw

KINDS = ("change", "pause", "resume", "terminate")
WORDS = {"change": "变更", "pause": "暂停", "resume": "恢复", "terminate": "终止"}
ONLY_TIME = "报名截止和选取时间，其他内容不变"
KEPT = (
    "原公告期内已经参与的企业保留参与资格，不必重新办理，报名截止前可以退出；"
    "名单冻结时仍须符合条件。原回执仍然有效，写明新一轮选取的回执可在“我的参与”下载。"
)
DROPPED = "条件已经改变，原公告期内的参与全部失效，愿意参与的企业须按本公告重新点击“我要参与”。"


def change_words(session: Session, project: Project, draw: Draw) -> dict[str, object]:
    """Return what notices after a change, a pause or a resumption may name; else nothing."""
    stopped = draw if was_stopped(draw) else predecessor(session, draw)
    row = _approved(session, project.id)
    if stopped is None or not was_stopped(stopped) or row is None:
        return {}
    return {
        "change_word": WORDS[row.kind],
        "change_reason": row.reason,
        "changes": text_of(row.changes) or ONLY_TIME,
        "joiners": KEPT if stopped.keeps_interest else DROPPED,
        "approved_at": shown(row.decided_at),
        "former_freeze_at": shown(stopped.freeze_at),
        "former_selection_at": shown(stopped.not_before),
    }


def _approved(session: Session, project_id: str) -> ProjectRequest | None:
    query = select(ProjectRequest).where(
        ProjectRequest.project_id == project_id,
        ProjectRequest.kind.in_(KINDS),
        ProjectRequest.state.in_((RequestState.APPROVED, RequestState.APPLIED)),
    )
    return session.scalar(query.order_by(ProjectRequest.decided_at.desc()).limit(1))
