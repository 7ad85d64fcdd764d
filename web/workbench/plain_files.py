"""Any file of a proposal as plain text: roles, samples, and what no other editor opens."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from models.session import reading, unit_of_work
from processes import proposals
from processes.proposals.titles import title_of
from web.access import guard, require_actor
from web.whole_numbers import whole_number
from web.workbench.desk import desk_of, findings_for
from web.workbench.place import ROLES
from web.workbench.proposal_files import findings_of, text_of

blueprint = Blueprint("plain_files", __name__, url_prefix="/files/<proposal_id>")
guard(blueprint, roles=ROLES)


@blueprint.get("/<path:path>")
def show(proposal_id: str, path: str) -> str:
    """Open the editor of a file; its text comes and goes by the doors of ``proposal_files``."""
    with reading() as session:
        desk = desk_of(session, proposal_id)
        shown = proposals.read_file(session, desk.proposal.county_code, path, desk.proposal)
        text_of(path, shown.body)
        found = findings_of(session, desk.proposal, path)
        return render_template(
            "workbench/plain_file.html",
            desk=desk,
            path=path,
            name=path,
            title=title_of(path, shown.body),
            shown=shown,
            findings=findings_for(found),
        )


@blueprint.post("/back/<path:path>")
def take_back(proposal_id: str, path: str) -> ResponseReturnValue:
    """Take the county's own file away, so that the base's holds again."""
    actor, given = require_actor(), request.form.get("version", "")
    version = whole_number(given, -1)
    with unit_of_work() as session:
        proposal = proposals.find(session, proposal_id, actor)
        proposals.save_file(session, proposal, path, None, version=version, actor=actor)
    flash("已改回基础包的内容，发布后生效。", "ok")
    return redirect(f"/proposals/{proposal_id}", 303)
