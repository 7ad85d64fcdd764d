"""The decision editor's questions: findings, what a table asks, a trial by the engine's own rules.

Nothing is stored here; the texts of a table run in the sandbox alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.dmn.specs.model import DecisionTable
from SpiffWorkflow.spiff.parser.process import VALIDATOR, SpiffBpmnParser
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import InvalidError, SmallworksError
from processes.desks.uses import Use
from processes.functions import NAMES, functions_for
from processes.lint import Finding, check_decision, outputs_of
from processes.sandbox.errors import SandboxError
from processes.sandbox.sandbox import Sandbox
from processes.spiff.decisions import Decisions
from processes.spiff.unary import QUOTED, alternatives
from processes.xml import BadDiagramError, safe_dmn

NAME = re.compile(r"(?<![\w.])([^\W\d]\w*(?:\.[^\W\d]\w*)*)(?!\s*\(|\w)")
KEY = re.compile(r"""\[\s*(["'])([^\W\d]\w*)\1\s*\]""")
WORDS = frozenset({"true", "false", "null", "True", "False", "None", "and", "or", "not", "in"})
MOST_RULES = 2_000
MOST_OPTIONS = 50
POLICIES = {
    "UNIQUE": "只命中一条",
    "FIRST": "取第一条命中的",
    "COLLECT": "收集所有命中的",
}


class TableWrongError(InvalidError):
    """The table cannot be tried as it stands."""

    message = "决策表还不能试算：{reason}"


@dataclass(frozen=True)
class Question:
    """One value that the table asks for, and the values that its own tests name."""

    name: str
    label: str
    type: str
    options: tuple[str, ...] = ()


def findings_of(text: str, name: str, uses: list[Use]) -> list[Finding]:
    """Return everything to say about a decision table as it stands in the editor."""
    body = text.encode(errors="replace")
    try:
        found = check_decision(body)
        found += list(_shape(body, name))
    except SmallworksError as error:
        return [Finding("", "decision", "error", error.text)]
    if not uses:
        told = "还没有流程用到这张决策表；在流程图的业务规则环节里选用它。"
        found.append(Finding("", "decision", "warning", told))
    return found


def _shape(body: bytes, name: str) -> Iterator[Finding]:
    root = safe_dmn(body)
    decisions = [one for one in root if str(one.tag).endswith("}decision")]
    if len(decisions) != 1:
        told = "一个文件里正好放一个决策，请把其余的另存成新的决策表。"
        yield Finding("", "decision", "error", told)
    elif decisions[0].get("id") != name:
        told = f"决策的标识须与文件名一致（{name}），流程按它选用，请改正。"
        yield Finding(decisions[0].get("id", ""), "decision", "error", told)
    rules = [one for one in root.iter() if str(one.tag).endswith("}rule")]
    if len(rules) > MOST_RULES:
        yield Finding("", "decision", "error", f"规则超过{MOST_RULES}条，请拆成几张决策表。")
    if not rules:
        yield Finding("", "decision", "warning", "还没有规则，决策表什么也不会给出，请加规则。")
    yield from _outputs(root)
    yield from _dotted(root)


def _dotted(root: Any) -> Iterator[Finding]:  # noqa: ANN401 - lxml has no types
    """Find `a.b`, which the engine reads as nothing: what lies below is written `a["b"]`."""
    for one in root.iter():
        if str(one.tag).endswith("}text"):
            pieces = QUOTED.split(one.text or "")[::2]
            dotted = next((n for piece in pieces for n in NAME.findall(piece) if "." in n), "")
            if dotted:
                above, _, below = dotted.partition(".")
                told = f'“{dotted}”取不到数据，请写成 {above}["{below}"]。'
                yield Finding(str(one.getparent().get("id")), "decision", "error", told)


def _outputs(root: Any) -> Iterator[Finding]:  # noqa: ANN401 - lxml has no types
    for one in root.iter():
        given = one.get("name") if str(one.tag).endswith("}output") else "x"
        if not given or not all(part.isidentifier() for part in given.split(".")):
            told = "结果列没有可用的数据名称：只能用文字、数字和下划线，请在列头改正。"
            yield Finding(str(one.get("id")), "decision", "error", told)


def lost_outputs(before: bytes, text: str, uses: list[Use]) -> list[Finding]:
    """Find the outputs that flows may read and the table gives no longer."""
    gone = outputs_of(before) - outputs_of(text.encode(errors="replace"))
    if not uses or not gone:
        return []
    told = f"原有的结果“{'、'.join(sorted(gone))}”没有了，用到这张决策表的流程可能读不到，请核对。"
    return [Finding("", "decision", "warning", told)]


def questions_of(text: str) -> list[Question]:
    """Return the values that the table needs for a trial."""
    found: dict[str, Question] = {}
    try:
        table = _table(text)
    except SmallworksError:
        return []
    for place, column in enumerate(table.inputs):
        expression = str(column.expression or column.label or "")
        tests = [str(rule.inputEntries[place].lhs[0] or "") for rule in table.rules]
        for name in _names(expression):
            is_whole = KEY.sub(r".\2", expression.strip()) == name
            options = tuple(_options(tests)) if is_whole else ()
            label = str(column.label or name) if is_whole else name
            found.setdefault(name, Question(name, label, str(column.typeRef or ""), options))
        for test in tests:
            for name in _names(test):
                found.setdefault(name, Question(name, name, ""))
    return list(found.values())


def _names(text: str) -> Iterator[str]:
    """Yield what a text reads, `project["price"]` as `project.price`."""
    for piece in QUOTED.split(KEY.sub(r".\2", text))[::2]:
        for name in NAME.findall(piece):
            if name not in WORDS | NAMES:
                yield name


def _options(tests: list[str]) -> list[str]:
    named = [part.strip() for test in tests for part in alternatives(test)]
    quoted = [part[1:-1] for part in named if QUOTED.fullmatch(part)]
    return list(dict.fromkeys(quoted))[:MOST_OPTIONS]


def tried(session: Session, county: str, text: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return which rules hit for some values, and what the table says then."""
    try:
        decisions = Decisions(_table(text))
    except SmallworksError as error:
        raise TableWrongError(reason=error.text) from error
    sandbox = Sandbox(functions_for(session, county, business_now().date()))
    engine = SimpleNamespace(evaluate=lambda task, said: sandbox.evaluate(said, task.data))
    task: Any = SimpleNamespace(data=nested(values), workflow=SimpleNamespace(script_engine=engine))
    try:
        hits = [rule.row for rule in decisions.hits(task)]
        outputs = decisions.result(task)
    except (SandboxError, InvalidError) as error:
        raise TableWrongError(reason=error.text) from error
    used = hits[:1] if decisions.policy == "FIRST" else hits
    return {"rows": used, "outputs": outputs, "policy": POLICIES[decisions.policy]}


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by dotted names as the case's data holds them."""
    data: dict[str, Any] = {}
    for name, value in values.items():
        *above, last = name.split(".")
        place = data
        for part in above:
            inner = place.setdefault(part, {})
            place = inner if isinstance(inner, dict) else place
        place[last] = value
    return data


def _table(text: str) -> DecisionTable:
    parser = SpiffBpmnParser(validator=VALIDATOR)
    root = safe_dmn(text.encode(errors="replace"))
    try:
        parser.add_dmn_xml(root, "decision.dmn")
        readers = list(parser.dmn_parsers.values())
        for reader in readers:
            reader.parse()
    except (ValidationException, LookupError, AttributeError, TypeError, ValueError):
        # some of what it does not expect the parser meets with an error of its own making
        raise BadDiagramError("不符合 DMN 规范，请先改正检查列出的错误。") from None
    tables = [table for reader in readers for table in reader.decision.decisionTables]
    if len(tables) != 1:
        raise BadDiagramError("没有决策表，或不止一张。")
    return tables[0]
