"""The doors by which editors read and save files of a proposal: JSON alone."""

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.clock import iso
from models.errors import InvalidError
from models.flow.proposal import Proposal, ProposalState
from models.session import reading, unit_of_work
from processes import proposals
from processes.lint import Finding
from processes.packs.files import MAX_FILE
from web.access import guard, require_actor
from web.whole_numbers import whole_number
from web.workbench.desk import findings_for

blueprint = Blueprint("proposal_files", __name__, url_prefix="/proposals/<proposal_id>")
# a file as JSON text: every quote and Chinese character may be escaped
guard(blueprint, roles=("analyst", "publisher"), body_limit=4 * MAX_FILE)


class BadFileRequestError(InvalidError):
    """An editor sent something that is no file."""

    message = "页面发来的内容不完整，没有保存，请刷新页面后重试。"


class NotTextError(InvalidError):
    """A stored file cannot be shown as text."""

    message = "“{path}”不是UTF-8文字，不能在这里打开，请改用导入。"


@blueprint.before_request
def check_seen() -> None:
    """Refuse who may not see the proposal before anything that was sent is looked at."""
    with reading() as session:
        proposals.find(session, str((request.view_args or {})["proposal_id"]), require_actor())


@blueprint.get("/files/<path:path>")
def read(proposal_id: str, path: str) -> ResponseReturnValue:
    """Return a file as the proposal has it, or as the county sees it."""
    with reading() as session:
        proposal = proposals.find(session, proposal_id, require_actor())
        shown = proposals.read_file(session, proposal.county_code, path, proposal)
        return jsonify(
            path=path,
            text=text_of(path, shown.body),
            version=shown.version,
            source=shown.source,
            taken_away=shown.taken_away,
            editable=proposal.state == ProposalState.DRAFT,
            edited_by=proposals.name_of(session, shown.edited_by) if shown.edited_by else "",
            edited_at=iso(shown.edited_at) if shown.edited_at else "",
        )


@blueprint.put("/files/<path:path>")
def save(proposal_id: str, path: str) -> ResponseReturnValue:
    """Save a file over the version that was read."""
    sent = _sent()
    text = sent.get("text")
    if not isinstance(text, str):
        raise BadFileRequestError
    return _save(proposal_id, path, _encoded(text), _number(sent, "version"))


@blueprint.delete("/files/<path:path>")
def take_away(proposal_id: str, path: str) -> ResponseReturnValue:
    """Take the county's own file away, so that the base's holds again."""
    return _save(proposal_id, path, None, _number(_sent(), "version"))


@blueprint.get("/history/<path:path>")
def history(proposal_id: str, path: str) -> ResponseReturnValue:
    """Return the saved states of a file, or with ``version`` the text of one."""
    with reading() as session:
        proposal = proposals.find(session, proposal_id, require_actor())
        wanted = whole_number(request.args.get("version", ""), None)
        if wanted is not None:
            body = proposals.saved_body(session, proposal, path, wanted)
            return jsonify(version=wanted, text=text_of(path, body or b""))
        saves = proposals.history(session, proposal, path)
        return jsonify(saves=[_saved(session, one) for one in saves])


@blueprint.post("/restore/<path:path>")
def restore(proposal_id: str, path: str) -> ResponseReturnValue:
    """Bring back a saved state of a file over the version that was read."""
    sent, actor = _sent(), require_actor()
    saved, version = _number(sent, "saved"), _number(sent, "version")
    with unit_of_work() as session:
        proposal = proposals.find(session, proposal_id, actor)
        proposals.restore(session, proposal, path, saved, version=version, actor=actor)
    return read(proposal_id, path)


def findings_of(session: Session, proposal: Proposal, path: str) -> list[Finding]:
    """Return what the check says about one file of a proposal."""
    return proposals.check(session, proposal, (path,))


def text_of(path: str, body: bytes) -> str:
    """Return a file as text; raise when it is none."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise NotTextError(path=path) from None


def _save(proposal_id: str, path: str, body: bytes | None, version: int) -> ResponseReturnValue:
    actor = require_actor()
    with unit_of_work() as session:
        proposal = proposals.find(session, proposal_id, actor)
        saved = proposals.save_file(session, proposal, path, body, version=version, actor=actor)
    with reading() as session:
        proposal = proposals.find(session, proposal_id, actor)
        found = findings_of(session, proposal, path)
    return jsonify(version=saved, findings=findings_for(found))


def _saved(session: Session, one: proposals.Saved) -> dict[str, Any]:
    return {
        "version": one.version,
        "saved_by": proposals.name_of(session, one.saved_by),
        "saved_at": iso(one.saved_at),
        "taken_away": one.sha256 is None,
    }


def _sent() -> dict[str, Any]:
    sent = request.get_json()
    if not isinstance(sent, dict):
        raise BadFileRequestError
    return sent


def _number(sent: dict[str, Any], name: str) -> int:
    given = sent.get(name)
    if not isinstance(given, int) or isinstance(given, bool):
        raise BadFileRequestError
    return given


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a character, as only a broken editor sends it
        raise BadFileRequestError from None
