"""Diagrams of other tools come in on the command line, and ours go out as files."""

from pathlib import Path

import pytest
from SpiffWorkflow.spiff.parser.process import VALIDATOR, SpiffBpmnParser

from models.settings import BPMN

MIWG = Path(__file__).parents[2] / "data" / "miwg"
pytestmark = pytest.mark.req("PL-1")


def test_a_foreign_diagram_is_refused_without_and_taken_in_with_repair(command):
    file = str(MIWG / "A.1.0.bpmn")
    code, output = command("flow", "import", file, "--county", "dazhou")
    assert code == 1
    assert "不能" in output or "错误" in output
    code, output = command("flow", "import", file, "--county", "dazhou", "--repair")
    assert code == 0, output
    assert "待办" in output
    assert "已存为改动单" in output


def test_a_flow_in_force_is_exported_and_opens_in_the_plain_library(command, tmp_path):
    target = tmp_path / "out.bpmn"
    code, output = command("flow", "export", "enquiry", str(target))
    assert code == 0, output
    assert target.read_bytes() == (BPMN / "base" / "diagrams" / "enquiry.bpmn").read_bytes()
    parser = SpiffBpmnParser(validator=VALIDATOR)
    parser.add_bpmn_file(str(target))
    assert parser.get_spec("enquiry").name == "enquiry"


def test_an_export_never_overwrites_and_names_what_is_missing(command, tmp_path):
    target = tmp_path / "out.bpmn"
    target.write_text("mine")
    assert command("flow", "export", "enquiry", str(target))[0] == 1
    assert target.read_text() == "mine"
    code, output = command("flow", "export", "nothing", str(tmp_path / "x.bpmn"))
    assert code == 1
    assert "nothing" in output
