"""Any file of a proposal as plain text: roles, samples, and what no other editor opens."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.flow.proposal import Proposal, ProposalState
from models.session import reading, unit_of_work
from processes import proposals
from processes.packs.files import MAX_FILE
from web.access import guard, require_actor
from web.whole_numbers import whole_number
from web.workbench.addresses import plain_url
from web.workbench.place import ROLES
from web.workbench.proposal_files import text_of

blueprint = Blueprint("plain_files", __name__, url_prefix="/files/<proposal_id>")
# form fields: Chinese characters take nine bytes each
guard(blueprint, roles=ROLES, body_limit=4 * MAX_FILE)


@blueprint.get("/<path:path>")
def show(proposal_id: str, path: str) -> str:
    """Show a file as text, with its findings."""
    with reading() as session:
        proposal = proposals.find(session, proposal_id, require_actor())
        return _page(session, proposal, path)


@blueprint.post("/<path:path>")
def save(proposal_id: str, path: str) -> ResponseReturnValue:
    """Save a file; when somebody was faster, show both texts."""
    actor, text = require_actor(), request.form.get("text", "").replace("\r\n", "\n")
    given = request.form.get("version", "")
    version = whole_number(given, -1)
    try:
        with unit_of_work() as session:
            proposal = proposals.find(session, proposal_id, actor)
            body = text.encode(errors="replace")
            proposals.save_file(session, proposal, path, body, version=version, actor=actor)
    except proposals.StaleFileError as error:
        with reading() as session:
            proposal = proposals.find(session, proposal_id, actor)
            return _page(session, proposal, path, mine=text, told=error.text), 409
    flash("已保存。", "ok")
    return redirect(plain_url(proposal_id, path), 303)


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


def _page(
    session: Session, proposal: Proposal, path: str, *, mine: str | None = None, told: str = ""
) -> str:
    shown = proposals.read_file(session, proposal.county_code, path, proposal)
    theirs = text_of(path, shown.body)
    return render_template(
        "workbench/plain_file.html",
        one=proposal,
        path=path,
        shown=shown,
        text=theirs if mine is None else mine,
        theirs=theirs if mine is not None else None,
        told=told,
        is_draft=proposal.state == ProposalState.DRAFT,
        findings=proposals.check(session, proposal, (path,)),
        saves=proposals.history(session, proposal, path),
        names={one: proposals.name_of(session, one) for one in {shown.edited_by} if one},
    )
