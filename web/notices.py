"""Notices for everybody: lists with filters, one page each, feeds, export."""

from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, g, render_template, request, url_for
from sqlalchemy import select

from models.clock import business_now, iso
from models.document import Document
from models.identity.county import County
from models.notice import NOTICE_TITLES, Notice, NoticeKind
from models.project import Project, ProjectPhase
from models.session import reading
from processes.open_data import notices, results
from processes.open_data.steps import project_steps
from web.access import guard
from web.workbook import workbook
from web.portal import KINDS, qr_svg

blueprint = Blueprint("notices", __name__, url_prefix="/notices")
guard(blueprint, public=True)

FIELDS = ("kind", "county", "q", "works_type", "owner", "since", "until", "cursor")
MOST_EXPORTED = 5000
BAD_DATE = "日期的写法应为2026-11-20，请改正后重新查询。"


@blueprint.get("")
def index() -> str:
    """List published notices, filtered by what stands in the address."""
    query, problem = _query()
    with reading() as session:
        return render_template(
            "portal/notices.html",
            heading=NOTICE_TITLES[query.kinds[0]] if query.kinds else "公告公示",
            page=notices.list_notices(session, query),
            problem=problem,
            kinds=KINDS,
            args={name: request.args.get(name, "") for name in FIELDS},
            filters=_filters(),
            counties=session.scalars(select(County).where(County.is_open)).all(),
            works_types=session.scalars(
                select(Project.works_type).distinct().order_by(Project.works_type).limit(50)
            ).all(),
        )


@blueprint.get("/<notice_id>")
def show(notice_id: str) -> str:
    """Show one notice with its project's timeline."""
    with reading() as session:
        view = notices.read_notice(session, notice_id)
        now = business_now()
        return render_template(
            "portal/notice.html",
            notice=view.notice,
            project=view.project,
            siblings=view.siblings,
            kind_title=NOTICE_TITLES[view.notice.kind],
            is_open=view.notice.ends_at is not None and now < view.notice.ends_at,
            may_join=_may_join(view),
            steps=project_steps(view.project, view.siblings),
            documents=_documents(session, view.notice),
            draws=results.results_of(session, view.project.id),
            masks=notices.mask_texts(session, view.project.id),
        )


@blueprint.get("/<notice_id>/qr.svg")
def qr(notice_id: str) -> Response:
    """Return the QR code of a notice's address."""
    with reading() as session:
        notices.read_notice(session, notice_id)
    settings = current_app.extensions["settings"]
    return qr_svg(settings.url + url_for("notices.show", notice_id=notice_id))


@blueprint.get("/feed.atom")
def feed() -> Response:
    """Return the newest notices as an Atom feed."""
    query, _ = _query()
    with reading() as session:
        lines = notices.list_notices(session, query).items
    base = current_app.extensions["settings"].url
    entries = "".join(_entry(line, base) for line in lines)
    updated = iso(lines[0].notice.published_at) if lines else iso(business_now())
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
        f"<title>小额工程公告公示</title><id>{base}/notices/feed.atom</id>"
        f"<updated>{updated}</updated>{entries}</feed>"
    )
    return Response(body, mimetype="application/atom+xml")


@blueprint.get("/export.xlsx")
def export() -> Response:
    """Return the filtered list as a workbook."""
    query, _ = _query()
    head = [
        "公告",
        "类别",
        "项目编号",
        "项目业主",
        "施工类别",
        "最高限价（元）",
        "选取时间",
        "发布时间",
    ]
    with reading() as session:
        rows = [_row(line) for line in notices.every_notice(session, query, MOST_EXPORTED)]
    return workbook("公告公示", head, rows)


def _query() -> tuple[notices.NoticeQuery, str]:
    args = request.args
    kind = args.get("kind", "")
    dates, problem = {}, ""
    for name in ("since", "until"):
        try:
            dates[name] = date.fromisoformat(args[name]) if args.get(name) else None
        except ValueError:
            dates[name], problem = None, BAD_DATE
    return (
        notices.NoticeQuery(
            kinds=(NoticeKind(kind),) if kind in set(NoticeKind) else (),
            **{
                name: args.get(name, "").strip()[:100]
                for name in ("county", "q", "works_type", "owner")
            },
            **dates,
            cursor=args.get("cursor") or None,
        ),
        problem,
    )


def _filters() -> dict[str, Any]:
    return {name: request.args.get(name) or None for name in FIELDS if name != "cursor"}


def _may_join(view: notices.NoticeView) -> bool:
    signed_in_as_another = g.actor is not None and "contractor" not in g.actor.roles
    return view.project.phase is ProjectPhase.ANNOUNCED and not signed_in_as_another


def _documents(session: Any, notice: Notice) -> list[Document]:  # noqa: ANN401
    wanted = notice.facts.get("documents") or []
    found = session.scalars(
        select(Document).where(Document.id.in_(wanted), Document.is_public).order_by(Document.name)
    )
    return list(found)


def _entry(line: notices.NoticeLine, base: str) -> str:
    address = base + url_for("notices.show", notice_id=line.notice.id)
    moment = iso(line.notice.published_at or business_now())
    return (
        f"<entry><title>{escape(line.notice.title)}</title><id>{address}</id>"
        f'<link href="{address}"/><updated>{moment}</updated>'
        f"<author><name>{escape(line.owner)}</name></author>"
        f"<summary>{escape(line.notice.body[:300])}</summary></entry>"
    )


def _row(line: notices.NoticeLine) -> list[Any]:
    project = line.project
    return [
        line.notice.title,
        NOTICE_TITLES[line.notice.kind],
        project.number,
        line.owner,
        project.works_type,
        project.ceiling_price / 100,
        project.selection_at,
        line.notice.published_at,
    ]
