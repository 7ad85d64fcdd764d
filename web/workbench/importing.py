"""Diagrams of other tools come in: what was found, what was changed, what is to do."""

from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.errors import InvalidError, SmallworksError
from models.session import reading, unit_of_work
from processes import proposals
from processes.importing import imported, key_of
from processes.importing.report import TITLES
from processes.importing.storing import check_free, path_of, reports, store
from processes.lint import Finding
from processes.xml import MAX_BYTES
from web.access import KIB, guard, require_actor
from web.errors import status_of
from web.workbench.addresses import editor_url
from web.workbench.place import ROLES, Place, place_of

blueprint = Blueprint("importing", __name__, url_prefix="/flows/import")
guard(blueprint, roles=ROLES, body_limit=MAX_BYTES + 256 * KIB)

KINDS = ("todo", "check", "done")


class NoFileError(InvalidError):
    """Nothing was chosen."""

    message = "没有选择文件，请选一个 BPMN 文件（.bpmn 或 .xml）后再导入。"


@blueprint.get("")
def form() -> ResponseReturnValue:
    """Ask for a file."""
    return _form()


@blueprint.post("")
def take_in() -> ResponseReturnValue:
    """Repair the file and store it in a proposal, or say why not."""
    try:
        proposal_id = _taken_in()
    except SmallworksError as error:
        return _form(error)
    return redirect(url_for("importing.report", proposal_id=proposal_id), 303)


@blueprint.get("/<proposal_id>")
def report(proposal_id: str) -> str:
    """Tell what an import changed and what its author has to do."""
    actor = require_actor()
    with reading() as session:
        proposal = proposals.find(session, proposal_id, actor)
        flows = reports(session, proposal)
        findings = proposals.check(session, proposal)
        return render_template(
            "workbench/importing/report.html",
            proposal=proposal,
            flows=[
                {
                    "flow": each,
                    "kinds": [
                        (kind, TITLES[kind], [one for one in each.changes if one.kind == kind])
                        for kind in KINDS
                    ],
                    "findings": _others(findings, path_of(each.key)),
                    "editor": editor_url(proposal.id, path_of(each.key)),
                }
                for each in flows
            ],
        )


def _others(findings: list[Finding], path: str) -> list[Finding]:
    """Return a flow's findings that are no lines of the import itself."""
    mine = [each for each in findings if each.element.partition(":")[0] == path]
    return [each for each in mine if each.rule != "left_to_do" and each.level == "error"]


def _taken_in() -> str:
    file = request.files.get("file")
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name if file else ""
    if file is None or not name:
        raise NoFileError
    key = request.form.get("key", "").strip() or key_of(PurePosixPath(name).stem)
    flows = imported(file.read(), key)
    with unit_of_work() as session:
        place = place_of(session, require_actor())
        if request.form.get("replace") != "yes":
            check_free(session, place.code, flows)
        return store(session, place.code, flows, name, require_actor()).id


def _form(error: SmallworksError | None = None) -> ResponseReturnValue:
    with reading() as session:
        place: Place = place_of(session, require_actor())
        given: dict[str, Any] = {name: request.form.get(name, "") for name in ("key", "replace")}
        page = render_template(
            "workbench/importing/form.html",
            place=place,
            given=given,
            problem=error.text if error else "",
        )
    return (page, status_of(error)) if error else page
