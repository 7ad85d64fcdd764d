"""Notices (公告公示): drafted from what is stored, published once, never changed afterwards."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from handlers.case_project import project_of
from handlers.case_words import case_words
from handlers.comparison_words import ANNOUNCES
from handlers.context import OperatorContext
from handlers.contract_facts import PERIOD as CONTRACT_PERIOD
from handlers.contract_facts import contract_words
from handlers.notice_chain import followed_by
from handlers.notice_facts import known_of, machine_facts, template_of
from handlers.projects import move
from handlers.registry import operator
from models.clock import iso
from models.errors import ConflictError, InvalidError
from models.flow.deadlines import end_of_period
from models.notice import Notice, NoticeKind
from models.notice_text import render
from models.project import Project, ProjectPhase
from models.selection import auctions, comparisons, draws, guardian_cases, guardians
from models.selection.comparison_tables import ComparisonState
from models.selection.schedule import check_schedule
from models.selection.tables import Draw

PERIODS = {
    NoticeKind.AWARD_NOTICE: "publicity.period",
    NoticeKind.CONTRACT_NOTICE: CONTRACT_PERIOD,
}
OF_DRAW = (NoticeKind.TENDER_NOTICE, NoticeKind.AWARD_NOTICE, NoticeKind.CORRIGENDUM)


class NoticeKindError(InvalidError):
    """The diagram names a kind of notice that does not exist."""

    message = "没有名为“{kind}”的公告类别，请流程分析员重新选择。"


class NoticeGoneError(ConflictError):
    """The notice to publish is not one of the case's project."""

    message = "没有找到要发布的公告，请退回重新编制。"


@dataclass(frozen=True, kw_only=True)
class DraftParams:
    """Which kind of notice, and what the person adds."""

    kind: str = field(metadata={"label": "公告类别", "of": "notice_kind"})
    remark: str | None = field(default=None, metadata={"label": "补充说明"})
    template: str = field(
        default="", metadata={"label": "模板（不填为该类别的模板）", "of": "notice"}
    )
    follows: str = field(default="", metadata={"label": "接续的公告（不填为上一份）"})


@operator("notice.draft", title="编制公告")
def draft(params: DraftParams, context: OperatorContext) -> str:
    """Return the id of the notice, its text made from the project and its draw (第七十五条)."""
    try:
        kind = NoticeKind(params.kind)
    except ValueError:
        raise NoticeKindError(kind=params.kind) from None
    project = project_of(context)
    draw = draws.latest(context.session, project.id) if kind in OF_DRAW else None
    known = known_of(context, project, draw, params.remark or "")
    if kind is NoticeKind.CONTRACT_NOTICE:
        known |= contract_words(context, project)
    if kind is NoticeKind.OTHER_NOTICE:
        known = {**case_words(context), **known}
    text = render(template_of(context, kind, params.template), known)
    note = context.calendar.note_on(*_deadlines(context, kind, draw))
    notice = _unpublished(context, kind, draw) or Notice(
        kind=kind, county_code=project.county_code, project_id=project.id
    )
    notice.title, notice.draw_id = text.title, draw.id if draw else None
    notice.body = f"{text.body}\n\n{note}" if note else text.body
    notice.follows_id = followed_by(context, kind, params.follows)
    notice.facts = {"facts": text.facts, **machine_facts(context, kind, project, draw)}
    context.session.add(notice)
    context.session.flush()
    context.log("notice:drafted", notice.id, after={"kind": kind.value, "project": project.id})
    return notice.id


def _deadlines(
    context: OperatorContext, kind: NoticeKind, draw: Draw | None
) -> list[datetime | None]:
    """Return the moments that a notice prints and that were counted in working days."""
    if kind in PERIODS:
        days = int(context.rules[PERIODS[kind]])
        return [end_of_period(context.rules, context.calendar, days, context.clock())]
    return [draw.freeze_at, draw.opens_at] if draw else []


def _unpublished(context: OperatorContext, kind: NoticeKind, draw: Draw | None) -> Notice | None:
    query = select(Notice).where(
        Notice.project_id == project_of(context).id,
        Notice.kind == kind,
        Notice.draw_id == (draw.id if draw else None),
        Notice.published_at.is_(None),
    )
    return context.session.scalar(query)


@dataclass(frozen=True, kw_only=True)
class PublishParams:
    """Which drafted notice."""

    notice: str = field(metadata={"label": "公告"})


@dataclass(frozen=True, kw_only=True)
class PublishResult:
    """The moments that timers wait for."""

    id: str
    published_at: str
    ends_at: str


@operator("notice.publish", title="发布公告")
def publish(params: PublishParams, context: OperatorContext) -> PublishResult:
    """Publish a drafted notice, once."""
    notice = context.session.get(Notice, params.notice)
    if notice is None or notice.project_id != project_of(context).id:
        raise NoticeGoneError
    if notice.published_at is None:
        _publish(context, notice)
    published = notice.published_at or context.clock()
    return PublishResult(
        id=notice.id, published_at=iso(published), ends_at=iso(notice.ends_at or published)
    )


def _publish(context: OperatorContext, notice: Notice) -> None:
    notice.published_at = context.clock()
    _note_moments(project_of(context), notice)
    if notice.facts.get("plan_hash"):
        _announce(context, notice)
    elif notice.facts.get(ANNOUNCES):
        _announce_comparison(context, notice)
    elif notice.kind in PERIODS:
        days = int(context.rules[PERIODS[notice.kind]])
        notice.ends_at = end_of_period(context.rules, context.calendar, days, context.clock())
    context.session.flush()
    after = {"kind": notice.kind.value, "project": notice.project_id, "draw": notice.draw_id}
    context.log("notice:published", notice.id, after=after)


def _note_moments(project: Project, notice: Notice) -> None:
    """Keep when the project first became public and was first traded: lists and figures ask."""
    if project.announced_at is None:
        project.announced_at = notice.published_at
    if notice.kind is NoticeKind.AWARD_NOTICE and project.traded_at is None:
        project.traded_at = notice.published_at


def _announce_comparison(context: OperatorContext, notice: Notice) -> None:
    """Let the notice, or its corrigendum, end with the registration it announces."""
    comparison = comparisons.current(context.session, notice.project_id)
    draw = comparisons.draw_of(context.session, comparison)
    if draw.freeze_at is None:
        raise NoticeGoneError
    if comparison.state is ComparisonState.PLANNED:
        # a draft that lay too long would give less than the period that the county promises
        comparisons.plan(context, comparison, draw.freeze_at)
        guardian_cases.check_will_open(context.session, context.settings, draw)
    notice.ends_at = draw.freeze_at
    move(context, project_of(context), ProjectPhase.ANNOUNCED)


def _announce(context: OperatorContext, notice: Notice) -> None:
    draw = draws.current_draw(context.session, notice.project_id)
    freeze_at, selection_at = draw.freeze_at, draw.not_before
    if freeze_at is None or selection_at is None:
        raise NoticeGoneError
    # a draft that lay too long would give less than the period that the county promises
    check_schedule(context, draw, freeze_at, selection_at)
    guardian_cases.check_will_open(context.session, context.settings, draw)
    notice.ends_at = freeze_at
    draws.announce(context, draw)
    auction = auctions.of_draw(context.session, draw.id)
    if auction is not None:
        guardians.check_may_announce_bidding(context.session, context.settings)
        auctions.announce(context, auction)
    move(context, project_of(context), ProjectPhase.ANNOUNCED)
