"""The result of a draw and its proof, for everybody."""

from flask import Blueprint, Response, render_template, request
from sqlalchemy import select

from models.notice import Notice, NoticeKind
from models.session import reading
from processes.open_data import results
from processes.open_data.steps import draw_steps
from web.access import guard

blueprint = Blueprint("results", __name__, url_prefix="/results")
guard(blueprint, public=True)


@blueprint.get("/<draw_id>")
def show(draw_id: str) -> str:
    """Show who was drawn, how, and the check in the visitor's own browser."""
    with reading() as session:
        result = results.read_result(session, draw_id)
        kinds = {
            notice.kind: notice
            for notice in session.scalars(select(Notice).where(Notice.draw_id == draw_id))
        }
        project = results.project_of(session, result.draw)
        tender = kinds.get(NoticeKind.TENDER_NOTICE)
        return render_template(
            "portal/result.html",
            result=result,
            draw=result.draw,
            project=project,
            award=kinds.get(NoticeKind.AWARD_NOTICE),
            steps=draw_steps(project, result.draw, tender),
        )


@blueprint.get("/<draw_id>/proof.json")
def proof(draw_id: str) -> Response:
    """Hand out the public proof, byte for byte."""
    with reading() as session:
        text = results.public_proof(session, draw_id)
    response = Response(text, mimetype="application/json")
    if request.args.get("download"):
        response.headers["Content-Disposition"] = f'attachment; filename="draw-{draw_id}.json"'
    return response
