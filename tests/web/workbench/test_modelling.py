"""What the modeller asks while somebody draws."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI

from models.flow.proposal import Proposal
from models.identity.actor import PLATFORM
from models.session import unit_of_work
from models.settings import BPMN
from processes import proposals
from tests.web.workbench.site import ask, browser_of

pytestmark = pytest.mark.req("PL-1")
FLOW = "random_selection"
SOURCE = (BPMN / "base" / "diagrams" / f"{FLOW}.bpmn").read_text()


@pytest.fixture
def analyst(site: OpenAPI) -> FlaskClient:
    return browser_of(site, "dz.analyst.甲")


@pytest.fixture
def proposal(analyst: FlaskClient) -> str:
    with unit_of_work() as session:
        return proposals.create(session, "dazhou", "试", PLATFORM).id


def check(browser: FlaskClient, proposal: str, text: str, key: str = FLOW, **more: object):
    answer = ask(browser, "POST", "/modeller/check", proposal=proposal, key=key, text=text, **more)
    assert answer.status_code == 200, answer.text
    return {(each["element"], each["rule"], each["level"]) for each in answer.json["findings"]}


def test_a_sound_diagram_has_no_error(analyst: FlaskClient, proposal: str) -> None:
    assert {level for *_, level in check(analyst, proposal, SOURCE)} <= {"warning"}


@pytest.mark.req("PL-1")
def test_a_finding_stands_at_its_element(analyst: FlaskClient, proposal: str) -> None:
    wrong = SOURCE.replace('change_approved["kind"] != "terminate"', "change_aproved ==")
    assert wrong != SOURCE
    assert ("flow_is_changed_prepare_draw", "text_compiles", "error") in check(
        analyst, proposal, wrong
    )


def test_a_form_of_the_proposal_exists_for_the_check(analyst: FlaskClient, proposal: str) -> None:
    text = SOURCE.replace('value="decide_after_failure"', 'value="countersign"')
    if text == SOURCE:
        text = SOURCE.replace("decide_after_failure.json", "countersign.json")
    assert text != SOURCE
    before = {rule for _, rule, _ in check(analyst, proposal, text)}
    assert "form_exists" in before
    save(proposal, "forms/countersign.json", (BPMN / "base/forms/decide_after_failure.json"))
    assert "form_exists" not in {rule for _, rule, _ in check(analyst, proposal, text)}


def test_a_flow_of_the_proposal_may_be_called(analyst: FlaskClient, proposal: str) -> None:
    text = SOURCE.replace('calledElement="announcement"', 'calledElement="my_announcement"')
    assert text != SOURCE
    assert "called_flow" in {rule for _, rule, _ in check(analyst, proposal, text)}
    save(proposal, "diagrams/my_announcement.bpmn", BPMN / "base/diagrams/announcement.bpmn")
    assert "called_flow" not in {rule for _, rule, _ in check(analyst, proposal, text)}


def save(proposal: str, path: str, file: Path) -> None:
    with unit_of_work() as session:
        row = session.get_one(Proposal, proposal)
        proposals.save_file(session, row, path, file.read_bytes(), version=0, actor=PLATFORM)


def test_another_key_is_told(analyst: FlaskClient, proposal: str) -> None:
    assert (FLOW, "other_key", "error") in check(analyst, proposal, SOURCE, key="another")


@pytest.mark.parametrize("text", ["", "<", "<html/>", "<!DOCTYPE x>", "\x00"])
def test_a_text_that_is_no_diagram_is_a_finding(analyst, proposal, text) -> None:
    ((element, rule, level),) = check(analyst, proposal, text)
    assert (element, rule, level) == ("", "bad_diagram", "error")


def expression(browser: FlaskClient, proposal: str, text: str, **more: object):
    answer = ask(browser, "POST", "/modeller/expression", proposal=proposal, text=text, **more)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("amount ＞ 3", 8, "改为英文半角的 >"),
        ("amount > (3", 10, "没有配对"),
        ("amount = 3", 1, "两个等号"),
        ("'abc", 1, "引号"),
        ("foo(amount)", 1, "没有名为 foo 的函数"),
        ("rule('intake.review_withn')", 7, "intake.review_within"),
        ("true", 1, "True"),
    ],
)
def test_an_expression_is_read_as_it_is_typed(analyst, proposal, text, column, words) -> None:
    answer = expression(analyst, proposal, text, names=["amount"])
    (trouble,) = answer["troubles"]
    assert trouble["level"] == "error"
    assert words in trouble["message"]
    if "=" not in text:
        assert trouble["column"] == column


def test_an_unknown_variable_is_doubted_with_what_is_near(analyst, proposal) -> None:
    answer = expression(analyst, proposal, "amuont > 3", names=["amount"])
    (trouble,) = answer["troubles"]
    assert (trouble["level"], trouble["column"]) == ("warning", 1)
    assert "是不是 amount" in trouble["message"]
    assert expression(analyst, proposal, "amuont > 3")["troubles"] == []


def test_what_a_time_comes_to_is_shown(analyst, proposal) -> None:
    answer = expression(analyst, proposal, "deadline('intake.review_within')", kind="timer")
    assert answer["troubles"] == []
    assert answer["example"].startswith("20")


@pytest.mark.parametrize(
    ("kind", "text"), [("duration", "P3D"), ("duration", "3"), ("timer", "'2026-01-01T00:00'")]
)
def test_a_time_that_is_none_is_refused_with_an_example(analyst, proposal, kind, text) -> None:
    answer = expression(analyst, proposal, text, kind=kind, names=["P3D"])
    assert "例如" in answer["troubles"][0]["message"]


@pytest.mark.parametrize(
    "text",
    [
        "[0] * 1000000000",
        "sum([i for i in range(100000000)])",
        "'x' * 10000000000",
        "(" * 5000,
        "f(" * 3000 + ")" * 3000,
        "[i for i in range(9999) for j in range(9999) for k in range(9999)]",
    ],
)
def test_a_bomb_is_contained_and_the_next_question_answered(analyst, proposal, text) -> None:
    answer = expression(analyst, proposal, text)
    assert answer["troubles"]
    assert expression(analyst, proposal, "1 + 1")["example"] == "2"


def test_variables_at_a_step_name_who_sets_them(analyst, proposal) -> None:
    answer = ask(
        analyst,
        "POST",
        "/modeller/variables",
        proposal=proposal,
        text=SOURCE,
        element="award_project",
    )
    known = {each["name"]: each for each in answer.json["variables"]}
    assert known["draw"]["set_by"] == ["prepare_draw"]
    assert known["project"]["set_by"] == []
    early = ask(
        analyst,
        "POST",
        "/modeller/variables",
        proposal=proposal,
        text=SOURCE,
        element="start_project",
    )
    assert "draw" not in {each["name"] for each in early.json["variables"]}


@pytest.mark.parametrize("door", ["check", "expression", "variables"])
def test_other_peoples_doors_stay_closed(site: OpenAPI, proposal: str, door: str) -> None:
    path = f"/modeller/{door}"
    stranger = browser_of(site, "hr.analyst")
    assert ask(stranger, "POST", path, proposal=proposal, text="1").status_code == 403
    owner = browser_of(site, "dz.owner")
    assert ask(owner, "POST", path, proposal=proposal, text="1").status_code == 403
    analyst = browser_of(site, "dz.analyst.乙")
    assert ask(analyst, "POST", path, proposal="none", text="1").status_code == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"text": 1}, {"text": "1", "kind": "x"}, {"text": "1", "names": 3}, {"text": "\ud800"}],
)
def test_a_question_that_is_none_is_refused(analyst, proposal, body) -> None:
    answer = ask(analyst, "POST", "/modeller/expression", **{"proposal": proposal, **body})
    assert answer.status_code in {200, 422}
    if answer.status_code == 200:
        assert answer.json["troubles"]
