"""A step that a county wants confirmed by a key: asked for, refused without, kept in the log."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from models.flow.definition import BASE, RuleValue
from models.flow.rules import forget_rules
from models.flow.work_item import WorkItem, WorkItemState
from models.identity import authorities, keys
from models.identity.account import Account
from models.identity.key_tables import CaToken, CertificateAuthority
from models.ledger.tables import LedgerEntry
from models.session import reading, unit_of_work
from tests.pki import Authority
from tests.processes.diagrams import END, START, chain, lanes, process
from tests.processes.engine.world import found_world, publish
from tests.soft_key import SoftKey
from tests.web.case_world import task
from tests.web.conftest import send
from tests.web.key_browser import ORIGIN, SITE, bind, kinds, post, with_certificate, with_key

pytestmark = pytest.mark.req("HR-3.4.4")


@pytest.fixture
def world(database, business_day):
    """Dazhou wants a key for the first step, Huairou does not."""
    forget_rules()
    found_world()
    with unit_of_work() as session:
        for county, value in (("dazhou", True), (BASE, False)):
            session.add(
                RuleValue(
                    county_code=county, key="keys.award_notice", value=value, unit="boolean",
                    label="须用密钥", source="测试", from_on=date(2021, 1, 1),
                )
            )  # fmt: skip
    publish(
        process(
            lanes(项目业主="begin fill check finish"),
            START,
            task("fill", "发布中选结果", "请核对。", key="keys.award_notice"),
            task("check", "核对", "请核对。", key="keys.award_notice"),
            END,
            chain("begin", "fill", "check", "finish"),
            id="keyed",
        )
    )
    yield
    forget_rules()


@pytest.fixture
def settings(settings):
    return replace(settings, trusted_proxies="1", public_url=ORIGIN)


@pytest.fixture
def app(app):
    app.config.update(SESSION_COOKIE_SECURE=False, SESSION_COOKIE_NAME="smallworks")
    app.config["WTF_CSRF_SSL_STRICT"] = False
    return app


@pytest.fixture
def soft():
    return SoftKey(ORIGIN, SITE)


@pytest.fixture
def owner(world, people, sign_in, soft):
    people("dz.owner", "owner", name="韩知远")
    browser = sign_in("dz.owner")
    assert bind(browser, with_key(soft)).status_code == 200
    return browser


def begin(browser):
    answer = send(browser, "/projects/new", flow="keyed")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def proof(browser, soft, item, about=None, page="/account/keys/"):
    asked = {"about": (about or item).rpartition("/")[2]}
    begun = post(browser, "/account/keys/challenge", asked, page=page).json
    answer = soft.ask(begun["security_key"])
    return {"challenge": begun["challenge"], "way": "security_key", "answer": answer}


def complete(browser, item, key=None):
    body = {"form": {}} | ({"key": key} if key else {})
    return post(browser, f"{item}/complete", body, page="/account/")


def state(item):
    with reading() as session:
        return session.get_one(WorkItem, item.rpartition("/")[2]).state


def test_the_county_decides_and_the_page_says_so(owner, people, sign_in):
    item = begin(owner)
    page = owner.get(item).text
    assert "须用您绑定的安全密钥或数字证书确认" in page
    assert 'id="step-key"' in page
    people("hr.owner", "owner", county="huairou")
    elsewhere = sign_in("hr.owner")
    other = begin(elsewhere)
    assert 'id="step-key"' not in elsewhere.get(other).text
    assert complete(elsewhere, other).status_code == 200


def test_with_the_proof_it_is_done_and_the_log_keeps_which_key(owner, soft):
    item = begin(owner)
    assert complete(owner, item, proof(owner, soft, item)).status_code == 200
    assert state(item) is WorkItemState.DONE
    assert kinds()[-1] == "key.step"
    with reading() as session:
        handle = session.scalars(select(CaToken.handle)).one()
        logged = [json.loads(body) for body in session.scalars(select(LedgerEntry.body))]
    [done] = [one for one in logged if one["action"] == "work_item:completed"]
    assert handle in json.dumps(done)


def test_without_a_proof_page_and_interface_refuse(owner, token):
    item = begin(owner)
    answer = complete(owner, item)
    assert (answer.status_code, answer.json["code"]) == (403, "key_required")
    with reading() as session:
        person = session.scalars(select(Account).where(Account.username == "dz.owner")).one()
    path = f"/api/v1{item}/complete"
    answer = owner.application.test_client().post(path, json={"form": {}}, headers=token(person))
    assert (answer.status_code, answer.json["code"]) == (403, "key_required")
    assert state(item) is not WorkItemState.DONE


def test_a_proof_for_another_step_or_a_used_one_is_refused(owner, soft):
    first, second = begin(owner), begin(owner)
    answer = complete(owner, first, proof(owner, soft, first, about=second))
    assert (answer.status_code, answer.json["code"]) == (422, "challenge")
    used = proof(owner, soft, first)
    assert complete(owner, first, used).status_code == 200
    following = complete(owner, second, used)
    assert (following.status_code, following.json["code"]) == (422, "challenge")
    assert kinds()[-1] == "key.refused"
    assert state(second) is not WorkItemState.DONE


def test_a_failed_proof_is_used_up(owner, soft):
    item = begin(owner)
    given = proof(owner, soft, item)
    broken = given | {"answer": given["answer"] | {"response": {}}}
    assert complete(owner, item, broken).json["code"] == "security_key"
    assert complete(owner, item, given).json["code"] == "challenge"


def test_a_step_refused_for_another_reason_uses_its_proof_up_too(owner, soft):
    item = begin(owner)
    given = proof(owner, soft, item)
    address = f"{item}/complete"
    refused = post(owner, address, {"form": "rubbish", "key": given}, page="/account/")
    assert (refused.status_code, refused.json["code"]) != (422, "challenge")
    assert refused.status_code >= 400
    assert complete(owner, item, given).json["code"] == "challenge"


def test_a_proof_to_sign_in_confirms_no_step(owner, soft):
    item = begin(owner)
    begun = post(owner, "/sign-in/keys/challenge", {}, page="/account/").json
    answer = soft.ask(begun["security_key"])
    given = {"challenge": begun["challenge"], "way": "security_key", "answer": answer}
    assert complete(owner, item, given).json["code"] == "challenge"


def test_a_colleagues_key_confirms_nothing_for_me(owner, soft, people, sign_in):
    people("dz.owner2", "owner")
    colleague = sign_in("dz.owner2")
    item = begin(colleague)
    assert "您还没有绑定" in colleague.get(item).text
    answer = complete(colleague, item, proof(colleague, soft, item))
    assert (answer.status_code, answer.json["code"]) == (422, "key_of_another")


def test_a_key_unbound_meanwhile_confirms_nothing(owner, soft):
    item = begin(owner)
    given = proof(owner, soft, item)
    with unit_of_work() as session:
        token = session.scalars(select(CaToken)).one()
        keys.unbind(session, token.account, token.id, "test")
    assert complete(owner, item, given).json["code"] == "key_not_bound"


def test_a_certificate_must_be_trusted_in_the_county_of_the_step(world, people, sign_in):
    made = Authority()
    people("dz.owner", "owner", name="韩知远")
    with unit_of_work() as session:
        for county in ("dazhou", "huairou"):
            row = authorities.register(session, "中心", county, made.pem)
        authorities.load_crl(session, row, made.crl())
    browser, holder = sign_in("dz.owner"), made.issue("韩知远")
    assert bind(browser, with_certificate(holder)).status_code == 200
    item = begin(browser)

    def try_it():
        asked = {"about": item.rpartition("/")[2]}
        begun = post(browser, "/account/keys/challenge", asked, page="/account/").json
        given = with_certificate(holder)(begun) | {"challenge": begun["challenge"]}
        return complete(browser, item, given)

    with unit_of_work() as session:
        rows = session.scalars(select(CertificateAuthority))
        [here] = [row for row in rows if row.county_code == "dazhou"]
        here.retired_at = here.added_at
    assert try_it().json["code"] == "authority_elsewhere"
    with unit_of_work() as session:
        session.get_one(CertificateAuthority, here.id).retired_at = None
    assert try_it().status_code == 200


def test_a_challenge_is_given_for_steps_that_exist(owner):
    answer = post(owner, "/account/keys/challenge", {"about": "nothing"}, page="/account/")
    assert answer.status_code == 404
