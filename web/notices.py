"""Notices for everybody: lists with filters, one page each, feeds, export."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.document import Document
from models.identity.county import County
from models.notice import NOTICE_TITLES, Notice, NoticeKind
from models.project import ProjectPhase
from models.session import reading
from processes.open_data import notices
from processes.open_data.masks import mask_texts
from processes.open_data.notice_search import PERIODS, NoticeQuery
from processes.open_data.rounds import Round, rounds_of
from processes.open_data.steps import project_steps
from web.access import guard
from web.lists import MOST_EXPORTED
from web.notice_feed import atom_feed
from web.portal import KINDS
from web.public_filters import PublicFilters, works_types
from web.qr import qr_svg
from web.workbook import workbook

blueprint = Blueprint("notices", __name__, url_prefix="/notices")
guard(blueprint, public=True)

FIELDS = (
    *("kind", "county", "q", "title", "number", "works_type", "owner", "phase", "period"),
    *("since", "until", "from", "to"),
)
PHASES = {
    ProjectPhase.ANNOUNCED: "公告中",
    ProjectPhase.PAUSED: "暂停中",
    ProjectPhase.FROZEN: "名单已冻结",
    ProjectPhase.REGISTRATION_CLOSED: "报名已截止",
    ProjectPhase.REVIEWED: "已资格审查",
    ProjectPhase.BIDDING: "竞价中",
    ProjectPhase.BIDS_CLOSED: "待开启",
    ProjectPhase.DRAWN: "已选取",
    ProjectPhase.PUBLICISED: "公示中",
    ProjectPhase.AWARDED: "已中选",
    ProjectPhase.CONTRACTED: "已签合同",
    ProjectPhase.COMPLETED: "已验收",
    ProjectPhase.EVALUATED: "已评价",
    ProjectPhase.DECLINED: "中选企业放弃",
    ProjectPhase.UNSUCCESSFUL: "选取失败",
    ProjectPhase.TERMINATED: "已终止",
}
HEAD = [
    "公告",
    "类别",
    "项目编号",
    "项目状态",
    "项目业主",
    "施工类别",
    "最高限价（元）",
    "选取时间",
    "发布时间",
    "截止时间",
    "已有后续变更",
]


@blueprint.get("")
def index() -> str:
    """List published notices, filtered by what stands in the address."""
    asked = PublicFilters(*FIELDS)
    query = _query(asked)
    with reading() as session:
        return render_template(
            "portal/notices.html",
            heading=NOTICE_TITLES[query.kinds[0]] if query.kinds else "公告公示",
            page=notices.list_notices(session, query),
            asked=asked,
            kinds=KINDS,
            phases=PHASES,
            periods=PERIODS,
            kind_titles=NOTICE_TITLES,
            counties=session.scalars(select(County).where(County.is_open)).all(),
            works_types=works_types(session),
        )


@blueprint.get("/<notice_id>")
def show(notice_id: str) -> str:
    """Show one notice with its project's timeline."""
    with reading() as session:
        view = notices.read_notice(session, notice_id)
        rounds = rounds_of(session, view.project.id)
        return render_template(
            "portal/notice.html",
            view=view,
            notice=view.notice,
            project=view.project,
            kind_titles=NOTICE_TITLES,
            look=notice_look(view.notice, rounds),
            may_join=_may_join(view),
            steps=project_steps(view.project, view.siblings, rounds),
            documents=_documents(session, view.notice),
            rounds=rounds,
            round_of={one.draw.id: one for one in rounds},
            masks=mask_texts(session, view.project.id),
        )


@blueprint.get("/<notice_id>/qr.svg")
def qr(notice_id: str) -> Response:
    """Return the QR code of a notice's address."""
    with reading() as session:
        notices.read_notice(session, notice_id)
    return qr_svg(url_for("notices.show", notice_id=notice_id))


@blueprint.get("/feed.atom")
def feed() -> Response:
    """Return the newest notices as an Atom feed."""
    query = _query(PublicFilters(*FIELDS))
    with reading() as session:
        lines = notices.list_notices(session, query).items
    base = current_app.extensions["settings"].url
    body = atom_feed(lines, base, base + request.full_path.rstrip("?"))
    return Response(body, mimetype="application/atom+xml")


@blueprint.get("/export.xlsx")
def export() -> Response:
    """Return the filtered list as a workbook."""
    query = _query(PublicFilters(*FIELDS))
    with reading() as session:
        rows = [_row(line) for line in notices.every_notice(session, query, MOST_EXPORTED)]
    return workbook("公告公示", HEAD, rows)


def _query(asked: PublicFilters) -> NoticeQuery:
    kind, phase = asked["kind"], asked["phase"]
    return NoticeQuery(
        kinds=(NoticeKind(kind),) if kind in set(NoticeKind) else (),
        phase=ProjectPhase(phase) if phase in set(PHASES) else None,
        county=asked.county,
        q=asked["q"],
        title=asked["title"],
        number=asked["number"],
        works_type=asked["works_type"],
        period=asked["period"],
        owner=asked["owner"],
        since=asked.day("since"),
        until=asked.day("until"),
        first=asked.day("from"),
        last=asked.day("to"),
        cursor=asked.cursor,
    )


def _may_join(view: notices.NoticeView) -> bool:
    """Whether to offer joining: to visitors and contractors alike, whoever fits or has joined."""
    signed_in_as_another = g.actor is not None and "contractor" not in g.actor.roles
    ends_at = view.notice.ends_at
    is_open = ends_at is not None and business_now() < ends_at
    takes_tickets = view.project.phase is ProjectPhase.ANNOUNCED and is_open
    is_in_force = view.notice.announces and not any(one.announces for one in view.after)
    return is_in_force and takes_tickets and not signed_in_as_another


def notice_look(notice: Notice, rounds: Sequence[Round]) -> tuple[str, str, str]:
    """Return word, tone and icon of a notice's state."""
    is_over = any(one.draw.id == notice.draw_id and one.is_over for one in rounds)
    if notice.kind is NoticeKind.AWARD_NOTICE and is_over:
        return "结果已变更", "idle", "bi-arrow-counterclockwise"
    if notice.ends_at is None:
        return "已发布", "ok", "bi-check-circle"
    if business_now() >= notice.ends_at:
        return "已期满", "idle", "bi-archive"
    if notice.announces:
        return "公告中", "info", "bi-megaphone"
    return "公示中", "info", "bi-broadcast"


def _documents(session: Session, notice: Notice) -> list[Document]:
    wanted: Any = notice.facts.get("documents") or []
    found = session.scalars(
        select(Document).where(Document.id.in_(wanted), Document.is_public).order_by(Document.name)
    )
    return list(found)


def _row(line: notices.NoticeLine) -> list[Any]:
    project = line.project
    return [
        line.notice.title,
        NOTICE_TITLES[line.notice.kind],
        project.number,
        PHASES.get(project.phase, ""),
        line.owner,
        project.works_type,
        project.ceiling_price / 100,
        project.selection_at,
        line.notice.published_at,
        line.notice.ends_at or "",
        "是" if line.is_followed else "",
    ]
