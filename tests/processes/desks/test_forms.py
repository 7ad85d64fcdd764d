"""What the form editor asks: findings with choosers, what flows lose, trials by the real check."""

import json
from pathlib import Path

import pytest

from models.calendar_seed import load_calendar_seed
from models.flow.definition import BASE
from processes.desks import forms, names, uses
from processes.desks.names import FileMissingError, NewFile, NewFileWrongError
from processes.forms import schema_findings
from processes.packs.roles import read_roles

PACK = Path(__file__).resolve().parents[3] / "bpmn" / BASE
FILES = {
    one.relative_to(PACK).as_posix(): one.read_bytes() for one in PACK.rglob("*") if one.is_file()
}
ROLES, _ = read_roles(FILES["roles.toml"], None)
FORMS = sorted(name for name, _ in names.listed(FILES, "forms"))


def form(*components, **more):
    return json.dumps({"type": "default", "components": list(components), **more})


def select(key="unit", **more):
    return {"type": "select", "key": key, "id": key, "label": "单位", **more}


def told(text):
    return [(one.path, one.level, one.message) for one in forms.findings_of(text, FILES, ROLES)]


@pytest.mark.parametrize("name", FORMS)
def test_no_shipped_form_has_an_error(name):
    assert [one for one in told(FILES[f"forms/{name}.json"].decode()) if one[1] == "error"] == []


@pytest.mark.parametrize(
    "key", ["parties_of_nobody", "parties_of_selection_officer", "accounts_of_nobody"]
)
def test_a_chooser_of_a_role_that_is_none_is_an_error_at_its_field(key):
    ((path, level, message),) = told(form(select(valuesKey=key)))

    assert (path, level) == ("unit", "error")
    assert "角色不存在" in message


def test_a_qualification_that_the_county_knows_no_longer_is_told():
    known = forms.qualifications_in(FILES)
    kept = select(values=known, properties={"catalogue": "qualification"})
    stale = select(
        values=[*known, {"value": "gone", "label": "旧"}], properties={"catalogue": "qualification"}
    )

    assert {"value": "road_general", "label": "公路工程施工总承包"} in known
    assert told(form(kept)) == []
    assert "资质序列" in told(form(stale))[0][2]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "NaN", '{"a": NaN}', "[" * 100_000, '{"a":' * 5000, "1" * 900_000],
)
def test_rubbish_is_one_finding_and_never_a_crash(text):
    ((path, level, message),) = told(text)

    assert (path, level) == ("", "error")
    assert "不是正确的表单文件" in message or "components" in message
    assert forms.unfit(text)


def test_what_a_flow_reads_and_the_form_gives_no_longer_is_told():
    before = FILES["forms/decide_change.json"].decode()
    lost = list(names.lost_keys(FILES, "decide_change", before.replace("change_decision", "v")))

    assert list(names.lost_keys(FILES, "decide_change", before)) == []
    assert "change_decision" in lost[0].message
    assert lost[0].level == "warning"


def test_uses_name_flow_step_and_role():
    (use,) = uses.uses_of_form(FILES, "fill_requirement")

    assert (use.flow, use.step, use.role) == ("项目受理", "填报项目需求", "项目业主")
    assert uses.uses_of_form(FILES, "nowhere") == []


@pytest.mark.parametrize("name", FORMS)
def test_invented_answers_pass_the_check_of_work_items(session, name):
    load_calendar_seed(session)
    text = FILES[f"forms/{name}.json"].decode()
    values = forms.invented(session, text, name, FILES)
    errors = forms.tried(session, text, values, {}).errors

    needs_case = {path for path in errors if "选项" in errors[path] or "保密数" in errors[path]}
    assert errors.keys() - needs_case == set()


@pytest.mark.parametrize("subtype", ["date", "datetime"])
def test_invented_days_are_worked_and_far_enough(session, subtype):
    load_calendar_seed(session)
    properties = {"check": "working_day date_in_calendar", "working_days": "3"}
    day = {"type": "datetime", "subtype": subtype, "key": "d", "id": "d", "dateLabel": "日期"}
    one = {**day, "properties": properties, "validate": {"required": True}}
    rows = {"type": "dynamiclist", "path": "rows", "id": "r", "isRepeating": True}
    text = form(one, {**rows, "components": [{**one, "id": "inner"}]})

    values = forms.invented(session, text, "x", {})
    assert values["rows"][0]["d"] == values["d"]
    assert forms.tried(session, text, values, {}).errors == {}


def test_a_form_with_errors_is_neither_shown_nor_tried(session):
    endless = form(
        {
            "type": "expression",
            "key": "e",
            "id": "e",
            "expression": "=for a in 1..9 return a",
            "computeOn": "change",
        }
    )

    for ask in (
        lambda: forms.view_of(endless, {}, []),
        lambda: forms.tried(session, endless, {}, {}),
        lambda: forms.invented(session, endless, "x", {}),
    ):
        with pytest.raises(forms.FormFaultyError):
            ask()


def test_a_new_form_is_empty_or_a_copy_with_ids_of_its_own():
    path, body = names.new_form(FILES, NewFile("countersign", "纪委会签", ""))
    assert path == "forms/countersign.json"
    assert json.loads(body)["components"][0]["text"] == "### 纪委会签"

    _, copied = names.new_form(FILES, NewFile("countersign", "", "accept_works"))
    schema = json.loads(copied)
    assert schema["id"] == "countersign"
    assert b"accept_works" not in copied
    assert [one for one in schema_findings(schema) if one.level == "error"] == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (NewFile("", ""), "name"),
        (NewFile("../roles", ""), "name"),
        (NewFile("new", ""), "name"),
        (NewFile("A", ""), "name"),
        (NewFile("a b", ""), "name"),
        (NewFile("<script>", ""), "name"),
        (NewFile("accept_works", ""), "name"),
        (NewFile("fresh", "", "nowhere"), "copy_of"),
        (NewFile("fresh", "", "../pack"), "copy_of"),
    ],
)
def test_a_new_file_is_refused_at_its_field(given, field):
    for make in (names.new_form, names.new_decision):
        if given.name == "accept_works" and make is names.new_decision:
            continue
        with pytest.raises(NewFileWrongError) as refused:
            make(FILES, given)
        assert field in refused.value.fields


@pytest.mark.parametrize("name", ["nowhere", "../pack", "new", "a/b", ""])
def test_an_address_without_a_file_is_not_found(name):
    with pytest.raises(FileMissingError):
        names.existing(FILES, "forms", name)
