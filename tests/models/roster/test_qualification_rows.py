"""Rows of qualifications: every fault at its place, at once; what fits is what a project asks."""

import json
import xml.etree.ElementTree as ET
from datetime import date

import pytest

from models.roster.enrolment_errors import QualificationMissingError, QualificationsWrongError
from models.roster.qualification_rows import check_rows, qualification_of
from models.settings import BPMN

TODAY = date(2026, 11, 18)
FORMS = BPMN / "base" / "forms"
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"


def row(**changed: object) -> dict[str, object]:
    return {
        "kind": "general_contracting/建筑工程施工总承包",
        "level": "3",
        "certificate": " D351901 ",
        "valid_from": "2024-07-01",
        "valid_until": "2029-06-30",
        **changed,
    }


def faults(*rows: dict[str, object]) -> dict[str, str]:
    with pytest.raises(QualificationsWrongError) as refused:
        check_rows(rows, TODAY)
    return refused.value.fields


def test_a_row_that_ends_today_still_counts() -> None:
    check_rows([row(valid_until="2026-11-18")], TODAY)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"valid_until": "2026-11-17"}, "valid_until"),
        ({"valid_until": "2024-01-01"}, "valid_until"),
        ({"level": "9"}, "level"),
        ({"kind": "建筑"}, "kind"),
    ],
)
def test_a_fault_is_told_in_its_row(changed: dict[str, object], field: str) -> None:
    assert list(faults(row(kind="x/y"), row(**changed))) == [f"qualifications[1].{field}"]


def test_the_same_category_twice_is_told_at_the_second() -> None:
    assert list(faults(row(), row(level="2"))) == ["qualifications[1].kind"]


def test_no_row_at_all_is_refused() -> None:
    with pytest.raises(QualificationMissingError):
        check_rows([], TODAY)


@pytest.mark.req("DZ-A4b")
def test_a_row_becomes_scheme_category_and_level() -> None:
    found = qualification_of(row())
    assert (found["scheme"], found["category"]) == ("general_contracting", "建筑工程施工总承包")
    assert (found["level"], found["level_name"], found["certificate"]) == (3, "三级", "D351901")


@pytest.mark.req("DZ-A4b")
def test_every_qualification_that_a_project_may_ask_can_be_enrolled() -> None:
    decision = ET.parse(BPMN / "base" / "decisions" / "qualification_scheme.dmn")
    asked = {
        "/".join(str(entry[0].text).strip('"') for entry in rule.iter(f"{DMN}outputEntry"))
        for rule in decision.iter(f"{DMN}rule")
    }
    assert asked
    assert asked | {"safety_licence/安全生产许可证"} <= offered("fill_company")
    assert offered("fill_company") == offered("verify_company")


def offered(form: str) -> set[str]:
    components = json.loads((FORMS / f"{form}.json").read_text("utf-8"))["components"]
    rows = next(one for one in components if one.get("path") == "qualifications")
    kind = next(one for one in rows["components"] if one["key"] == "kind")
    return {option["value"] for option in kind["values"]}


@pytest.mark.req("DZ-A1")
def test_the_pledge_that_is_kept_is_the_one_that_was_shown() -> None:
    form = (FORMS / "fill_company.json").read_text("utf-8")
    diagram = (BPMN / "base" / "diagrams" / "contractor_enrolment.bpmn").read_text("utf-8")
    kept = diagram.split('id="text" type="str" value="\'')[1].split("'")[0]
    assert kept in form
