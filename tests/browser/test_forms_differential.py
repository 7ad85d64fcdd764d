"""Browser and server judge random submissions alike: the same data, the same sentences."""

import json
import math
import random
from datetime import date, timedelta

import pytest

from models.calendar import Calendar
from processes.forms import check_form, schema_findings
from processes.forms.feel import FeelSyntaxError, evaluate
from processes.forms.feel.functions import is_number
from processes.forms.limits import MAX_NUMBER

pytestmark = pytest.mark.browser

TODAY = date(2026, 11, 20)
BATCHES, SUBMISSIONS = 7, 45
DOCUMENTS = {
    "a": {"id": "a", "sha256": "aa", "name": "预算.PDF", "size": 10},
    "b": {"id": "b", "sha256": "bb", "name": "清单.xlsx", "size": 20},
}
DAYS = [TODAY + timedelta(days=number) for number in range(90)]
CALENDAR = Calendar({day: day.weekday() < 5 and day.day != 1 for day in DAYS})
AHEAD = {
    "from": DAYS[0].isoformat(),
    "until": DAYS[-1].isoformat(),
    "off": [day.isoformat() for day in DAYS if not CALENDAR.days[day]],
}
FACTS = {"ceiling": 38_640_000, "officers": ["韩知远", "罗澄"], "fixed": "不能改"}


def field(kind, key, label, **more):
    return {"type": kind, "key": key, "id": f"f_{key.replace('.', '_')}", "label": label, **more}


def options(*values):
    return [{"label": value, "value": value} for value in values]


INNER = {
    "type": "dynamiclist",
    "path": "parts",
    "id": "l_parts",
    "label": "部位",
    "isRepeating": True,
    "allowAddRemove": True,
    "defaultRepetitions": 0,
    "components": [
        field("textfield", "place", "部位", validate={"required": True, "maxLength": 4})
    ],
}
ROWS = {
    "type": "dynamiclist",
    "path": "items",
    "id": "l_items",
    "label": "清单",
    "isRepeating": True,
    "allowAddRemove": True,
    "components": [
        field("textfield", "title", "名称", validate={"required": True, "minLength": 2}),
        field("number", "count", "数量", validate={"min": 1, "max": "=limit"}, decimalDigits=1),
        field("number", "price", "单价", id="f_unit_price", properties={"check": "money"}),
        field(
            "expression", "sum", "小计", expression="=this.count * this.price", computeOn="change"
        ),
        field(
            "textfield",
            "note",
            "说明",
            conditional={"hide": "=this.count != 3"},
            validate={"required": True},
        ),
        field("filepicker", "paper", "附件", accept=".pdf"),
        INNER,
    ],
}
SCHEMA = {
    "type": "default",
    "id": "differential",
    "schemaVersion": 19,
    "components": [
        field(
            "textfield", "name", "名称", validate={"required": True, "minLength": 2, "maxLength": 6}
        ),
        field("textfield", "plate", "车牌", validate={"pattern": r"^[川渝][A-Z]\w{5}$"}),
        field("textfield", "mail", "邮箱", validate={"validationType": "email"}),
        field("textfield", "phone", "电话", validate={"validationType": "phone"}),
        field("textfield", "code", "信用代码", properties={"check": "uscc"}),
        field(
            "textfield",
            "mobile",
            "手机",
            properties={"check": "mobile"},
            validate={"required": True},
        ),
        field(
            "textfield",
            "fixed",
            "固定",
            readonly=True,
            validate={"required": True, "minLength": 90},
        ),
        field("textfield", "off", "停用", disabled=True),
        field("textarea", "scope", "内容", validate={"maxLength": 8}),
        field("number", "limit", "上限", decimalDigits=0),
        field("number", "rate", "比率", increment=0.05),
        field("number", "text_number", "文本数", serializeToString=True, validate={"min": -1}),
        field(
            "number",
            "price",
            "限价",
            properties={"check": "money"},
            validate={"required": True, "max": "=ceiling"},
        ),
        field("select", "level", "等级", values=options("a", "b", "c")),
        field("radio", "small", "小微", values=options("y", "n"), validate={"required": True}),
        field("select", "officer", "选取人员", valuesKey="officers"),
        field(
            "checklist",
            "trades",
            "专业",
            values=options("水", "电", "路"),
            validate={"required": True},
        ),
        field("taglist", "tags", "标签", values=options("x", "y")),
        field("checkbox", "agreed", "同意", validate={"required": True}),
        field(
            "datetime", "day", "日期", subtype="date", dateLabel="日期", disallowPassedDates=True
        ),
        field(
            "datetime",
            "worked",
            "工作日",
            subtype="date",
            dateLabel="工作日",
            properties={"check": "working_day"},
        ),
        field(
            "datetime",
            "later",
            "之后",
            subtype="datetime",
            dateLabel="之后",
            timeLabel="时刻",
            timeSerializingFormat="no_timezone",
            disallowPassedDates=True,
            properties={"check": "working_day", "working_days": "5"},
        ),
        field(
            "datetime",
            "hour",
            "时间",
            subtype="time",
            timeLabel="时间",
            timeSerializingFormat="no_timezone",
        ),
        field(
            "textfield",
            "why",
            "理由",
            conditional={"hide": '=level != "b"'},
            validate={"required": True},
        ),
        field(
            "textfield",
            "more",
            "补充",
            conditional={"hide": '=why != "理由"'},
            validate={"required": True},
        ),
        {
            "type": "group",
            "id": "g",
            "path": "contact",
            "label": "联系",
            "conditional": {"hide": '=small = "n"'},
            "components": [
                field("textfield", "person.name", "联系人", validate={"required": True})
            ],
        },
        field(
            "filepicker",
            "papers",
            "资料",
            multiple=True,
            accept=".pdf,.xlsx",
            validate={"required": True},
        ),
        field("expression", "total", "合计", expression="=sum(items.sum)", computeOn="change"),
        field("expression", "is_large", "大额", expression="=price > 10000", computeOn="change"),
        field(
            "textfield",
            "reason",
            "大额理由",
            conditional={"hide": "=is_large != true"},
            validate={"required": True},
        ),
        ROWS,
    ],
}

LETTERS = [
    None,
    "",
    "a",
    " a ",
    "某公司",
    "公司𠮷𠮷",
    "理由",
    "七个字的名称呢",
    "川S12345",
    "a@b.cn",
    "0818-2345678",
    "x\u0007y",
]
NUMBERS = [
    None,
    0,
    1,
    2,
    3,
    -1,
    0.1,
    0.3,
    2.5,
    3.14,
    100,
    9_999,
    1e6,
    38_640_000,
    38_640_001,
    2**53,
]
MONEY = [None, 0, 1, 9_999, 10_001, 38_640_000, 38_640_001, -5, 1.5, "12x"]
CODES = [
    None,
    "",
    "91110000600037341L",
    "N2511702MF12345670",
    "9111",
    "91110000600037342L",
    "91110000600037341I",
]
FILES = [None, [DOCUMENTS["a"]], [DOCUMENTS["b"]], [DOCUMENTS["a"], DOCUMENTS["b"]]]


def row(pick):
    return {
        "title": pick(LETTERS),
        "count": pick(NUMBERS),
        "price": pick(MONEY),
        "note": pick(LETTERS),
        "paper": pick(FILES[:3]),
        "parts": [{"place": pick(LETTERS)} for _ in range(pick([0, 1, 2]))],
    }


def submission(pick):
    texts = {
        name: pick(LETTERS)
        for name in ("name", "plate", "mail", "phone", "scope", "why", "more", "reason")
    }
    return {
        **texts,
        "code": pick(CODES),
        "mobile": pick([None, "13800138000", "12800138000", "1380013800"]),
        "limit": pick(NUMBERS),
        "rate": pick(NUMBERS),
        "text_number": pick([None, "0.10", "-3", "7"]),
        "price": pick(MONEY),
        "level": pick([None, "a", "b"]),
        "small": pick([None, "y", "n"]),
        "officer": pick([None, "罗澄"]),
        "trades": pick([[], ["水"], ["水", "路"]]),
        "tags": pick([[], ["x"]]),
        "agreed": pick([True, False]),
        "day": pick([None, "2026-11-19", "2026-11-20", "2027-02-01"]),
        "worked": pick([None, "2026-11-20", "2026-11-21", "2026-12-01", "2027-01-29"]),
        "later": pick(
            [None, "2026-11-19T09:00", "2026-11-26T09:00", "2026-11-27T09:00", "2026-11-29T09:00"]
        ),
        "hour": pick([None, "09:30", "23:59"]),
        "contact": {"person": {"name": pick(LETTERS)}},
        "papers": pick(FILES),
        "items": [row(pick) for _ in range(pick([0, 1, 2, 3]))],
    }


WITHOUT_A_SCREEN = "window.requestAnimationFrame = (draw) => setTimeout(draw)"
JUDGE = """
async ([schema, submissions]) => {
  const place = document.querySelector('[data-form]');
  place.remove(); // judged is what is filled in, and what nobody sees need not be laid out
  const outcomes = [];
  for (const data of submissions) {
    await place.taskForm.form.importSchema(schema, data);
    await place.taskForm.settled();
    outcomes.push(place.taskForm.outcome());
  }
  return outcomes;
}
"""


def alike(one, other):
    """Compare data; computed numbers differ by what binary fractions cannot hold."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(alike(one.get(name), other.get(name)) for name in one.keys() | other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if one in (None, []) and other in (None, []):
        return True  # an empty list is not sent at all by the browser
    if any(is_number(number) and abs(number) > MAX_NUMBER for number in (one, other)):
        return True  # neither side keeps it: a field refuses it, a computed value becomes empty
    if is_number(one) and is_number(other):
        return math.isclose(one, other, rel_tol=1e-12)
    return one == other


def left_out(data):
    """A disabled field, and a total over a row too large to be kept, which both sides refuse."""
    sums = [row.get("sum") for row in data.get("items") or []]
    too_large = any(is_number(one) and abs(one) > MAX_NUMBER for one in sums)
    return {"off": None, **({"total": None} if too_large else {})}


def test_the_schema_of_this_comparison_is_one_that_may_be_published():
    assert [finding for finding in schema_findings(SCHEMA) if finding.level == "error"] == []


@pytest.mark.parametrize("batch", range(BATCHES))
def test_browser_and_server_judge_random_submissions_alike(batch, page, form_page):
    chance = random.Random(batch)
    stored = [{**FACTS, **submission(chance.choice)} for _ in range(SUBMISSIONS)]
    page.add_init_script(WITHOUT_A_SCREEN)
    page.goto(form_page(SCHEMA, FACTS, today=TODAY.isoformat(), blocks={"calendar": AHEAD}))
    page.wait_for_selector("[data-form][data-ready]")
    outcomes = page.evaluate(JUDGE, [SCHEMA, stored])
    different, broken = [], 0
    for known, browser in zip(stored, outcomes, strict=True):
        server = check_form(
            SCHEMA,
            browser["data"],
            known,
            documents=DOCUMENTS.get,
            today=TODAY,
            calendar=CALENDAR,
        )
        broken += len(server.errors)
        kept = {**server.data, **left_out(browser["data"])}
        shown = {**browser["data"], **left_out(browser["data"])}
        if server.errors != browser["errors"] or not alike(kept, shown):
            different.append((browser, server))
    assert not different, json.dumps(different[0][0], ensure_ascii=False) + repr(different[0][1])
    assert broken > SUBMISSIONS, "random submissions must meet the rules"
    assert page.faults == []


EXPRESSIONS = [
    ('level != "p"', {"level": None}),
    ("revenue * 0.15", {"revenue": 10}),
    ("a > 3 and b in [1..5]", {"a": 4, "b": 2}),
    ("count(p) > 1", {"p": [1, 2]}),
    ("sum(p.yuan)", {"p": [{"yuan": 1}, {"yuan": 2}]}),
    ("sum(p.yuan)", {"p": [{"yuan": 1}, {}]}),
    ("sum(p)", {"p": []}),
    ('企业类型 = "甲"', {"企业类型": "甲"}),
    ("missing = null", {}),
    ("if a then 1 else 2", {"a": None}),
    ('contains(name, "公司")', {"name": "某公司"}),
    ('starts with(name, "某")', {"name": "某公司"}),
    ("a < null", {"a": 1}),
    ("a > 1", {"a": "12x"}),
    ("a + 1", {"a": None}),
    ("not(a)", {"a": None}),
    ("a or b", {"a": None, "b": True}),
    ("a and b", {"a": None, "b": False}),
    ('string length("中文") >= 2', {}),
    ('x in ["a", "b"]', {"x": "b"}),
    ("a between 1 and 3", {"a": 2}),
    ('list contains(x, "a")', {"x": ["a"]}),
    ("-a * 2", {"a": 3}),
    ('"a" + "b"', {}),
    ('1 = "1"', {}),
    ("a.b.c", {"a": {}}),
    ("1 - 2 - 3", {}),
    ("floor(2.5) + ceiling(2.5) + abs(-1)", {}),
    ("max(1, 3)", {}),
    ("min(p)", {"p": [4, 2]}),
    ('"2026-01-02" < "2026-02-01"', {}),
    ("a = true", {"a": True}),
    ('number("12.5")', {}),
]


def test_browser_and_server_read_expressions_alike(page, form_page):
    page.goto(form_page(SCHEMA, FACTS))
    page.wait_for_selector("[data-form][data-ready]")
    values = page.evaluate(
        """(list) => { const language = document.querySelector('[data-form]').taskForm.form.get('expressionLanguage');
            return list.map(([source, context]) => language.evaluate('=' + source, context) ?? null); }""",
        [list(one) for one in EXPRESSIONS],
    )
    ours = [evaluate(source, context) for source, context in EXPRESSIONS]
    different = [
        (source, there, here)
        for (source, _), there, here in zip(EXPRESSIONS, values, ours, strict=True)
        if not (
            there == here or (is_number(here) and is_number(there) and float(here) == float(there))
        )
    ]
    assert different == []


def test_what_the_server_cannot_read_is_never_in_a_published_form():
    with pytest.raises(FeelSyntaxError):
        evaluate("for x in p return x", {})
