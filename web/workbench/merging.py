"""What differs when two people edited one file, and both versions put together; JSON alone.

Nothing is stored here: the editor saves what was chosen.
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from models.session import reading
from processes import proposals
from processes.packs.files import MAX_FILE
from processes.packs.three_ways import three_ways
from web.access import guard, require_actor
from web.i18n import translated
from web.workbench.desk import BadQuestionError, sent, text_in
from web.workbench.place import ROLES

blueprint = Blueprint("merging", __name__, url_prefix="/proposals/<proposal_id>/merge")
# three files as JSON text: every quote and Chinese character may be escaped
guard(blueprint, roles=ROLES, body_limit=8 * MAX_FILE)

SIDES = ("base", "mine", "theirs")
MOST_TAKES = 500


@blueprint.post("/<path:path>")
def merge(proposal_id: str, path: str) -> ResponseReturnValue:
    """Return what each side changed since ``base``, and the file with both sides' changes."""
    with reading() as session:
        proposals.find(session, proposal_id, require_actor())
    given = sent()
    base, mine, theirs = (_body(given, name) for name in SIDES)
    found = three_ways(path, base, mine, theirs, _takes(given))
    return jsonify(
        mine=[one.as_json() for one in found.mine],
        theirs=[one.as_json() for one in found.theirs],
        text=found.text,
        clashes=[{**asdict(one), "words": translated(one.words)} for one in found.clashes],
        dangling=found.dangling,
    )


def _body(given: dict[str, Any], name: str) -> bytes:
    body = text_in(given, name).encode(errors="replace")
    if len(body) > MAX_FILE:
        raise BadQuestionError
    return body


def _takes(given: dict[str, Any]) -> list[str]:
    takes = given.get("takes", [])
    if not isinstance(takes, list):
        raise BadQuestionError
    return [str(one) for one in takes[:MOST_TAKES]]
