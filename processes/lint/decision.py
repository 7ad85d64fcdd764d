"""The publish check of a decision table."""

from collections.abc import Iterator
from functools import lru_cache

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.spiff.parser.process import VALIDATOR, SpiffBpmnParser

from models.errors import InvalidError
from processes.lint.finding import Finding
from processes.sandbox.sandbox import Sandbox
from processes.spiff.decisions import Decisions
from processes.xml import BadDiagramError, safe_dmn


def check_decision(dmn: bytes) -> list[Finding]:
    """Return what is wrong with a decision table; a file that is none raises."""
    parser = SpiffBpmnParser(validator=VALIDATOR)
    root = safe_dmn(dmn)
    try:
        parser.add_dmn_xml(root, "decision.dmn")
        return [each for reader in parser.dmn_parsers.values() for each in _tables(reader)]
    except ValidationException as error:
        message = f"决策表不符合 DMN 规范，请在建模器中修改并重新导出：{error}。"
        return [Finding("", "decision", "error", message)]
    except (LookupError, AttributeError, TypeError, ValueError) as error:
        # the parser meets what it does not expect with an error of its own making
        message = f"决策表读不懂（{str(error)[:100]}），请在决策编辑器中重画。"
        return [Finding("", "decision", "error", message)]


@lru_cache(maxsize=256)
def outputs_of(dmn: bytes) -> frozenset[str]:
    """Return the variables that a decision table sets; one that cannot be read sets none."""
    try:
        root = safe_dmn(dmn)
    except BadDiagramError:
        return frozenset()
    named = (each for each in root.iter() if each.tag.endswith("}output"))
    names = (each.get("name") or each.get("label") or "" for each in named)
    return frozenset(name.partition(".")[0] for name in names)


def _tables(reader: object) -> Iterator[Finding]:
    reader.parse()  # type: ignore[attr-defined]
    decision = reader.decision  # type: ignore[attr-defined]
    if len(decision.decisionTables) != 1:
        message = "一个决策必须正好有一张决策表，请改正。"
        yield Finding(str(decision.id), "decision", "error", message)
    for table in decision.decisionTables:
        try:
            yield from _texts(str(decision.id), Decisions(table))
        except InvalidError as error:
            yield Finding(str(decision.id), "decision", "error", error.text)


def _texts(element: str, decisions: Decisions) -> Iterator[Finding]:
    sandbox = Sandbox()
    for rule in decisions.rules:
        for text in (rule.condition, *(text for _, text in rule.outputs)):
            for problem in sandbox.compile_check("expression", text):
                message = f"决策表第 {rule.row} 条规则有误：{problem.message}"
                yield Finding(element, "decision", "error", message)
