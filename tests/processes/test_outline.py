"""A flow in words: every step once, before what follows it, loops back named by number."""

import tomllib

import pytest

from models.settings import BPMN
from processes.lint.diagram import Diagram
from processes.outline import CHOICE, PERSON, outline, rule_keys

DIAGRAMS = sorted(BPMN.rglob("*.bpmn"))
RULES = tomllib.loads((BPMN / "base" / "rules.toml").read_text(encoding="utf-8"))


def flow(name: str) -> bytes:
    return (BPMN / "base" / "diagrams" / f"{name}.bpmn").read_bytes()


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_every_task_of_a_shipped_diagram_is_told_once(file) -> None:
    steps = outline(file.read_bytes())
    told = [step.id for step in steps]
    diagram = Diagram(file.read_bytes())
    tasks = {node.id for node in diagram.nodes.values() if not node.kind.endswith("Gateway")}
    assert len(told) == len(set(told))
    assert tasks <= set(told)
    assert all(1 <= way.to <= len(steps) for step in steps for way in step.ways)


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_every_rule_that_a_diagram_names_is_a_rule(file) -> None:
    keys = {f"{group}.{name}" for group, rules in RULES.items() for name in rules}
    assert rule_keys(file.read_bytes()) <= keys


def test_answers_lead_on_and_back() -> None:
    steps = {step.id: step for step in outline(flow("project_intake"))}
    review, choice = steps["intake_review"], steps["is_accepted"]
    assert (review.kind, review.role, review.due_rule) == (
        PERSON,
        "交易中心",
        "intake.review_within",
    )
    assert choice.kind == CHOICE
    assert [way.label for way in choice.ways] == ["受理", "退回"]
    back = steps["send_back"].ways[0].to
    assert back == steps["fill_requirement"].number < choice.number
