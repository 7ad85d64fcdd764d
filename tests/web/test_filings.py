"""Filed results: for the regulator of the county, and for nobody else."""

import json
from datetime import timedelta

import pytest

from models.identity.account import Account, Grant
from models.ledger.tables import LedgerEntry
from models.selection import filed_results
from models.selection.filed_results import FiledResult
from models.selection.verifier import verify
from models.session import unit_of_work
from models.settings import Settings
from tests.city import FREEZE, SELECTION, City, city, county
from tests.flows.interrupting import cancel
from tests.seeding import rows
from tests.web.conftest import send
from web.app import create_app

__all__ = ["city", "county"]

OTHERS = (
    "dz.owner",
    "dz.selector",
    "dz.monitor",
    "dz.centre",
    "dz.leader",
    "dz.contractor01",
    "city.centre",
    "analyst",
    "keeper.system",
    "keeper.security",
    "keeper.audit",
)


@pytest.fixture
def story(city: City):
    story = city.announced(1, 2, 3)
    story.wake(FREEZE)
    cancel(city, story, SELECTION - timedelta(hours=1))
    story.wake(SELECTION)
    return story


@pytest.fixture
def site(city: City, story):
    return create_app(Settings(data_dir=str(city.folder), secret_key="s" * 64))


def browser_of(site, username):
    browser = site.test_client()
    send(browser, "/sign-in", username=username, password="smallworks-demo")
    return browser


def grant(username: str, role: str, county: str) -> None:
    with unit_of_work() as session:
        account = next(one for one in rows(Account) if one.username == username)
        session.add(Grant(account_id=account.id, role=role, county_code=county))


@pytest.mark.req("DZ-80a")
def test_regulator_reads_who_would_have_won_and_takes_the_whole_proof(site, city, story) -> None:
    browser = browser_of(site, "dz.housing")
    page = browser.get("/filings").text
    (filed,) = rows(FiledResult)
    assert story.requirement.title in page
    assert filed.proof_hash in page
    answer = browser.get(f"/filings/{filed.draw_id}/proof.json")
    proof = json.loads(answer.data)
    assert answer.data == filed_results.proof_of(city.settings, filed)
    assert verify(proof, expected_plan=city.draw(story).plan_hash).plan_compared
    assert answer.headers["Cache-Control"] == "no-store"
    read = [json.loads(one.body) for one in rows(LedgerEntry)]
    for action in ("draw:filed_listed", "draw:filed_read"):
        (entry,) = [one for one in read if one["action"] == action]
        assert (entry["object"], entry["role"]) == (filed.draw_id, "regulator")


@pytest.mark.req("DZ-80a")
@pytest.mark.parametrize("username", OTHERS)
def test_nobody_else_is_let_in(site, username: str) -> None:
    browser = browser_of(site, username)
    (filed,) = rows(FiledResult)
    for address in ("/filings", f"/filings/{filed.draw_id}/proof.json"):
        assert browser.get(address).status_code == 403


def test_visitor_is_asked_to_sign_in(site) -> None:
    (filed,) = rows(FiledResult)
    answer = site.test_client().get(f"/filings/{filed.draw_id}/proof.json")
    assert answer.status_code in (302, 303, 401)


@pytest.mark.req("DZ-80a")
def test_regulator_of_another_county_sees_and_takes_nothing(site, story) -> None:
    grant("city.centre", "regulator", "huairou")
    browser = browser_of(site, "city.centre")
    page = browser.get("/filings")
    assert page.status_code == 200
    assert story.requirement.title not in page.text
    (filed,) = rows(FiledResult)
    other = browser.get(f"/filings/{filed.draw_id}/proof.json")
    unknown = browser.get("/filings/unknown/proof.json")
    assert (other.status_code, unknown.status_code) == (404, 404)


def test_without_the_key_the_list_stands_and_the_proof_says_what_is_missing(site, city) -> None:
    filed_results.key_path(city.settings).unlink()
    browser = browser_of(site, "dz.housing")
    assert "无法开启" in browser.get("/filings").text
    (filed,) = rows(FiledResult)
    answer = browser.get(f"/filings/{filed.draw_id}/proof.json")
    assert answer.status_code == 503
    assert "备案结果的密钥不在本机" in answer.text


def test_ceremony_is_closed_with_the_reason_for_those_who_had_a_part(site, city, story) -> None:
    draw_id = city.draw(story).id
    page = browser_of(site, "dz.selector").get(f"/ceremonies/{draw_id}").text
    assert "选取已取消" in page
    assert "施工范围有重大调整" in page
    hall = browser_of(site, "dz.centre").get(f"/ceremonies/{draw_id}/hall").text
    assert "选取已取消" in hall
    held = browser_of(site, "dz.monitor").get("/ceremonies?held=1").text
    assert "冻结后取消" in held
