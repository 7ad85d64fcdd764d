"""How the shipped diagrams are drawn: from left to right, nothing crossing, nothing covered."""

from dataclasses import replace

import pytest

from models.settings import BPMN
from tests.flows.geometry import drawing_of, faults_of, loops_back

DIAGRAMS = sorted(BPMN.rglob("*.bpmn"))
ENQUIRY = BPMN / "base" / "diagrams" / "enquiry.bpmn"


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_a_diagram_reads_from_left_to_right_without_crossings(diagram) -> None:
    assert list(faults_of(drawing_of(diagram))) == []


def test_a_return_for_correction_may_lead_back() -> None:
    drawing = drawing_of(BPMN / "base" / "diagrams" / "project_intake.bpmn")
    assert "flow_send_back_fill_requirement" in loops_back(drawing)


def test_the_check_sees_a_step_moved_to_the_left() -> None:
    drawing = drawing_of(ENQUIRY)
    edge = drawing.edges[-1]
    drawing.boxes[edge.target] = replace(drawing.boxes[edge.target], left=0.0)
    assert f"{edge.id} leads from right to left" in set(faults_of(drawing))


def test_the_check_sees_an_edge_through_a_shape_and_across_another_edge() -> None:
    drawing = drawing_of(ENQUIRY)
    first, last = drawing.edges[0], drawing.edges[-1]
    through = next(box for box in drawing.boxes.values() if box.kind == "userTask")
    middle = through.top + through.height / 2
    drawing.edges[-1] = replace(last, points=((0.0, middle), (5000.0, middle)))
    (ax, ay), (bx, _) = first.points[0], first.points[-1]
    upright = ((ax + bx) / 2, ay)
    crossing = (upright[0], ay - 500), (upright[0], ay + 500)
    drawing.edges.append(replace(last, id="extra", points=crossing))
    found = set(faults_of(drawing))
    assert f"{last.id} runs through {through.id}" in found
    assert any(" crosses extra" in fault for fault in found)
