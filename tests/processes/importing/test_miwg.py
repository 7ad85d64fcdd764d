"""The reference diagrams of model interchange are taken in by the repair proposal."""

from functools import cache
from pathlib import Path

import pytest
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from processes.importing import ImportedFlow, imported, key_of
from processes.lint import Catalogue, check
from processes.lint.diagram import NODES, B, Diagram
from processes.lint.rehearse import rehearsed
from processes.spiff.parsing import parse
from processes.xml import safe_tree

MIWG = Path(__file__).parents[2] / "data" / "miwg"
REFERENCES = sorted(MIWG.glob("*.bpmn"))
HANGS = {"B.2.0.bpmn"}
"""A parallel gateway waits there for two ways of which one choice takes one: drawn so."""


@cache
def flows_of(path: Path) -> list[ImportedFlow]:
    return imported(path.read_bytes(), key_of(path.stem))


@cache
def runs(flow: ImportedFlow) -> bool:
    return not [each for each in rehearsed(Diagram(flow.bpmn)) if each.level == "error"]


def test_all_reference_diagrams_are_here():
    assert len(REFERENCES) == 21


@pytest.mark.req("PL-1")
@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_each_flow_of_a_reference_diagram_is_parsed_and_can_be_run(path):
    for flow in flows_of(path):
        VALIDATOR.validate(safe_tree(flow.bpmn))
        assert parse(flow.key, flow.bpmn).spec.name == flow.key
        assert path.name in HANGS or runs(flow)


@pytest.mark.req("PL-1")
def test_at_least_twenty_can_be_run_from_beginning_to_end():
    good = [path for path in REFERENCES if all(runs(flow) for flow in flows_of(path))]
    assert len(good) >= 20


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_no_step_and_no_way_is_lost(path):
    before = Diagram(path.read_bytes())
    after = [Diagram(flow.bpmn) for flow in flows_of(path)]
    ids = set().union(*(each.nodes.keys() | each.flows.keys() for each in after))
    notes = {one.get("id") for each in after for one in each.root.iter(f"{B}textAnnotation")}
    assert before.nodes.keys() | before.flows.keys() <= ids | notes


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_what_is_not_as_it_was_has_a_line(path):
    """A node of another kind, a new node, a condition that was changed: each is told."""
    before = Diagram(path.read_bytes())
    for flow in flows_of(path):
        told = " ".join(f"{each.element} {each.message}" for each in flow.changes)
        for node in Diagram(flow.bpmn).nodes.values():
            former = before.nodes.get(node.id)
            if former is None or former.kind != node.kind:
                assert node.id in told or (node.name and node.name in told) or _added(node, told)


def _added(node, told):
    """A beginning, an end or a split that a repair added is told at what it was added to."""
    near = {each.source.id for each in node.incoming} | {each.target.id for each in node.outgoing}
    names = {each.source.name for each in node.incoming}
    return any(each and each in told for each in near | names)


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_what_is_left_to_do_forbids_publishing_and_stands_at_its_element(path):
    for flow in flows_of(path):
        left = {each.element for each in flow.changes if each.kind == "todo"}
        found = {
            each.element
            for each in check(flow.bpmn, Catalogue(), run=False)
            if each.rule == "left_to_do"
        }
        assert left <= found | {flow.changes[0].element}


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_everything_is_drawn(path):
    for flow in flows_of(path):
        root = Diagram(flow.bpmn)
        assert {each.id for each in root.nodes.values()} <= root.drawn
        assert all(each.kind in NODES for each in root.nodes.values())
