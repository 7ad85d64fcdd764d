"""Filed results (备案结果) of cancelled selections, for the regulator of the county alone."""

from flask import Blueprint, Response, current_app, render_template, request

from models.session import unit_of_work
from models.settings import Settings
from processes import filings
from web.access import guard, require_actor

blueprint = Blueprint("filings", __name__, url_prefix="/filings")
guard(blueprint, roles=(filings.REGULATOR,))


@blueprint.get("")
def index() -> str:
    """List the results filed in the regulator's county; who looked stands in the log."""
    with unit_of_work() as session:
        found = filings.list_filings(session, _settings(), require_actor())
    return render_template("filings/index.html", filings=found)


@blueprint.get("/<draw_id>/proof.json")
def proof(draw_id: str) -> Response:
    """Hand out the whole filing or a bidding's ``part``; that it was taken stands in the log."""
    part = request.args.get("part", "")
    with unit_of_work() as session:
        body = filings.read_proof(session, _settings(), require_actor(), draw_id, part)
    suffix = f"-{part}" if part else ""
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="filed-{draw_id}{suffix}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
