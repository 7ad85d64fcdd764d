"""Decision tables, compiled once: all conditions of a table in one call of the sandbox.

The library asks the engine rule by rule, takes the first hit of a UNIQUE table without a look at
the others, and knows no FIRST.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.dmn.specs.model import DecisionTable, Rule
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge

from models.errors import InvalidError
from processes.sandbox.errors import SandboxSyntaxError
from processes.spiff.errors import UnsupportedDiagramError
from processes.spiff.unary import condition, words
from processes.spiff.untyped import Spec

POLICIES = frozenset({"UNIQUE", "FIRST", "COLLECT"})
MAX_BATCH = 6_000


class OverlappingRulesError(InvalidError):
    """Two rules of a UNIQUE table hold at once."""

    message = "决策表的第 {first} 条和第 {second} 条规则同时成立，请改正决策表或改用 FIRST。"


@dataclass(frozen=True)
class CompiledRule:
    """One row: its condition and the expression of each output."""

    row: int
    condition: str
    outputs: tuple[tuple[str, str], ...]


class Decisions:
    """Stands in for the library's engine of one table."""

    def __init__(self, table: DecisionTable) -> None:
        self.decision_table = table
        self.policy = str(table.hit_policy)
        if self.policy not in POLICIES:
            raise UnsupportedDiagramError(
                f"决策表的命中策略 {self.policy} 不支持，请改用 UNIQUE、FIRST 或 COLLECT。"
            )
        self.rules = [compiled(rule) for rule in table.rules]
        self.batches = list(batches(self.rules))

    def result(self, task: Task) -> dict[str, Any]:
        """Return what the table decides on the task's data; no rule, no keys."""
        hits = self.hits(task)
        if self.policy == "UNIQUE" and len(hits) > 1:
            raise OverlappingRulesError(first=hits[0].row, second=hits[1].row)
        if self.policy == "COLLECT":
            return collected([outputs(task, rule) for rule in hits])
        return outputs(task, hits[0]) if hits else {}

    def hits(self, task: Task) -> list[CompiledRule]:
        """Return the rules that hold; of a FIRST table those of the first batch that has any."""
        engine, hits = task.workflow.script_engine, []
        for batch in self.batches:
            tests = ", ".join(rule.condition for rule in batch)
            answers = engine.evaluate(task, f"[{tests}]")
            hits += [rule for rule, holds in zip(batch, answers, strict=True) if holds]
            if hits and self.policy == "FIRST":
                break
        return hits


def compiled(rule: Rule) -> CompiledRule:
    """Translate one row; what cannot be translated names its row."""
    try:
        tests = [
            condition(entry.input.expression or entry.input.label, entry.lhs[0])
            for entry in rule.inputEntries
        ]
    except SandboxSyntaxError as error:
        raise UnsupportedDiagramError(
            f"决策表第 {rule.row_number} 条规则的条件有误：{error.text}", row=rule.row_number
        ) from error
    given = [each for each in tests if each != "True"]
    given_outputs = (
        (entry.output.name or entry.output.label, words(entry.text or "''"))
        for entry in rule.outputEntries
    )
    joined = " and ".join(f"({each})" for each in given) or "True"
    return CompiledRule(rule.row_number, joined, tuple(given_outputs))


def batches(rules: list[CompiledRule]) -> Iterator[list[CompiledRule]]:
    """Yield the rules in groups whose conditions fit into one text."""
    batch: list[CompiledRule] = []
    for rule in rules:
        if batch and sum(len(each.condition) for each in [*batch, rule]) > MAX_BATCH:
            yield batch
            batch = []
        batch.append(rule)
    if batch:
        yield batch


def outputs(task: Task, rule: CompiledRule) -> dict[str, Any]:
    """Return what one row says; ``a.b`` is the key b within a."""
    result: dict[str, Any] = {}
    for name, text in rule.outputs:
        value = task.workflow.script_engine.evaluate(task, text)
        for key in reversed(name.split(".")[1:]):
            value = {key: value}
        DeepMerge.merge(result, {name.partition(".")[0]: value})
    return result


def collected(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return each output as the list of what every row says."""
    names = {name: None for row in rows for name in row}
    return {name: [row[name] for row in rows] for name in names}


def compile_decisions(spec: Spec) -> None:
    """Replace the library's decision engines of a spec by compiled ones."""
    for task_spec in spec.task_specs.values():
        engine = getattr(task_spec, "dmnEngine", None)
        if engine is not None and not isinstance(engine, Decisions):
            task_spec.dmnEngine = Decisions(engine.decision_table)
