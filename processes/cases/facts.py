"""What a worked case may expect: plain facts of a rehearsed world, gathered after its last act.

Each fact is there only when there is something to tell; moments are written as an analyst types
them, in China's time, to the minute.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import works_reports
from models.clock import business_now, to_china
from models.contract import Contract
from models.deficiency import DeficiencyNotice
from models.emergency import EmergencyWorks
from models.enquiry import Enquiry
from models.flow.job import OutboundMessage
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.account import Account
from models.letter import Letter, LetterKind
from models.notice import Notice
from models.performance_review import PerformanceReview
from models.project import Project
from models.project_request import ProjectRequest
from models.roster.enrolment import EnrolmentRound
from models.roster.entry import Suspension
from models.roster.suspensions import is_in_force
from models.selection import auctions, comparisons, draws
from models.selection.filed_results import FiledResult

Fact = tuple[str, Any]

TITLES = {
    "refused": "不予受理的原因",
    "next": "下一环节",
    "phase": "项目状态",
    "number": "编号",
    "forms": "申请表份数",
    "returns": "退回",
    "draw": "选取的状态",
    "round": "第几轮选取",
    "tickets": "有效票数",
    "selection_at": "选取时间",
    "filed": "报备的结果",
    "auction": "竞价的状态",
    "price": "成交价（分）",
    "comparison": "比选的状态",
    "failure": "失败原因",
    "requests": "各次申请的结果",
    "notices": "已发布的公告",
    "contracts": "合同提交次数",
    "reports": "已提交的报告",
    "conclusion": "核准结论",
    "due": "评价期限",
    "total": "评价得分",
    "grade": "评价等级",
    "rounds": "入驻提交次数",
    "roles": "开通的角色",
    "answered": "已经答复",
    "suspensions": "停用次数",
    "suspended": "现在停用",
    "messages": "发出的消息",
}
"""Every fact with its name in the editor of worked cases."""


def facts(session: Session) -> dict[str, Any]:
    """Return the facts of the newest project, of the newest enrolment and of the whole world."""
    query = select(Project).order_by(Project.created_at.desc(), Project.number.desc()).limit(1)
    project = session.scalars(query).first()
    told = dict(_of_everything(session))
    if project is not None:
        for gather in OF_PROJECT:
            told |= dict(gather(session, project))
    return {name: _plain(value) for name, value in told.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        return to_china(value).replace(tzinfo=None).isoformat(timespec="minutes")
    return value


def _of_everything(session: Session) -> Iterator[Fact]:
    steps = select(WorkItem.step).where(WorkItem.state.in_(OPEN_STATES))
    yield "next", sorted(session.scalars(steps))
    yield "messages", sorted(session.scalars(select(OutboundMessage.template)))
    stops = session.scalars(select(Suspension).where(Suspension.instance_id.is_not(None))).all()
    yield "suspensions", len(stops)
    yield "suspended", any(is_in_force(one, business_now()) for one in stops)
    yield from _of_enquiry(session)
    yield from _of_enrolment(session)


def _of_enquiry(session: Session) -> Iterator[Fact]:
    row = session.scalars(select(Enquiry).order_by(Enquiry.registered_at.desc())).first()
    if row is not None:
        yield "number", row.number
        yield "answered", row.answered_at is not None


def _of_enrolment(session: Session) -> Iterator[Fact]:
    query = select(EnrolmentRound).order_by(EnrolmentRound.round)
    rows = session.scalars(query.where(EnrolmentRound.instance_id.is_not(None))).all()
    if not rows:
        return
    mine = [row for row in rows if row.instance_id == rows[-1].instance_id]
    yield "rounds", len([row for row in mine if row.submitted_at])
    account = select(Account).where(Account.party_id == rows[-1].party_id)
    grants = [grant.role for one in session.scalars(account) for grant in one.grants]
    yield "roles", sorted(set(grants))


def _of_project(session: Session, project: Project) -> Iterator[Fact]:
    yield "phase", project.phase.value
    yield "number", project.number
    query = select(Letter.id).where(
        Letter.project_id == project.id, Letter.kind == LetterKind.ENTRY_APPLICATION
    )
    yield "forms", len(session.scalars(query).all())
    returns = select(DeficiencyNotice.kind).where(DeficiencyNotice.project_id == project.id)
    kinds = session.scalars(returns.order_by(DeficiencyNotice.round))
    yield "returns", [kind.value for kind in kinds]


def _of_papers(session: Session, project: Project) -> Iterator[Fact]:
    notices = select(Notice.kind).where(
        Notice.project_id == project.id, Notice.published_at.is_not(None)
    )
    yield "notices", [one.value for one in session.scalars(notices.order_by(Notice.published_at))]
    asked = select(ProjectRequest.state).where(ProjectRequest.project_id == project.id)
    states = session.scalars(asked.order_by(ProjectRequest.requested_at))
    yield "requests", [state.value for state in states]


def _of_draw(session: Session, project: Project) -> Iterator[Fact]:
    draw = draws.latest(session, project.id)
    if draw is None:
        return
    yield "draw", draw.state.value
    yield "round", draw.round + 1
    if draw.tickets is not None:
        yield "tickets", draw.tickets
    if draw.opens_at is not None:
        yield "selection_at", draw.opens_at
    yield "filed", len(session.scalars(select(FiledResult.draw_id)).all())


def _of_prices(session: Session, project: Project) -> Iterator[Fact]:
    auction = auctions.latest(session, project.id)
    if auction is not None:
        yield "auction", auction.state.value
        if auction.price is not None:
            yield "price", auction.price
    comparison = comparisons.latest(session, project.id)
    if comparison is not None:
        yield "comparison", comparison.state.value
        yield "failure", comparison.failure


def _of_works(session: Session, project: Project) -> Iterator[Fact]:
    rounds = select(Contract.id).where(Contract.project_id == project.id)
    yield "contracts", len(session.scalars(rounds).all())
    reports = works_reports.of_project(session, project.id)
    yield "reports", sum(one.submitted_at is not None for one in reports)
    query = select(EmergencyWorks).where(EmergencyWorks.project_id == project.id)
    if emergency := session.scalars(query).first():
        yield "conclusion", emergency.conclusion


def _of_review(session: Session, project: Project) -> Iterator[Fact]:
    query = select(PerformanceReview).where(PerformanceReview.project_id == project.id)
    review = session.scalars(query).first()
    if review is None:
        return
    yield "due", review.due_at
    if review.grade is not None:
        yield "total", review.total
        yield "grade", review.grade.value


OF_PROJECT: tuple[Callable[[Session, Project], Iterator[Fact]], ...] = (
    _of_project,
    _of_papers,
    _of_draw,
    _of_prices,
    _of_works,
    _of_review,
)
