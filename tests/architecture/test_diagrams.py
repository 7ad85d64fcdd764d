"""What the shipped diagrams name exists: operators with their parameters, lanes, files."""

import pytest
from lxml import etree

import handlers
from handlers.registry import registry
from models.settings import BPMN, ROOT
from processes.packs import check_pack

BPMN_SPACE = {"b": "http://www.omg.org/spec/BPMN/20100524/MODEL"}
SPIFF = {"s": "http://spiffworkflow.org/bpmn/schema/1.0/core"}
DIAGRAMS = sorted(BPMN.rglob("*.bpmn"))
PACKS = sorted(file.parent for file in BPMN.rglob("pack.toml"))


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def operators_in(diagram):
    for node in etree.parse(diagram).iterfind(".//s:serviceTaskOperator", SPIFF):
        yield node.get("id"), {each.get("id") for each in node.iterfind(".//s:parameter", SPIFF)}


@pytest.mark.req("PL-2")
@pytest.mark.parametrize("diagram", DIAGRAMS, ids=name_of)
def test_every_operator_named_in_a_diagram_exists_and_gets_what_it_needs(diagram):
    known = {operator.id: operator.parameters() for operator in registry}
    for operator, given in operators_in(diagram):
        assert operator in known, f"{diagram.name}: there is no operator {operator}"
        names = {parameter["id"] for parameter in known[operator]}
        required = {p["id"] for p in known[operator] if p["required"]}
        assert required <= given <= names, f"{diagram.name}: {operator}"


def user_tasks(diagram):
    for node in etree.parse(diagram).iterfind(".//b:userTask", BPMN_SPACE):
        path = ".//s:properties/s:property"
        yield node.get("id"), {each.get("name") for each in node.iterfind(path, SPIFF)}


@pytest.mark.req("XX-2.7")
@pytest.mark.parametrize("diagram", DIAGRAMS, ids=name_of)
def test_every_deadline_is_watched(diagram):
    """Whoever must act in time is reminded, and somebody is told when the time has passed."""
    for step, given in user_tasks(diagram):
        if "due" in given:
            assert given >= {"remind", "escalate"}, f"{diagram.name}: {step}"
        else:
            assert not given & {"remind", "escalate"}, f"{diagram.name}: {step}"


@pytest.mark.parametrize("pack", PACKS, ids=name_of)
def test_every_shipped_pack_is_free_of_errors(pack):
    assert [finding for finding in check_pack(pack) if finding.level == "error"] == []


def test_there_are_diagrams_and_packs_to_look_at():
    assert DIAGRAMS
    assert {pack.name for pack in PACKS} >= {"base", "city", "dazhou", "huairou"}


def test_every_operator_belongs_to_the_list_of_handlers():
    """An operator module that nobody imports would be missing in a diagram at run time."""
    named = {path.stem for path in (ROOT / "handlers").glob("*.py")}
    imported = set(vars(handlers))
    assert named - {"__init__"} - imported == set()
