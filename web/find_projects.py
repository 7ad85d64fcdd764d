"""Find projects and my registrations: a contractor's pages."""

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from models.project import Project
from models.selection import interests, receipts, registrations
from models.selection.interest_errors import NotJoinedError
from models.selection.tables import Draw
from models.session import reading
from models.settings import Settings
from processes.finding import Search, openings
from web.access import guard, require_actor
from web.lists import wants_export
from web.workbook import workbook

blueprint = Blueprint("find_projects", __name__)
guard(blueprint, roles=("contractor",))


@blueprint.get("/find-projects")
def index() -> str:
    """List the projects the enterprise fits, and say of the others what is lacking."""
    search = _search()
    actor = require_actor()
    with reading() as session:
        party = interests.party_of(session, actor)
        counties = actor.counties_of(interests.CONTRACTOR)
        every = openings(session, _settings(), party, counties)
        found = [one for one in every if search.finds(one)]
        return render_template(
            "contractor/find_projects.html",
            search=search,
            party=party,
            works_types=sorted({one.project.works_type for one in every}),
            fitting=[one for one in found if one.fits],
            lacking=[one for one in found if not one.fits],
        )


@blueprint.get("/registrations")
def mine() -> ResponseReturnValue:
    """List what the enterprise joined, with state and receipt."""
    with reading() as session:
        party = interests.party_of(session, require_actor())
        found = registrations.my_registrations(session, _settings(), party)
        if wants_export():
            return workbook("我的参与", HEAD, [_row(one) for one in found])
        return render_template("contractor/registrations.html", party=party, found=found)


@blueprint.get("/registrations/<draw_id>/receipt")
def receipt(draw_id: str) -> ResponseReturnValue:
    """Show the signed receipt of the enterprise's ticket, to print or to keep as a file."""
    settings = _settings()
    with reading() as session:
        party = interests.party_of(session, require_actor())
        draw = session.get(Draw, draw_id)
        row = interests.own_row(session, settings, draw, party) if draw else None
        if draw is None or row is None:
            raise NotJoinedError
        project = session.get_one(Project, draw.project_id)
        slip = receipts.make(session, settings, draw, project, row)
        if request.args.get("download"):
            answer = jsonify(slip)
            answer.headers["Content-Disposition"] = f"attachment; filename=receipt-{draw.id}.json"
            return answer
        return render_template(
            "contractor/receipt.html", slip=slip, project=project, party=party, blind=row.blind
        )


HEAD = ["项目", "项目编号", "项目业主", "轮次", "票号", "选取时间", "状态"]


def _row(one: registrations.Registration) -> list[object]:
    project, draw = one.project, one.draw
    return [
        project.title,
        project.number,
        project.owner.name,
        draw.round + 1,
        one.ticket,
        draw.not_before,
        one.state,
    ]


def _search() -> Search:
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("q", "works_type")}
    state = request.args.get("state", "")
    return Search(**asked, state=state if state in ("joined", "open") else "")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
