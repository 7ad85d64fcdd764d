"""The pages of a move: prepared with its rehearsal, approved, done, looked at, taken back."""

import re

import pytest
from sqlalchemy import select

from models.flow.case_move import CaseMove
from models.flow.definition import BASE, Asset
from models.identity.account import Account
from models.identity.county import County
from models.identity.loading import actor_of
from models.session import unit_of_work
from processes import contents
from processes.engine import ProcessEngine
from tests.processes.engine.world import ROOT, instance_row, items_of, open_steps, publish
from tests.processes.moving import flows
from tests.processes.moving.test_acting import run
from tests.web.conftest import send

PAGE = "/flows/dazhou/walk/moves"
OLD = flows.steps("write", "check", write="填写", check="审核")
NEW = flows.steps("write", "sign", "verify", write="填写", sign="会签", verify="审核")


@pytest.fixture
def cases(people, settings):
    """Two cases of the centre on the old version; the new one is in force."""
    people("dz.centre", "trading_centre")
    people("dz.publisher", "publisher")
    with unit_of_work() as session:
        digest = contents.put(session, (ROOT / "bpmn/base/roles.toml").read_bytes())
        session.add(Asset(county_code=BASE, path="roles.toml", sha256=digest))
    publish(OLD)
    found = []
    for _ in range(2):
        with unit_of_work() as session:
            account = session.scalar(select(Account.id).where(Account.username == "dz.centre"))
            actor = actor_of(session, account)
            engine = ProcessEngine(session, settings=settings)
            found.append(engine.start("walk", "dazhou", {}, actor=actor).id)
    publish(NEW)
    return found


def old_version(browser):
    return re.search(r"\?from=([0-9a-f]{32})", browser.get(PAGE).text)[1]


def prepare(browser, cases, **mapping):
    form = {f"map-{name}": value for name, value in mapping.items()}
    return send(browser, PAGE, **{"from": old_version(browser)}, case=cases, reason="改进", **form)


def test_a_move_goes_from_rehearsal_to_undo(cases, sign_in):
    browser = sign_in("dz.publisher")
    page = browser.get(f"{PAGE}?from={old_version(browser)}").text
    assert "用户任务“审核”" in page
    assert '<option value="verify" selected>' in page
    assert "填写 2" in page
    answer = prepare(browser, cases, check="verify")
    assert answer.status_code == 303
    shown = browser.get(answer.location).text
    assert shown.count("可以迁移") == 2
    assert open_steps(cases[0]) == ["write"]
    send(browser, f"{answer.location}/approve")
    move = answer.location.rpartition("/")[2]
    run(move)
    assert browser.get(answer.location).text.count("已迁移") >= 2
    send(browser, f"{answer.location}/undo")
    run(move, "undo")
    assert browser.get(answer.location).text.count("已回到原版本") == 2
    assert "已撤回" in browser.get(PAGE).text


def test_a_case_that_cannot_be_moved_says_why_on_the_page(cases, sign_in, settings):
    item = items_of(cases[0])[0].id
    with unit_of_work() as session:
        account = session.scalar(select(Account.id).where(Account.username == "dz.centre"))
        engine = ProcessEngine(session, settings=settings)
        engine.complete(item, {}, actor=actor_of(session, account))
    browser = sign_in("dz.publisher")
    page = browser.get(prepare(browser, cases).location).text
    assert "案卷停在“审核”，新版本里没有这一步" in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reason": " "}, "请写明原因"),
        ({"case": []}, "没有可迁移的案卷"),
        ({"map-write": "x"}, "不在流程图里"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_stored(cases, sign_in, change, told):
    browser = sign_in("dz.publisher")
    form = {"from": old_version(browser), "case": cases, "reason": "改进", **change}
    answer = send(browser, PAGE, **form)
    assert answer.status_code == 422
    assert told in answer.text
    with unit_of_work() as session:
        assert session.scalar(select(CaseMove.id)) is None


def test_analysts_look_and_only_publishers_of_the_county_act(cases, sign_in, people):
    people("dz.analyst", "analyst")
    people("hr.publisher", "publisher", county="huairou")
    publisher = sign_in("dz.publisher")
    version = old_version(publisher)
    analyst = sign_in("dz.analyst")
    assert "须由本区县的流程发布员办理" in analyst.get(PAGE).text
    form = {"from": version, "case": cases, "reason": "改进"}
    assert send(analyst, PAGE, **form).status_code == 403
    location = prepare(publisher, cases).location
    assert send(analyst, f"{location}/approve").status_code == 403
    assert sign_in("hr.publisher").get(location).status_code == 403
    assert sign_in("dz.centre").get(PAGE).status_code == 403


def test_a_move_of_another_flow_or_county_is_not_found(cases, sign_in):
    browser = sign_in("dz.publisher")
    move = prepare(browser, cases).location.rpartition("/")[2]
    assert browser.get(f"/flows/dazhou/other/moves/{move}").status_code == 404
    assert browser.get(f"{PAGE}/{'0' * 32}").status_code == 404
    assert browser.get(f"{PAGE}?from={'0' * 32}").status_code == 404


def own(bpmn):
    return bpmn.replace("填写".encode(), "填报".encode())


TOGETHER = "/flows/base/walk/moves/together"


def test_cases_of_many_counties_are_moved_and_taken_back_in_one_act(
    cases, sign_in, people, settings
):
    people("city.publisher", "publisher", county="*")
    with unit_of_work() as session:
        session.add(County(code="huairou", name="怀柔区"))
    people("hr.centre", "trading_centre", county="huairou")
    publish(own(OLD), "huairou")
    with unit_of_work() as session:
        account = session.scalar(select(Account.id).where(Account.username == "hr.centre"))
        engine = ProcessEngine(session, settings=settings)
        other = engine.start("walk", "huairou", {}, actor=actor_of(session, account)).id
    publish(own(NEW), "huairou")
    browser = sign_in("city.publisher")
    assert "各区县一起迁移" in browser.get("/flows/base/walk/moves").text
    assert '<option value="verify" selected>' in browser.get(TOGETHER).text
    form = {"county": ["dazhou", "huairou"], "reason": "改进", "map-check": "verify"}
    answer = send(browser, TOGETHER, **form)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert page.count(">可以迁移<") == 3
    with unit_of_work() as session:
        moves = {move.county_code: move for move in session.scalars(select(CaseMove))}
        assert {code: move.mapping for code, move in moves.items()} == {
            "dazhou": {"check": "verify"},
            "huairou": {"check": "verify"},
        }
    send(browser, f"{answer.location}/approve")
    for move in moves.values():
        run(move.id)
    assert instance_row(other).definition_id == moves["huairou"].to_id
    send(browser, f"{answer.location}/undo")
    for move in moves.values():
        run(move.id, "undo")
    assert browser.get(answer.location).text.count("已回到原版本") == 3
    assert instance_row(other).definition_id == moves["huairou"].from_id
    assert send(browser, f"{answer.location}/undo", page=TOGETHER).status_code == 303
    assert sign_in("dz.publisher").get(TOGETHER).status_code == 403
    assert browser.get(f"{TOGETHER}/none").status_code == 404
