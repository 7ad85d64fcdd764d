"""The files of worked cases: what is written is read again, what is wrong is said."""

from datetime import date, datetime

import pytest

from models.settings import BPMN
from processes.cases.format import (
    CaseFile,
    CasesFaultyError,
    Opening,
    RuleCase,
    WorkedCase,
    read_cases,
)
from processes.cases.writing import write_cases

pytestmark = pytest.mark.req("PL-2")

FILES = sorted((BPMN / "counties").glob("*/cases/*.toml"))
CASE = """
[[case]]
name = "甲"
flow = "enquiry"
acts = [{ start = "enquiry", by = "trading_centre" }]
expect = { next = [] }
source = "第一条"
"""


@pytest.mark.parametrize("path", FILES, ids=lambda one: f"{one.parent.parent.name}-{one.stem}")
def test_shipped_files_are_written_as_they_are_read(path) -> None:
    body = path.read_bytes()
    assert write_cases(read_cases(body)) == body


def test_anything_a_case_can_hold_survives_writing_and_reading() -> None:
    acts = (
        {"start": "enquiry", "by": "owner", "data": {"kind": "agency"}},
        {"step": "a", "form": {"中文": '"引号"\\\n换行\x7f', "rows": [{"price": 1.5}], "is": True}},
        {"wait": {"working_days": 2}},
        {"event": "bid", "offers": {"contractor1": 17_000_000}},
    )
    openings = (Opening("开头", acts[:2]), Opening("后来", acts[2:3], "开头"))
    rule = RuleCase("规则", "a.b", "第二条", {"value": 3}, on=date(2026, 11, 18))
    period = RuleCase(
        "期限",
        "a.b",
        "第二条",
        {"until": datetime.fromisoformat("2026-11-18T17:30")},
        began=datetime.fromisoformat("2026-11-16T00:00"),
    )
    case = WorkedCase(
        "乙", "enquiry", "第一条", acts[3:], {"phase": "drawn"}, "后来", "2026-11-09T10:00"
    )
    file = CaseFile(openings, (case, rule, period), "说明\n第二行")
    again = read_cases(write_cases(file))
    assert again == file
    assert again.note == file.note
    assert again.acts_of(again.cases[0]) == list(acts)
    assert again.now_of(again.cases[0]) == "2026-11-09T10:00"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1", "不认识的项目：x"),
        ("[[case]]\n=", "不是正确的 TOML"),
        ("case = 3", "须写成 [[case]]"),
        (CASE + CASE, "都叫“甲”"),
        (CASE.replace('source = "第一条"', ""), "没有依据"),
        (CASE.replace("next = []", ""), "没有写应有的结果"),
        (CASE.replace("flow =", "flows ="), "不认识的项目：flows"),
        (CASE.replace("start =", "begin ="), "start、step、wait、event 之一"),
        (CASE.replace('by = "trading_centre"', "hidden = 1"), "不认识的项目：hidden"),
        (CASE.replace("acts", 'begins = "没有"\nacts'), "没有名为“没有”的开头"),
        ('[[case]]\nname = "甲"\nrule = "a"\nexpect = { value = 1 }\nsource = "无"', "哪一天"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(text: str, told: str) -> None:
    with pytest.raises(CasesFaultyError) as caught:
        read_cases(text.encode())
    assert told in caught.value.text
    assert caught.value.text.endswith("。")


def test_beginnings_that_refer_to_one_another_are_refused() -> None:
    text = '[[opening]]\nname = "a"\nbegins = "b"\n[[opening]]\nname = "b"\nbegins = "a"\n'
    with pytest.raises(CasesFaultyError, match="互相引用"):
        read_cases(text.encode())


def test_more_acts_than_any_case_needs_are_refused() -> None:
    acts = ", ".join(['{ wait = "next" }'] * 401)
    with pytest.raises(CasesFaultyError, match="超过400个动作"):
        read_cases(CASE.replace('{ start = "enquiry", by = "trading_centre" }', acts).encode())


ODD_RULE = """
[[case]]
name = "甲"
rule = "intake.review_within"
source = "第一条"
given = 5
expect = { until = 5 }
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CASE.replace('by = "trading_centre"', "by = 5"), "by 须写人名"),
        (CASE.replace('by = "trading_centre"', 'by = ["owner", 5]'), "by 须写人名"),
        (CASE.replace("start =", 'event = "bid", offers = 5, of ='), "offers 须写成"),
        (CASE.replace('by = "trading_centre"', "data = [1]"), "data 须写成"),
        (CASE.replace("next = []", "next = 5"), "下一环节（next）"),
        (CASE.replace("next = []", "next = [{ a = 1 }]"), "下一环节（next）"),
        (ODD_RULE, "从何时起算"),
    ],
)
def test_values_of_another_kind_are_said_and_no_fault(text: str, told: str) -> None:
    with pytest.raises(CasesFaultyError, match=told):
        read_cases(text.encode())


def test_a_time_of_day_is_kept_as_text() -> None:
    file = read_cases(CASE.replace('by = "trading_centre"', "data = { at = 07:30:00 }").encode())
    (case,) = file.cases
    assert isinstance(case, WorkedCase)
    assert case.acts[0]["data"] == {"at": "07:30:00"}
