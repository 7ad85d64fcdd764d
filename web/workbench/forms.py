"""The form editor's page and the questions it asks; files are read and saved through proposals."""

from dataclasses import asdict

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models.clock import business_now
from models.errors import InvalidError
from models.session import reading, unit_of_work
from processes import proposals
from processes.calendar_window import calendar_ahead
from processes.desks import forms, names, uses
from processes.desks.names import NewFile
from processes.forms.limits import MAX_SCHEMA_CHARACTERS
from web.access import guard, require_actor
from web.workbench.desk import (
    Desk,
    desk_of,
    findings_for,
    new_file,
    sent,
    text_in,
    titled,
    values_in,
)

blueprint = Blueprint("forms", __name__, url_prefix="/forms/<proposal_id>")
# a form as JSON text: every quote and Chinese character may be escaped
guard(blueprint, roles=("analyst", "publisher"), body_limit=8 * MAX_SCHEMA_CHARACTERS)

FOLDER = "forms"


@blueprint.get("/new")
def new(proposal_id: str) -> str:
    """Ask what a new form is called and which one it starts from."""
    with reading() as session:
        desk = desk_of(session, proposal_id)
        return _new_page(desk, NewFile())


@blueprint.post("/new")
def create(proposal_id: str) -> ResponseReturnValue:
    """Add a form to the proposal: an empty one or a copy."""
    given = new_file()
    try:
        with unit_of_work() as session:
            desk = desk_of(session, proposal_id)
            path, body = names.new_form(desk.files, given)
            proposals.save_file(
                session, desk.proposal, path, body, version=0, actor=require_actor()
            )
    except InvalidError as error:
        with reading() as session:
            return _new_page(desk_of(session, proposal_id), given, error.fields), 422
    return redirect(url_for("forms.show", proposal_id=proposal_id, name=given.name), 303)


@blueprint.get("/<name>")
def show(proposal_id: str, name: str) -> str:
    """Show a form of a proposal's county in the editor."""
    with reading() as session:
        desk = desk_of(session, proposal_id)
        path = names.existing(desk.files, FOLDER, name)
        return render_template(
            "workbench/form_editor.html",
            desk=desk,
            name=name,
            path=path,
            uses=uses.uses_of_form(desk.files, name),
            today=business_now().date().isoformat(),
        )


@blueprint.get("/<name>/names")
def names_of(proposal_id: str, name: str) -> ResponseReturnValue:
    """Return what the properties offer: roles, qualifications, facts, working days, uses."""
    with reading() as session:
        desk = desk_of(session, proposal_id)
        used = uses.uses_of_form(desk.files, name)
        return jsonify(
            roles=titled([asdict(one) for one in desk.roles.values() if one.of != "platform"]),
            qualifications=forms.qualifications_in(desk.files),
            facts=names.facts_before(session, desk.context, desk.files, used),
            calendar=calendar_ahead(session),
            used_by=[asdict(one) for one in used],
        )


@blueprint.post("/<name>/check")
def check(proposal_id: str, name: str) -> ResponseReturnValue:
    """Return the findings of a form as it stands in the editor."""
    text = text_in(sent(), "text")
    with reading() as session:
        desk = desk_of(session, proposal_id)
        found = forms.findings_of(text, desk.files, desk.roles)
        lost = names.lost_keys(desk.files, name, text)
    unfit = forms.unfit(text)
    return jsonify(findings=[one | {"whole": unfit} for one in findings_for([*found, *lost])])


@blueprint.post("/<name>/view")
def view(proposal_id: str, name: str) -> ResponseReturnValue:
    """Return a form as people get it, with invented choices."""
    asked = sent()
    with reading() as session:
        desk = desk_of(session, proposal_id)
        used = uses.uses_of_form(desk.files, name)
    return jsonify(forms.view_of(text_in(asked, "text"), values_in(asked, "data"), used))


@blueprint.post("/<name>/invent")
def invent(proposal_id: str, name: str) -> ResponseReturnValue:
    """Return invented answers that the form's own check accepts."""
    text = text_in(sent(), "text")
    with reading() as session:
        desk = desk_of(session, proposal_id)
        values = forms.invented(session, text, name, desk.files)
    return jsonify(values=values)


@blueprint.post("/<name>/try")
def attempt(proposal_id: str, name: str) -> ResponseReturnValue:  # noqa: ARG001 - the address
    """Check an invented submission as a real one would be, and keep nothing."""
    asked = sent()
    form, data = values_in(asked, "form"), values_in(asked, "data")
    with reading() as session:
        desk_of(session, proposal_id)
        checked = forms.tried(session, text_in(asked, "text"), form, data)
    return jsonify(errors=checked.errors, data=checked.data)


def _new_page(desk: Desk, given: NewFile, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "workbench/new_file.html",
        desk=desk,
        given=given,
        errors=errors or {},
        existing=names.listed(desk.files, FOLDER),
        kind="form",
    )
