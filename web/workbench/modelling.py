"""What the modeller asks while somebody draws: findings, expressions, variables; JSON alone.

Nothing is stored here and nothing of the texts is run but what the sandbox contains.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from models.session import reading
from processes.lint.diagram import Diagram
from processes.lint.texts import TIMERS
from processes.modelling import Ask, check_text, context_of, read, variables_at
from processes.modelling.expressions import KINDS
from processes.xml import MAX_BYTES
from web.access import guard, require_actor
from web.i18n import translated
from web.workbench.desk import BadQuestionError, findings_for, sent, text_in, titled

blueprint = Blueprint("modelling", __name__, url_prefix="/modeller")
# a diagram as JSON text: every quote and Chinese character may be escaped
guard(blueprint, roles=("analyst", "publisher"), body_limit=4 * MAX_BYTES)

MAX_TEXT = 20_000


@blueprint.post("/check")
def check() -> ResponseReturnValue:
    """Return the findings of a diagram as it is drawn now."""
    given = sent()
    with reading() as session:
        context = context_of(session, text_in(given, "proposal"), require_actor())
        bpmn, key = text_in(given, "text").encode(), text_in(given, "key")
        findings = check_text(session, context, key, bpmn, run=given.get("run") is not False)
    return jsonify(findings=findings_for(findings))


@blueprint.post("/variables")
def variables() -> ResponseReturnValue:
    """Return the variables that may have a value at an element."""
    given = sent()
    with reading() as session:
        context = context_of(session, text_in(given, "proposal"), require_actor())
        diagram = Diagram(text_in(given, "text").encode())
        element = str(given.get("element") or "")
        known = variables_at(diagram, context.catalogue(session), element)
    return jsonify(variables=titled([asdict(each) for each in known]))


@blueprint.post("/expression")
def expression() -> ResponseReturnValue:
    """Return what is wrong with one text, and what it comes to now."""
    given = sent()
    with reading() as session:
        context = context_of(session, text_in(given, "proposal"), require_actor())
        rules = context.catalogue(session).rules
        answer = read(session, context.county, _ask(given, rules))
    said = asdict(answer)
    troubles = [{**one, "message": translated(one["message"])} for one in said["troubles"]]
    return jsonify(said | {"troubles": troubles})


def _ask(given: Mapping[str, Any], rules: frozenset[str] | None) -> Ask:
    kind, timer = given.get("kind", "expression"), given.get("timer", TIMERS[1])
    names, text = given.get("names"), text_in(given, "text")
    if kind not in KINDS or timer not in TIMERS or not isinstance(names, list | None):
        raise BadQuestionError
    if len(text) > MAX_TEXT:
        raise BadQuestionError("表达式或脚本太长，请拆分。")
    known = None if names is None else frozenset(map(str, names))
    return Ask(text, kind, timer, known, rules)
