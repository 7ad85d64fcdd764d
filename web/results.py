"""The results of draws and their proofs, for everybody."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.notice import NoticeKind
from models.project import MANAGEMENT_TITLES, METHOD_TITLES, SelectionMethod
from models.session import reading
from processes.open_data import result_list, results
from processes.open_data.comparison_results import find_outcome
from processes.open_data.emergency_results import read_emergency
from processes.open_data.masks import mask_texts
from processes.open_data.notices import published_of
from processes.open_data.openings import Opening, find_opening, transcript_of
from processes.open_data.result_list import ResultLine, ResultQuery
from processes.open_data.steps import draw_steps, opening_steps, project_steps
from web.access import guard
from web.lists import MOST_EXPORTED, wants_export
from web.public_filters import PublicFilters, works_types
from web.qr import qr_svg
from web.workbook import workbook

blueprint = Blueprint("results", __name__, url_prefix="/results")
guard(blueprint, public=True)

HEAD = [
    "项目",
    "项目编号",
    "项目业主",
    "施工类别",
    "选取方式",
    "中选施工企业",
    "最高限价（元）",
    "中选价（元）",
    "参与家数",
    "轮次",
    "结果状态",
    "公布时间",
    "证明编号",
]


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List published results, filtered by what stands in the address."""
    asked = PublicFilters("q", "county", "works_type", "since", "until")
    query = ResultQuery(
        q=asked["q"],
        county=asked.county,
        works_type=asked["works_type"],
        since=asked.day("since"),
        until=asked.day("until"),
        cursor=asked.cursor,
    )
    with reading() as session:
        if wants_export():
            found = result_list.every_result(session, query, MOST_EXPORTED)
            return workbook("中选结果", HEAD, [_row(line) for line in found])
        page = result_list.list_results(session, query)
        return render_template(
            "portal/results.html", page=page, asked=asked, works_types=works_types(session)
        )


@blueprint.get("/<draw_id>")
def show(draw_id: str) -> str:
    """Show who won, how, and the check in the visitor's own browser."""
    with reading() as session:
        method = results.method_of(session, draw_id)
        if method is SelectionMethod.REVERSE_AUCTION and (
            opening := find_opening(session, draw_id)
        ):
            return _bidding(opening)
        is_compared = method is SelectionMethod.COMPARATIVE_SELECTION
        if is_compared and (outcome := find_outcome(session, draw_id)):
            return render_template(
                "portal/comparison_result.html",
                result=outcome,
                project=outcome.project,
                comparison=outcome.comparison,
                rounds=outcome.rounds,
                masks=mask_texts(session, outcome.project.id),
                managements=MANAGEMENT_TITLES,
            )
        result = results.read_result(session, draw_id)
        return render_template(
            "portal/result.html",
            result=result,
            draw=result.draw,
            project=result.project,
            award=result.notices.get(NoticeKind.AWARD_NOTICE),
            rounds=result.rounds,
            steps=draw_steps(result.draw, result.notices.get(NoticeKind.TENDER_NOTICE)),
        )


@blueprint.get("/emergency/<project_id>")
def emergency(project_id: str) -> str:
    """Show who carries out emergency works, at what price, and why without a selection."""
    with reading() as session:
        result = read_emergency(session, project_id)
        notices = published_of(session, project_id)
        return render_template(
            "portal/emergency_result.html",
            result=result,
            works=result.works,
            project=result.project,
            steps=project_steps(result.project, notices),
        )


@blueprint.get("/<draw_id>/qr.svg")
def qr(draw_id: str) -> Response:
    """Return the QR code of a result's address, as pages and letters print it."""
    with reading() as session:
        if find_opening(session, draw_id) is None and find_outcome(session, draw_id) is None:
            results.public_proof(session, draw_id)
    return qr_svg(url_for("results.show", draw_id=draw_id))


@blueprint.get("/<draw_id>/proof.json")
def proof(draw_id: str) -> Response:
    """Hand out the public proof, byte for byte."""
    with reading() as session:
        text = results.public_proof(session, draw_id)
    response = Response(text, mimetype="application/json")
    if request.args.get("download"):
        response.headers["Content-Disposition"] = f"attachment; filename=draw-{draw_id}.json"
    return response


@blueprint.get("/<draw_id>/opening.json")
def opening(draw_id: str) -> Response:
    """Hand out the transcript of a bidding's opening, byte for byte."""
    with reading() as session:
        text = transcript_of(session, draw_id)
    response = Response(text, mimetype="application/json")
    if request.args.get("download"):
        response.headers["Content-Disposition"] = f"attachment; filename=opening-{draw_id}.json"
    return response


def _bidding(opening: Opening) -> str:
    tender = opening.notices.get(NoticeKind.TENDER_NOTICE)
    return render_template(
        "portal/bidding_result.html",
        result=opening,
        auction=opening.auction,
        draw=opening.draw,
        project=opening.project,
        bids=opening.bids,
        award=opening.award,
        rounds=opening.rounds,
        steps=opening_steps(opening.auction, opening.draw, tender),
    )


def _row(line: ResultLine) -> list[object]:
    project = line.project
    return [
        project.title,
        project.number,
        project.owner.name,
        project.works_type,
        METHOD_TITLES[project.method],
        line.winner.name if line.winner else "",
        project.ceiling_price / 100,
        line.price / 100 if line.price is not None else "",
        line.tickets,
        line.draw.round + 1,
        "有效" if line.is_in_force else "中选企业放弃",
        line.published_at,
        line.draw.id,
    ]
