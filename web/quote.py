"""The quote page (竞价): one contractor, one bidding; what is typed is sealed in the browser."""

from flask import Blueprint, current_app, render_template

from models.session import reading
from processes import quoting
from web.access import guard, require_actor

blueprint = Blueprint("quote", __name__, url_prefix="/projects")
guard(blueprint, roles=("contractor",))


@blueprint.get("/<project_id>/quote")
def show(project_id: str) -> str:
    """Show the bidding to a contractor that joined it."""
    actor = require_actor()
    with reading() as session:
        one = quoting.read(session, current_app.extensions["settings"], project_id, actor)
        return render_template("contractor/quote.html", one=one, moment_of=quoting.moment_of)
