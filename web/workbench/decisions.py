"""The decision editor's page and the questions it asks; files are saved through proposals."""

from dataclasses import asdict

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models.errors import InvalidError
from models.session import reading, unit_of_work
from processes import proposals
from processes.desks import decisions, names, uses
from processes.desks.names import NewFile
from processes.xml import MAX_BYTES
from web.access import guard, require_actor
from web.workbench.desk import Desk, desk_of, findings_for, new_file, sent, text_in, values_in

blueprint = Blueprint("decisions", __name__, url_prefix="/decisions/<proposal_id>")
guard(blueprint, roles=("analyst", "publisher"), body_limit=4 * MAX_BYTES)

FOLDER = "decisions"
MOST_VALUES = 100


@blueprint.get("/new")
def new(proposal_id: str) -> str:
    """Ask what a new decision table is called and which one it starts from."""
    with reading() as session:
        return _new_page(desk_of(session, proposal_id), NewFile())


@blueprint.post("/new")
def create(proposal_id: str) -> ResponseReturnValue:
    """Add a decision table to the proposal: an empty one or a copy."""
    given = new_file()
    try:
        with unit_of_work() as session:
            desk = desk_of(session, proposal_id)
            path, body = names.new_decision(desk.files, given)
            actor = require_actor()
            proposals.save_file(session, desk.proposal, path, body, version=0, actor=actor)
    except InvalidError as error:
        with reading() as session:
            return _new_page(desk_of(session, proposal_id), given, error.fields), 422
    return redirect(url_for("decisions.show", proposal_id=proposal_id, name=given.name), 303)


@blueprint.get("/<name>")
def show(proposal_id: str, name: str) -> str:
    """Show a decision table of a proposal's county in the editor."""
    with reading() as session:
        desk = desk_of(session, proposal_id)
        path = names.existing(desk.files, FOLDER, name)
        return render_template(
            "workbench/decision_editor.html",
            desk=desk,
            name=name,
            path=path,
            uses=uses.uses_of_decision(desk.files, name),
        )


@blueprint.post("/<name>/check")
def check(proposal_id: str, name: str) -> ResponseReturnValue:
    """Return the findings of a table as it stands in the editor, and what a trial asks for."""
    text = text_in(sent(), "text")
    with reading() as session:
        desk = desk_of(session, proposal_id)
        used = uses.uses_of_decision(desk.files, name)
        found = decisions.findings_of(text, name, used)
        before = desk.files.get(f"{FOLDER}/{name}.dmn", b"")
        found += decisions.lost_outputs(before, text, used)
    asked = decisions.questions_of(text)
    return jsonify(findings=findings_for(found), questions=[asdict(one) for one in asked])


@blueprint.post("/<name>/try")
def attempt(proposal_id: str, name: str) -> ResponseReturnValue:  # noqa: ARG001 - the address
    """Decide on some values as the engine would, and keep nothing."""
    asked = sent()
    values = dict(list(values_in(asked, "values").items())[:MOST_VALUES])
    with reading() as session:
        desk = desk_of(session, proposal_id)
        county = desk.proposal.county_code
        answer = decisions.tried(session, county, text_in(asked, "text"), values)
    return jsonify(answer)


def _new_page(desk: Desk, given: NewFile, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "workbench/new_file.html",
        desk=desk,
        given=given,
        errors=errors or {},
        existing=names.listed(desk.files, FOLDER),
        kind="decision",
    )
