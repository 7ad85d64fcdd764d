"""The modeller's page and the names that it offers; files are read and saved through proposals."""

from typing import Any

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.errors import NotFoundError
from models.flow.definition import BASE
from models.flow.proposal import Proposal, ProposalState
from models.session import reading
from processes import proposals
from processes.modelling.names import names
from processes.packs.files import NAME
from web.access import guard, require_actor
from web.workbench.desk import titled

blueprint = Blueprint("modeller", __name__, url_prefix="/modeller")
guard(blueprint, roles=("analyst", "publisher"))


class FlowUnknownError(NotFoundError):
    """The address names no flow that could be."""

    message = "没有这个编号的流程，请从流程列表打开。"


@blueprint.get("/<proposal_id>/<key>")
def show(proposal_id: str, key: str) -> str:
    """Show a flow of a proposal's county in the modeller."""
    path = _path(key)
    with reading() as session:
        proposal = proposals.find(session, proposal_id, require_actor())
        return render_template("workbench/modeller.html", **_page(session, proposal, key, path))


@blueprint.get("/<proposal_id>/<key>/names")
def names_of(proposal_id: str, key: str) -> ResponseReturnValue:
    """Return what the flow may name, the proposal's other files included."""
    _path(key)
    with reading() as session:
        proposal = proposals.find(session, proposal_id, require_actor())
        return jsonify(titled(names(session, proposal)))


def _page(session: Session, proposal: Proposal, key: str, path: str) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "is_draft": proposal.state == ProposalState.DRAFT,
        "is_base": proposal.county_code == BASE,
        "key": key,
        "path": path,
        "version": proposals.read_file(session, proposal.county_code, path, proposal).version,
    }


def _path(key: str) -> str:
    if not NAME.fullmatch(f"{key}.bpmn"):
        raise FlowUnknownError
    return f"diagrams/{key}.bpmn"
