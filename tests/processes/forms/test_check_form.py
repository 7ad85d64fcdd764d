"""A submitted form is cut to its schema and every broken rule has its path and its sentence."""

from datetime import date

import pytest

from models.calendar import Calendar
from processes.forms import check_form
from processes.forms.limits import MAX_ROWS, MAX_SUBMITTED_CHARACTERS

TODAY = date(2026, 11, 20)
PDF = {"id": "d1", "sha256": "ab", "name": "批复.pdf", "size": 3}
DOCUMENTS = {"d1": PDF, "d2": {**PDF, "id": "d2", "name": "清单.XLSX"}}


def form(*components):
    return {"type": "default", "components": list(components)}


def check(schema, submitted, stored=None, **options):
    options = {"today": TODAY, "documents": DOCUMENTS.get, **options}
    return check_form(schema, submitted, stored or {}, **options)


def text(key="name", **more):
    return {"type": "textfield", "key": key, "id": f"f_{key}", "label": key, **more}


def test_unknown_keys_are_dropped():
    checked = check(form(text()), {"name": "甲", "admin": True, "__proto__": {"x": 1}})
    assert checked.data == {"name": "甲"}
    assert checked.errors == {}


@pytest.mark.parametrize(
    "lock", [{"readonly": True}, {"disabled": True}, {"readonly": '=level = "low"'}]
)
def test_locked_fields_keep_their_stored_value(lock):
    schema = form(text(**lock, validate={"required": True}), text("level"))
    checked = check(schema, {"name": "changed", "level": "low"}, {"name": "kept"})
    assert checked.data["name"] == "kept"
    assert checked.errors == {}


def test_hidden_fields_are_dropped_and_not_asked_for():
    schema = form(
        text("kind"), text(conditional={"hide": '=kind != "x"'}, validate={"required": True})
    )
    assert check(schema, {"kind": "y", "name": "typed"}).data == {"kind": "y"}
    assert set(check(schema, {"kind": "x"}).errors) == {"name"}


def test_what_hangs_on_a_hidden_field_sees_it_empty():
    schema = form(
        text("a"),
        text("b", conditional={"hide": '=a = "hide"'}),
        text("c", conditional={"hide": '=b = "x"'}, validate={"required": True}),
    )
    assert set(check(schema, {"a": "hide", "b": "x"}).errors) == {"c"}
    assert check(schema, {"a": "show", "b": "x"}).errors == {}


def test_computed_fields_are_computed_here_and_never_believed():
    rows = {
        "type": "dynamiclist",
        "path": "items",
        "isRepeating": True,
        "components": [
            {"type": "number", "key": "price"},
            {"type": "number", "key": "count"},
            {"type": "expression", "key": "sum", "expression": "=this.price * this.count"},
        ],
    }
    total = {"type": "expression", "key": "total", "expression": "=sum(items.sum)"}
    sent = {"items": [{"price": 3, "count": 2, "sum": 1}, {"price": 0.5, "count": 1}], "total": 999}
    checked = check(form(total, rows), sent)
    assert checked.data["total"] == 6.5
    assert [row["sum"] for row in checked.data["items"]] == [6, 0.5]


def test_errors_carry_the_path_of_row_and_group():
    group = {"type": "group", "path": "contact", "components": [text(validate={"required": True})]}
    nested = {"type": "dynamiclist", "path": "parts", "isRepeating": True, "components": [group]}
    rows = {"type": "dynamiclist", "path": "items", "isRepeating": True, "components": [nested]}
    sent = {"items": [{"parts": [{"contact": {"name": "甲"}}, {"contact": {}}]}]}
    checked = check(form(rows), sent)
    assert checked.errors == {"items[0].parts[1].contact.name": "此项必填，请填写后再提交。"}
    assert checked.data["items"][0]["parts"][0] == {"contact": {"name": "甲"}}


@pytest.mark.parametrize("rows", ["x", {"0": {}}, [1], [None], [{}] * (MAX_ROWS + 1)])
def test_a_list_that_is_no_list_of_rows_is_refused_whole(rows):
    schema = form(
        {"type": "dynamiclist", "path": "items", "isRepeating": True, "components": [text()]}
    )
    checked = check(schema, {"items": rows})
    assert set(checked.errors) == {"items"}
    assert checked.data == {"items": []}


BAD = [
    ({"type": "textfield"}, 5, "类型"),
    ({"type": "textfield"}, "a\x00b", "控制字符"),
    ({"type": "textfield"}, "\ud800", "控制字符"),
    ({"type": "textfield"}, "x" * 1_001, "最多1000个字"),
    ({"type": "textfield", "validate": {"maxLength": 3}}, "𠮷𠮷", "最多3个字"),
    ({"type": "textfield", "validate": {"minLength": 2}}, " a ", "至少2个字"),
    ({"type": "textfield", "validate": {"pattern": "^\\d+$"}}, "1\n", "格式"),
    ({"type": "textfield", "validate": {"pattern": "^(a+)+$"}}, "a" * 60 + "b", "格式"),
    (
        {"type": "textfield", "validate": {"pattern": "^a$", "patternErrorMessage": "写a。"}},
        "b",
        "写a",
    ),
    ({"type": "textfield", "validate": {"validationType": "email"}}, "a@", "邮箱"),
    ({"type": "textfield", "validate": {"validationType": "phone"}}, "12", "电话"),
    ({"type": "textfield", "properties": {"check": "uscc"}}, "9111", "18位"),
    ({"type": "textfield", "properties": {"check": "mobile"}}, "12345678901", "手机号"),
    ({"type": "textfield", "properties": {"check": "draw_secret"}}, "x", "保密数"),
    (
        {"type": "textfield", "properties": {"check": "draw_secret"}},
        {"commit": "z", "envelope": {}},
        "保密数",
    ),
    ({"type": "number"}, "5", "数字"),
    ({"type": "number"}, True, "数字"),
    ({"type": "number"}, float("inf"), "数字"),
    ({"type": "number"}, 2**60, "太大"),
    ({"type": "number", "decimalDigits": 0}, 1.5, "整数"),
    ({"type": "number", "decimalDigits": 2}, 3.141, "最多2位小数"),
    ({"type": "number", "increment": 0.5}, 0.7, "整数倍"),
    ({"type": "number", "validate": {"min": 2}}, 1, "不能小于2"),
    ({"type": "number", "validate": {"max": "=limit"}}, 11, "不能大于10"),
    ({"type": "number", "properties": {"check": "money"}}, 1.5, "金额"),
    ({"type": "number", "properties": {"check": "money"}}, -1, "金额"),
    ({"type": "number", "properties": {"check": "money"}}, "38", "金额"),
    (
        {"type": "number", "properties": {"check": "money"}, "validate": {"max": 38_640_000}},
        38_640_001,
        "不能高于 ¥\u00a0386,400.00",
    ),
    ({"type": "checkbox"}, "true", "类型"),
    ({"type": "checkbox", "validate": {"required": True}}, False, "勾选"),
    ({"type": "select", "values": [{"value": "a"}]}, "b", "选项"),
    ({"type": "radio", "values": [{"value": 1}]}, True, "选项"),
    ({"type": "select", "valuesKey": "officers"}, "罗", "选项"),
    ({"type": "checklist", "values": [{"value": "a"}]}, ["a", "a"], "选项"),
    ({"type": "taglist", "values": [{"value": "a"}]}, "a", "类型"),
    ({"type": "datetime", "subtype": "date"}, "2026-02-30", "日期"),
    ({"type": "datetime", "subtype": "date"}, "2026-1-3", "日期"),
    (
        {"type": "datetime", "subtype": "date", "disallowPassedDates": True},
        "2026-11-19",
        "早于今天",
    ),
    ({"type": "datetime", "subtype": "time"}, "25:00", "时间"),
    ({"type": "datetime", "subtype": "datetime"}, "2026-11-20", "日期时间"),
    ({"type": "filepicker"}, "files::1", "类型"),
    ({"type": "filepicker"}, [{"id": "other"}], "没有找到"),
    ({"type": "filepicker"}, [{"id": "d1", "sha256": "forged"}], "没有找到"),
    ({"type": "filepicker"}, [PDF, PDF], "一个文件"),
    ({"type": "filepicker", "accept": ".pdf"}, [{"id": "d2"}], "只收.pdf"),
    ({"type": "filepicker", "validate": {"required": True}}, [], "上传"),
]


@pytest.mark.parametrize(("component", "value", "word"), BAD)
def test_each_rule_refuses_with_its_sentence(component, value, word):
    checked = check(
        form({"key": "x", **component}), {"x": value}, {"limit": 10, "officers": ["韩"]}
    )
    assert word in checked.errors["x"]
    assert checked.errors["x"].endswith("。")


GOOD = [
    ({"type": "textfield", "validate": {"maxLength": 2}}, "𠮷"),
    ({"type": "textfield", "properties": {"check": "uscc"}}, "91110000600037341L"),
    (
        {"type": "textfield", "properties": {"check": "draw_secret"}},
        {"commit": "0" * 64, "envelope": {"v": 1}},
    ),
    ({"type": "number", "decimalDigits": 1}, 0.1),
    ({"type": "number", "serializeToString": True}, "0.10"),
    ({"type": "number", "properties": {"check": "money"}}, 0),
    ({"type": "select", "valuesKey": "officers"}, "韩"),
    ({"type": "select", "valuesExpression": "=officers"}, "韩"),
    ({"type": "datetime", "subtype": "datetime"}, "2026-11-20T09:30"),
    ({"type": "datetime", "subtype": "datetime"}, "2026-11-20T09:30+08:00"),
    ({"type": "checkbox"}, False),
]


@pytest.mark.parametrize(("component", "value"), GOOD)
def test_what_keeps_the_rule_is_kept_as_it_is(component, value):
    checked = check(form({"key": "x", **component}), {"x": value}, {"officers": ["韩"]})
    assert checked.errors == {}
    assert checked.data == {"x": value}


def test_file_references_are_the_servers_own():
    schema = form({"type": "filepicker", "key": "x", "multiple": True})
    checked = check(schema, {"x": [{"id": "d1", "name": "evil.html", "size": -1}]})
    assert checked.data == {"x": [PDF]}


def test_without_a_way_to_look_documents_up_none_is_accepted():
    schema = form({"type": "filepicker", "key": "x"})
    assert "没有找到" in check(schema, {"x": [PDF]}, documents=None).errors["x"]


def test_checks_on_stored_facts_are_asked_of_the_caller():
    schema = form(
        {
            "type": "datetime",
            "subtype": "date",
            "key": "x",
            "properties": {"check": "date_in_calendar"},
        }
    )
    checks = {"date_in_calendar": lambda day: f"{day}所在年份没有工作日历，请另选。"}
    assert "没有工作日历" in check(schema, {"x": "2031-01-01"}, checks=checks).errors["x"]


WORKED = Calendar({date(2026, 11, n): n not in (21, 22, 28, 29) for n in range(18, 31)})


def day_field(check="", working_days=None, subtype="date"):
    properties = {"check": check, "working_days": working_days}
    return form({"type": "datetime", "subtype": subtype, "key": "x", "properties": properties})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("2026-11-23", None),
        ("2026-11-21", "不是工作日"),
        ("2027-01-04", "2027年的工作日历尚未载入"),
    ],
)
def test_a_working_day_is_asked_of_the_calendar(given, told):
    errors = check(day_field("working_day"), {"x": given}, calendar=WORKED).errors
    assert told in errors["x"] if told else errors == {}


@pytest.mark.parametrize(
    ("given", "told"), [("2026-11-25", "最早为2026-11-26"), ("2026-11-26", None)]
)
def test_a_day_may_have_to_be_so_many_working_days_away(given, told):
    today = date(2026, 11, 20)
    schema = day_field("", "4")
    errors = check(schema, {"x": given}, calendar=WORKED, today=today).errors
    assert told in errors["x"] if told else errors == {}


def test_a_time_alone_and_a_check_without_a_calendar_ask_for_no_day():
    assert (
        check(day_field("working_day", "9", "time"), {"x": "09:30"}, calendar=WORKED).errors == {}
    )
    assert check(day_field("working_day", "9"), {"x": "2026-11-21"}).errors == {}


def nested(depth):
    value = {}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "sent",
    [[], "x", None, nested(5_000), {"name": "x" * MAX_SUBMITTED_CHARACTERS}, {"name": object()}],
)
def test_what_is_no_form_is_refused_whole_and_changes_nothing(sent):
    checked = check(form(text()), sent, {"name": "kept"})
    assert set(checked.errors) == {""}
    assert checked.data == {"name": "kept"}


def test_rows_nobody_may_add_stay_as_they_were():
    rows = {
        "type": "dynamiclist",
        "path": "items",
        "isRepeating": True,
        "allowAddRemove": False,
        "components": [text(readonly=True), text("answer")],
    }
    sent = {"items": [{"name": "forged", "answer": "1"}, {"name": "new"}, {"name": "more"}]}
    checked = check(form(rows), sent, {"items": [{"name": "a"}, {"name": "b"}]})
    assert checked.data == {"items": [{"name": "a", "answer": "1"}, {"name": "b", "answer": None}]}
