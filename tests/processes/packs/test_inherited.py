"""What a county changes is used by the base's flows that name it, there and nowhere else."""

import shutil
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import func, select

from models.flow.definition import BASE, Definition, DefinitionStatus
from models.identity.actor import PLATFORM
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes import flows, inherited
from processes.catalogue import published_flows
from processes.packs import export_pack, load_pack
from tests.city import City, city, county

__all__ = ["city", "county"]

XIANGXI = BPMN / "counties/xiangxi"
CALLERS = ("random_selection", "reverse_auction")


def load(folder: Path) -> None:
    with unit_of_work() as session:
        load_pack(session, folder, PLATFORM)


def in_force(county: str) -> dict[str, str]:
    with reading() as session:
        return published_flows(session, county)


def pinned(county: str, flow: str, name: str) -> str:
    with reading() as session:
        return session.get_one(Definition, in_force(county)[flow]).resources[name]


def stored() -> int:
    with reading() as session:
        return session.scalar(select(func.count(Definition.id))) or 0


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "xiangxi"
    shutil.copytree(XIANGXI, folder)
    return folder


def steps(path: Path) -> set[str]:
    space = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
    return {str(each.get("id")) for each in etree.parse(path).iter(f"{space}userTask")}


def test_the_third_county_is_rules_texts_and_one_changed_diagram() -> None:
    files = {path.suffix for path in XIANGXI.rglob("*") if path.is_file()}
    assert files == {".toml", ".json", ".bpmn"}
    (diagram,) = XIANGXI.rglob("*.bpmn")
    own, base = steps(diagram), steps(BPMN / "base/diagrams" / diagram.name)
    assert own - base == {"register_visit"}
    assert base <= own


@pytest.mark.parametrize("caller", CALLERS)
def test_a_changed_part_is_called_by_the_bases_flows_in_its_county_alone(
    city: City, caller: str
) -> None:
    assert pinned("xiangxi", caller, "calls/evaluation") == in_force("xiangxi")["evaluation"]
    assert pinned("dazhou", caller, "calls/evaluation") == in_force(BASE)["evaluation"]
    assert in_force("xiangxi")["evaluation"] != in_force(BASE)["evaluation"]
    assert in_force("dazhou") == in_force(BASE)


def test_a_countys_text_is_used_by_the_bases_flows_there(city: City) -> None:
    name = "notices/award_notice.toml"
    assert pinned("xiangxi", "result_publicity", name) != pinned("dazhou", "result_publicity", name)


def test_loading_again_makes_no_version(city: City) -> None:
    before = stored()
    load(XIANGXI)
    assert stored() == before


def test_a_county_that_changes_nothing_any_more_goes_back_to_the_base(
    city: City, pack: Path
) -> None:
    shutil.rmtree(pack / "notices")
    with unit_of_work() as session:  # the changed diagram is given up by hand
        own = session.get_one(Definition, in_force("xiangxi")["evaluation"])
        own.status = DefinitionStatus.RETIRED
    shutil.rmtree(pack / "diagrams")
    shutil.rmtree(pack / "forms")
    load(pack)
    assert in_force("xiangxi") == in_force(BASE)


def test_a_county_follows_a_new_version_of_the_base_that_it_inherits(
    city: City, tmp_path: Path
) -> None:
    before = in_force("xiangxi")["random_selection"]
    body = (BPMN / "base/diagrams/random_selection.bpmn").read_text()
    changed = body.replace('name="履约评价"', 'name="评价施工企业"', 1)
    assert changed != body
    with unit_of_work() as session:
        draft, _ = flows.create_draft(session, changed.encode(), BASE, PLATFORM)
        flows.publish(session, draft.key, BASE, draft.version, PLATFORM)
    with reading() as session:
        now = session.get_one(Definition, in_force("xiangxi")["random_selection"])
        base = session.get_one(Definition, in_force(BASE)["random_selection"])
        assert now.id != before
        assert now.diagram == base.diagram
        assert now.resources["calls/evaluation"] == in_force("xiangxi")["evaluation"]
        assert session.get_one(Definition, before).status == DefinitionStatus.RETIRED


def test_a_county_follows_a_base_that_is_loaded_alone(city: City, tmp_path: Path) -> None:
    folder = tmp_path / "base"
    shutil.copytree(BPMN / "base", folder)
    diagram = folder / "diagrams/contract_signing.bpmn"
    text = diagram.read_text()
    diagram.write_text(text.replace('isExecutable="true">', 'isExecutable="true"><!-- 新 -->', 1))
    before = in_force("xiangxi")["contract_signing"]
    load(folder)
    with reading() as session:
        now = session.get_one(Definition, in_force("xiangxi")["contract_signing"])
        base = session.get_one(Definition, in_force(BASE)["contract_signing"])
    assert now.id != before
    assert now.diagram == base.diagram


def test_a_part_published_by_hand_reaches_its_callers_at_once(city: City) -> None:
    body = (
        (BPMN / "base/diagrams/evaluation.bpmn").read_text().replace('name="办结"', 'name="已办结"')
    )
    with unit_of_work() as session:
        draft, _ = flows.create_draft(session, body.encode(), "city", PLATFORM)
        flows.publish(session, draft.key, "city", draft.version, PLATFORM)
    assert pinned("city", "random_selection", "calls/evaluation") == draft.id


def test_an_exported_county_holds_its_own_diagram_alone(city: City, tmp_path: Path) -> None:
    with reading() as session:
        export_pack(session, "xiangxi", tmp_path / "out")
        rows = session.scalars(select(Definition).where(Definition.county_code == "xiangxi")).all()
        assert {row.key for row in rows if not inherited.is_inherited(session, row)} == {
            "evaluation"
        }
    assert [path.name for path in (tmp_path / "out/diagrams").iterdir()] == ["evaluation.bpmn"]


def test_flows_that_call_one_another_have_no_order() -> None:
    body = (BPMN / "base/diagrams/random_selection.bpmn").read_bytes()
    circle = {"evaluation": body, "contract_signing": body}
    with pytest.raises(inherited.CircularCallsError) as refused:
        list(inherited.in_order(circle))
    assert "evaluation" in refused.value.text
