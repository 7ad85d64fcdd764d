"""Differences of forms, decisions, rules and texts are told in meaning."""

from pathlib import Path

import orjson
import pytest

from processes.compare import Kind, changes, decision_changes, form_changes, rules_changes
from processes.compare.order import keeping_order

ROOT = Path(__file__).resolve().parents[3]
FORM = (ROOT / "bpmn/base/forms/accept_works.json").read_bytes()
TABLE = (ROOT / "bpmn/base/decisions/evaluation_criteria.dmn").read_bytes()
RULES = (ROOT / "bpmn/base/rules.toml").read_bytes()
NOTICE = (ROOT / "bpmn/base/notices/award_notice.toml").read_bytes()
FILES = sorted(path for path in (ROOT / "bpmn").rglob("*.*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_differs_from_itself(path):
    body = path.read_bytes()
    assert changes(path.name, body, body + b"\n") == []


def test_a_field_made_optional_is_told():
    form = orjson.loads(FORM)
    form["components"][1]["validate"]["required"] = False
    (found,) = form_changes(FORM, orjson.dumps(form))
    assert (found.title, found.what, found.before, found.after) == (
        "日期时间“竣工日期”",
        "必填",
        "是",
        "",
    )


def test_one_field_dragged_to_the_end_moved_and_no_other():
    form = orjson.loads(FORM)
    form["components"].append(form["components"].pop(1))
    (found,) = form_changes(FORM, orjson.dumps(form))
    assert (found.kind, found.element) == (Kind.MOVED, "accept_works_completed_on")


def test_a_new_field_and_one_taken_away_are_told():
    form = orjson.loads(FORM)
    form["components"][1] = {"type": "textfield", "key": "note", "label": "备注", "id": "f1"}
    kinds = [(one.kind, one.title) for one in form_changes(FORM, orjson.dumps(form))]
    assert kinds == [(Kind.REMOVED, "日期时间“竣工日期”"), (Kind.ADDED, "单行文字“备注”")]


def test_a_cell_of_a_decision_is_told_by_its_rule_and_column():
    after = TABLE.replace(b"<text>40</text>", b"<text>45</text>")
    (found,) = decision_changes(TABLE, after)
    assert (found.title, found.what, found.before, found.after) == (
        "第1条规则",
        "输出“满分”",
        "40",
        "45",
    )


def test_a_renamed_column_is_one_change_and_none_of_its_cells():
    after = TABLE.replace('label="满分"'.encode(), 'label="分值"'.encode())
    (found,) = decision_changes(TABLE, after)
    assert (found.before, found.after) == ("满分", "分值")


def test_a_value_from_a_later_day_is_added():
    new = '\n[[intake.review_within.values]]\nfrom = 2027-01-01\nvalue = 3\nsource = "通知"\n'
    (found,) = rules_changes(
        RULES,
        RULES.replace(b"\n[intake.resubmit_within]", f"{new}\n[intake.resubmit_within]".encode()),
    )
    assert (found.element, found.what) == ("intake.review_within", "自2027-01-01起的值")
    assert (found.before, found.after) == ("", "3（通知）")


def test_a_changed_text_is_told():
    after = NOTICE.replace("任何人都可以".encode(), "公众可以".encode())
    (found,) = changes("notices/award_notice.toml", NOTICE, after)
    assert found.what == "正文"


@pytest.mark.parametrize("path", ["diagrams/a.bpmn", "forms/a.json", "decisions/a.dmn", "a.toml"])
def test_what_cannot_be_read_is_compared_line_by_line(path):
    (found,) = changes(path, b"<a\nb", b"<a\nc")
    assert (found.element, found.before, found.after) == ("line:2", "b", "c")


@pytest.mark.parametrize("depth", [100, 100_000])
def test_a_form_nested_without_end_is_no_crash(depth):
    deep = b'{"components":[' * depth + b"]}" * depth
    assert isinstance(changes("forms/a.json", FORM, deep), list)


def test_a_property_nested_deeper_than_json_is_written_is_no_crash():
    deep = b"[" * 500 + b"]" * 500
    form = b'{"components":[{"id":"a","properties":{"x":%b}}]}' % deep
    assert changes("forms/a.json", FORM, form)


def test_a_whole_file_that_came_or_went_is_one_change():
    assert changes("forms/a.json", None, FORM)[0].kind == Kind.ADDED
    assert changes("forms/a.json", FORM, None)[0].kind == Kind.REMOVED


def test_keeping_order_keeps_as_many_as_can_be():
    assert keeping_order("abcde", "eabcd") == set("abcd")
    assert keeping_order("", "abc") == set()
