"""Diagrams and tables merged by element: one side's changes come through, clashes are told."""

import random
from pathlib import Path

import pytest

from models.settings import BPMN
from processes.lint.diagram import Diagram
from processes.packs.merge import Merge
from processes.packs.merge_xml import merge_shapes
from processes.packs.shape_xml import Shape, TwiceNamedError

DIAGRAMS = sorted((BPMN / "base" / "diagrams").glob("*.bpmn"))
DECISIONS = sorted((BPMN / "base" / "decisions").glob("*.dmn"))
BASE = (BPMN / "base" / "diagrams" / "evaluation.bpmn").read_bytes()
COUNTY = (BPMN / "counties" / "xiangxi" / "diagrams" / "evaluation.bpmn").read_bytes()


def put_together(then: bytes, ours: bytes, theirs: bytes, takes=(), **kind):
    run = Merge(takes)
    shapes = (Shape(one, **kind) for one in (then, ours, theirs))
    body, dangling = merge_shapes(*shapes, run)
    return body, run.conflicts, dangling


def says(body: bytes, **kind):
    shape = Shape(body, **kind)
    return shape.table, shape.drawn


@pytest.mark.parametrize("path", DIAGRAMS + DECISIONS, ids=lambda path: path.stem)
def test_a_shipped_file_that_nobody_changed_keeps_its_meaning(path: Path):
    body, kind = path.read_bytes(), {"is_decision": path.suffix == ".dmn"}

    merged, conflicts, dangling = put_together(body, body, body, **kind)

    assert (conflicts, dangling) == ([], [])
    assert says(merged, **kind) == says(body, **kind)


def test_what_the_county_drew_anew_comes_through_from_either_side():
    for sides in ((BASE, COUNTY, BASE), (BASE, BASE, COUNTY)):
        merged, conflicts, dangling = put_together(*sides)

        assert (conflicts, dangling) == ([], [])
        assert says(merged) == says(COUNTY)
        assert "register_visit" in {node.id for node in nodes(merged)}


def nodes(body: bytes):
    return [node for scope in Diagram(body).scopes for node in scope.nodes]


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_changes_to_different_elements_are_put_together(path: Path):
    then = path.read_bytes()
    named = [node.id for node in nodes(then) if node.name]
    first, second = random.Random(path.stem).sample(named, 2)
    ours, theirs = renamed(then, first, "县里改的名"), renamed(then, second, "基础包改的名")

    merged, conflicts, dangling = put_together(then, ours, theirs)

    assert (conflicts, dangling) == ([], [])
    names = {node.id: node.name for node in nodes(merged)}
    assert (names[first], names[second]) == ("县里改的名", "基础包改的名")


def renamed(body: bytes, element: str, name: str) -> bytes:
    shape = Shape(body)
    shape.elements[element].set("name", name)
    from lxml import etree

    return etree.tostring(shape.root)


def test_a_base_change_reaches_a_county_that_drew_something_else():
    theirs = renamed(BASE, "evaluate_contractor", "给施工企业评分")

    merged, conflicts, _ = put_together(BASE, COUNTY, theirs)

    assert conflicts == []
    names = {node.id: node.name for node in nodes(merged)}
    assert names["evaluate_contractor"] == "给施工企业评分"
    assert "register_visit" in names


def test_the_same_name_changed_twice_is_a_conflict_and_can_be_settled_for_the_base():
    ours = renamed(BASE, "evaluate_contractor", "县")
    theirs = renamed(BASE, "evaluate_contractor", "基")

    merged, conflicts, _ = put_together(BASE, ours, theirs)
    assert [one.place for one in conflicts] == ["elements/evaluate_contractor/attributes/name"]
    assert 'name="县"' in merged.decode()

    settled, _, _ = put_together(BASE, ours, theirs, {conflicts[0].place})
    assert 'name="基"' in settled.decode()


def test_a_flow_to_what_the_other_side_removed_is_told():
    ours = without(BASE, "evaluate_contractor")
    theirs = renamed(BASE, "flow_list_criteria_evaluate_contractor", "改了的连线")

    _, conflicts, dangling = put_together(BASE, ours, theirs)

    assert conflicts or dangling


def without(body: bytes, element: str) -> bytes:
    from lxml import etree

    shape = Shape(body)
    for one in list(shape.root.iter()):
        if element in (one.get("id"), one.get("sourceRef"), one.get("targetRef")):
            one.getparent().remove(one)
    return etree.tostring(shape.root)


def test_an_id_used_twice_is_refused():
    twice = BASE.replace(b'id="open_evaluation"', b'id="start_evaluation"')

    with pytest.raises(TwiceNamedError):
        Shape(twice)
