"""Find projects and my registrations: a contractor's pages."""

from flask import Blueprint, current_app, render_template, request

from models.identity.party import Party
from models.selection import interests, registrations
from models.selection.tables import Draw
from models.session import reading
from processes.finding import openings
from web.access import guard, require_actor

blueprint = Blueprint("find_projects", __name__)
guard(blueprint, roles=("contractor",))


@blueprint.get("/find-projects")
def index() -> str:
    """List the projects the enterprise fits, and say of the others what is lacking."""
    q = request.args.get("q", "").strip()[:100]
    with reading() as session:
        party = session.get_one(Party, require_actor().party_id)
        found = openings(session, current_app.extensions["settings"], party, q)
        return render_template(
            "contractor/find_projects.html",
            q=q,
            party=party,
            fitting=[one for one in found if one.fits],
            lacking=[one for one in found if not one.fits],
        )


@blueprint.get("/registrations")
def mine() -> str:
    """List what the enterprise joined, with state and receipt."""
    with reading() as session:
        party = session.get_one(Party, require_actor().party_id)
        found = registrations.my_registrations(session, current_app.extensions["settings"], party)
        return render_template("contractor/registrations.html", party=party, found=found)


@blueprint.get("/registrations/<draw_id>/receipt")
def receipt(draw_id: str) -> str:
    """Show the signed receipt of the enterprise's ticket, ready to print."""
    settings = current_app.extensions["settings"]
    with reading() as session:
        party = session.get_one(Party, require_actor().party_id)
        draw = session.get(Draw, draw_id)
        if draw is None:
            raise interests.NotJoinedError
        ticket = interests.own_ticket(session, settings, draw, party)
        if ticket is None:
            raise interests.NotJoinedError
        project = registrations.project_of(session, draw)
        slip = interests.receipt(session, settings, draw, project, ticket)
        return render_template("contractor/receipt.html", slip=slip, project=project, party=party)
