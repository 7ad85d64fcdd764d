"""A form schema that could fail people, or harm the server, is found before it is published."""

import time

import pytest

from processes.forms import for_viewer, schema_findings
from processes.forms.limits import MAX_TEXT
from processes.forms.patterns import compiled, fits, pattern_problem


def form(*components):
    return {"type": "default", "components": list(components)}


def field(**more):
    return {"type": "textfield", "key": "name", "label": "名称", "id": "f1", **more}


def rows(*components, **more):
    return {
        "type": "dynamiclist",
        "path": "items",
        "isRepeating": True,
        "components": list(components),
        **more,
    }


def deep(levels):
    component = field()
    for _ in range(levels):
        component = {"type": "group", "components": [component]}
    return component


def test_a_sound_form_has_no_findings():
    total = {"type": "expression", "key": "total", "expression": "=sum(items.price)"}
    price = {"type": "number", "key": "price", "label": "单价", "decimalDigits": 2}
    assert schema_findings(form(field(), rows(price), total)) == []


BAD = [
    (None, "components"),
    ({"components": "x"}, "components"),
    (form("x"), "不是字段"),
    (form({"type": 3}), "不是字段"),
    (form(field(validate=[])), "不是字段"),
    (form(deep(10)), "层"),
    (form(*[field(key=f"f{i}", id=f"i{i}") for i in range(301)]), "300个字段"),
    (form(field(description="x" * 200_001)), "字符"),
    (form({"type": "iframe", "url": "https://example.org"}), "不支持"),
    (form({"type": "html", "content": "<script>"}), "不支持"),
    (form(field(key="")), "没有名称"),
    (form(field(key="__proto__")), "保留名称"),
    (form(field(key="a.constructor")), "保留名称"),
    (form(field(key="a b")), "字段名称"),
    (form(field(), field(id="f2")), "重复"),
    (form(field(), field(key="other")), "id 重复"),
    (form(field(key="a"), field(key="a.b", id="f2")), "上级"),
    (form(field(conditional={"hide": "=a b"})), "表达式"),
    (form(field(conditional={"hide": "name"})), "等号"),
    (form(field(validate={"max": "=eval(1)"})), "没有函数"),
    (form(field(validate={"minLength": 5, "maxLength": 2})), "不大于"),
    (form(field(validate={"min": "3"})), "数字或表达式"),
    (form({"type": "expression", "key": "x", "expression": "1"}), "没有表达式"),
    (form(field(validate={"pattern": "^(a+)+$", "patternErrorMessage": "x"})), "不能重复"),
    (form(field(properties={"check": "magic"})), "没有名为"),
    (form(field(properties={"check": "money"})), "number"),
    (form({"type": "select", "key": "s", "label": "x"}), "选项"),
    (
        form({"type": "select", "key": "s", "label": "x", "values": [{"value": 1}, {"value": 1}]}),
        "选项",
    ),
    (form({"type": "datetime", "key": "d", "label": "x"}), "日期字段"),
    (form({"type": "number", "key": "n", "label": "x", "decimalDigits": -1}), "小数位数"),
    (form({"type": "number", "key": "n", "label": "x", "increment": "abc"}), "步长"),
    (form(rows(field(), isRepeating=False)), "可重复"),
    (form(rows(field(readonly=True))), "只读字段"),
    (
        form(
            field(conditional={"hide": "=b = 1"}),
            field(key="b", id="f2", conditional={"hide": "=name = 1"}),
        ),
        "一圈",
    ),
]


@pytest.mark.parametrize(("schema", "word"), BAD)
def test_each_fault_is_an_error_that_says_what_to_do(schema, word):
    errors = [finding for finding in schema_findings(schema) if finding.level == "error"]
    assert any(word in finding.message for finding in errors)


def test_what_only_makes_filling_hard_is_a_warning():
    findings = schema_findings(form({"type": "filepicker", "key": "x"}))
    assert {finding.level for finding in findings} == {"warning"}
    assert len(findings) == 2


HOSTILE = [
    "(a+)+b", "(a|a)*b", "a*a*a*b", "(?=a)", "(?P<x>a)", r"\1", "a" * 201, "[", "a**", "x{5000}{5000}",
    r"\p{L}", "(a|b|c){2,}", "(x?)*", "a{1,100}a{1,100}a{1,100}a{1,100}a{1,100}", "a]", r"\-", r"\s",
]  # fmt: skip


@pytest.mark.parametrize("pattern", HOSTILE)
def test_hostile_and_ambiguous_patterns_are_refused(pattern):
    assert pattern_problem(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "answer"),
    [
        (r"^\d{4}-\d{2}$", "2026-11", True),
        (r"^\d+\.\d+$", "1.5", True),
        (r"^\d+$", "１２", False),
        (r"^\d+$", "12\n", False),
        (r"^[A-Z0-9$-]{2,18}$", "A$", True),
        (r"^(川|渝)[A-Z]\w{5}$", "川S12345", True),
        ("[一-龥]{2,20}", "达州", True),
    ],
)
def test_useful_patterns_are_allowed_and_mean_what_the_browser_means(pattern, text, answer):
    assert pattern_problem(pattern) is None
    assert fits(pattern, text) is answer


@pytest.mark.parametrize("pattern", [r"^\w+\d+$", r"\d+x", r"^a?b?c?d?e?f?g?h?i?j?\w+$"])
def test_the_costliest_allowed_patterns_still_answer_at_once(pattern):
    assert pattern_problem(pattern) is None
    started = time.perf_counter()
    compiled(pattern).search("1" * MAX_TEXT + "中")
    assert time.perf_counter() - started < 2


def test_only_editable_places_stay_open():
    schema = form(field(), rows({"type": "number", "key": "price"}, field(id="f3")))
    locked = for_viewer(schema, {"items.price"})
    assert locked["components"][0]["readonly"] is True
    assert locked["components"][1]["allowAddRemove"] is False
    price, name = locked["components"][1]["components"]
    assert "readonly" not in price
    assert name["readonly"] is True
    assert for_viewer(schema, {"items"})["components"][1] == schema["components"][1]
    assert for_viewer(schema, None) == schema
    assert "readonly" not in schema["components"][0]
