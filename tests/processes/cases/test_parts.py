"""Judging, coverage, mending, touching and words of worked cases, each by itself."""

from datetime import date, datetime

import pytest

from models.settings import BPMN
from processes.cases.coverage import coverage, findings
from processes.cases.format import CaseFile, Opening, RuleCase, WorkedCase
from processes.cases.judging import differences, is_as
from processes.cases.mending import expecting, mended, renamed, without
from processes.cases.playing import Plan
from processes.cases.ruling import check_rules
from processes.cases.running import halves
from processes.cases.touching import flows_below, met_by_cases, touched
from processes.cases.typed import FactWrongError, shown, typed
from processes.cases.words import words_of
from processes.packs.pack import open_pack

pytestmark = pytest.mark.req("PL-2")

DRAWING = (BPMN / "base/diagrams/enquiry.bpmn").read_bytes()
PACK = open_pack(BPMN / "counties/dazhou")
A, B, NEW = {"step": "a"}, {"step": "b"}, {"step": "new"}
FILE = CaseFile(
    (Opening("开头", (A, B)), Opening("没人用", (A,))),
    (
        WorkedCase("一", "enquiry", "无", ({"step": "c"},), {"next": []}, "开头"),
        WorkedCase("二", "enquiry", "无", ({"step": "d"},), {"next": []}, "开头"),
    ),
)


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        ("XXE*", "XXE-2026-0001", True),
        ("XXE*", "DZX-1", False),
        ([], None, True),
        (0, None, True),
        (["a"], None, False),
        (3, 3, True),
    ],
)
def test_facts_are_compared_as_an_analyst_means_them(wanted, found, same) -> None:
    assert is_as(wanted, found) is same


def test_only_what_is_expected_is_compared() -> None:
    assert differences({"phase": "drawn"}, {"phase": "drawn", "price": 1}) == []


def test_every_branch_not_walked_is_named_as_it_is_drawn() -> None:
    whole = coverage(DRAWING, {one.element for one in coverage(DRAWING, ()).branches})
    assert (whole.percent, whole.missing) == (100, [])
    part = coverage(DRAWING, {whole.branches[0].element})
    assert len(part.missing) == len(whole.branches) - 1
    found = findings({"enquiry": DRAWING}, {"enquiry": {whole.branches[0].element}})
    assert {one.rule for one in found} == {"branch_untested"}
    assert found[0].level == "warning"
    assert "登记" in "".join(one.message for one in found)
    (nothing,) = findings({"enquiry": DRAWING}, {})
    assert "没有一个办理样例走过这个流程" in nothing.message


def test_a_new_step_is_written_into_the_shared_beginning_once() -> None:
    file = mended(FILE, "一", [(1, NEW)])
    assert file.opening("开头").acts == (A, NEW, B)
    assert [file.acts_of(one)[1] for one in file.cases] == [NEW, NEW]
    later = mended(FILE, "一", [(3, NEW)])
    assert later.cases[0].acts == ({"step": "c"}, NEW)
    assert later.cases[1] == FILE.cases[1]


def test_a_case_is_changed_alone_and_beginnings_nobody_needs_go() -> None:
    assert expecting(FILE, "一", {"phase": "x"}).cases[0].expect == {"phase": "x"}
    assert renamed(FILE, "二", "三", "第二条").cases[1].name == "三"
    file = without(without(FILE, "一"), "二")
    assert (file.cases, file.openings) == ((), ())
    assert [one.name for one in without(FILE, "一").openings] == ["开头"]


def plan(flow: str, path: str = "cases/x.toml") -> Plan:
    acts = ({"start": flow},)
    return Plan(path, WorkedCase(flow, flow, "无", acts, {"next": []}), acts)


def test_a_change_touches_the_cases_that_lead_through_it() -> None:
    files = PACK.all_files
    plans = [plan("random_selection"), plan("reverse_auction"), plan("enquiry", "cases/y.toml")]

    def names(*changed: str) -> list[str]:
        return [one.case.flow for one in touched(plans, files, changed)]

    assert names("forms/intake_review.json") == ["random_selection", "reverse_auction"]
    assert names("samples/intake_review.toml") == ["random_selection", "reverse_auction"]
    assert names("diagrams/draw_ceremony.bpmn") == ["random_selection", "reverse_auction"]
    assert names("diagrams/floor_sealing.bpmn") == ["reverse_auction"]
    assert names("cases/y.toml") == ["enquiry"]
    assert len(names("rules.toml")) == len(plans)
    assert touched(plans, files, None, {"floor_sealing"}) == [plans[1]]


@pytest.mark.parametrize(
    ("rules", "is_met"),
    [
        (b"[publishing.approval]\nvalues = [1]", False),
        (b"[publishing.approval]\nvalues = [1]\n[notice.period]\nvalues = [1]", True),
        (b"[publishing.approval", True),
        (None, False),
    ],
)
def test_rules_on_publishing_alone_are_met_by_no_case(rules: bytes | None, is_met: bool) -> None:
    held = {"rules.toml": b"[publishing.approval]\nvalues = [2]"}
    changed = {"rules.toml": rules, "roles.toml": b""}
    assert set(met_by_cases(changed, held)) == {"roles.toml"} | (
        {"rules.toml"} if is_met else set()
    )
    assert "rules.toml" not in met_by_cases({}, held)


def test_a_flow_is_shown_with_every_flow_it_comes_through() -> None:
    below = flows_below(PACK.all_files, "random_selection")
    assert below[0] == "random_selection"
    assert {"project_intake", "draw_ceremony"} <= set(below)


def test_cases_with_the_same_beginning_are_played_by_one_process() -> None:
    acts = [{"step": f"{number}"} for number in range(30)]
    case = WorkedCase("x", "f", "无", (), {"next": []})
    same = [Plan("p", case, (*acts, {"step": name})) for name in "ab"]
    other = [Plan("p", case, ({"step": "z"}, *acts, {"step": name})) for name in "ab"]
    assert halves([same[0], other[0], same[1], other[1]]) == [same, other]
    assert halves([plan("enquiry")]) == [[plan("enquiry")]]


def test_a_rules_value_its_source_and_its_periods_are_checked(session) -> None:
    from models.calendar import load_calendar
    from models.calendar_seed import load_calendar_seed

    load_calendar_seed(session)
    right = RuleCase("对", "publicity.period", "第七十七条", {"value": 1}, on=date(2026, 11, 18))
    wrong = RuleCase("错", "publicity.period", "第九条", {"value": 3}, on=date(2026, 11, 18))
    unknown = RuleCase("无", "no.such", "第九条", {"value": 3}, on=date(2026, 11, 18))
    file = [("cases/r.toml", CaseFile(cases=(right, wrong, unknown)))]
    results = list(check_rules(PACK, load_calendar(session), file))
    assert [one.passed for one in results] == [True, False, False]
    assert len(results[1].told) == 2


@pytest.mark.parametrize(
    ("rule", "began"),
    [
        ("publicity.period", datetime.fromisoformat("0001-01-01T00:00")),
        ("publicity.period", datetime.fromisoformat("9999-12-31T23:00")),
        ("publishing.approval", datetime.fromisoformat("2026-11-18T00:00")),
    ],
)
def test_a_period_that_cannot_be_counted_fails_with_words(session, rule, began) -> None:
    from models.calendar import load_calendar
    from models.calendar_seed import load_calendar_seed

    load_calendar_seed(session)
    case = RuleCase("远", rule, "第九条", {"until": began}, began=began)
    (result,) = check_rules(PACK, load_calendar(session), [("c", CaseFile(cases=(case,)))])
    assert not result.passed
    assert result.told[0]


@pytest.mark.parametrize("form", [b"", b"[]", b'{"components": "x"}', b'{"components": [1, []]}'])
def test_acts_are_said_over_forms_that_cannot_be_read(form) -> None:
    words = words_of({**PACK.all_files, "forms/intake_review.json": form}, PACK.roles)
    assert "decision" in words.act({"step": "intake_review", "form": {"decision": "accepted"}})


def test_acts_are_said_in_the_countys_own_words() -> None:
    words = words_of(PACK.all_files, PACK.roles)
    assert words.act({"start": "random_selection", "by": "owner"}).startswith("项目业主：发起“")
    said = words.act({"step": "intake_review", "form": {"decision": "accepted"}})
    assert "decision" not in said
    assert "accepted" not in said
    assert words.act({"wait": {"working_days": 2}}) == "时间到再过2个工作日"
    assert words.fact("phase", "drawn") == "已选取"
    assert words.fact("next", []) == "没有"
    assert "intake_review" not in words.fact("next", ["intake_review"])
    assert "企业1" in words.act({"event": "join", "by": ["contractor1"]})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("next", "a、b, c", ["a", "b", "c"]),
        ("next", "", []),
        ("price", "16000000", 16_000_000),
        ("answered", "是", True),
        ("phase", " drawn ", "drawn"),
    ],
)
def test_a_fact_is_typed_and_shown(name, text, value) -> None:
    assert typed(name, text) == value
    assert typed(name, shown(value)) == value


@pytest.mark.parametrize(("name", "text"), [("price", "很多"), ("answered", "x"), ("no", "1")])
def test_a_fact_of_another_kind_is_refused(name, text) -> None:
    with pytest.raises(FactWrongError):
        typed(name, text)


def test_what_two_cases_share_is_mended_once_and_the_rest_stays_in_its_place() -> None:
    both = mended(mended(FILE, "一", [(1, NEW), (2, NEW)]), "二", [(1, NEW), (2, NEW)])
    assert both.opening("开头").acts == (A, NEW, B)
    assert [one.acts for one in both.cases] == [(NEW, {"step": "c"}), (NEW, {"step": "d"})]
