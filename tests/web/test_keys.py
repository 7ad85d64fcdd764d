"""Keys and certificates through HTTP: binding, signing in, headers of proxies, steps."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from models.identity import authorities
from models.identity.key_tables import CaToken
from models.session import reading, unit_of_work
from tests.pki import Authority
from tests.soft_key import SoftKey
from tests.web.conftest import PASSWORD, send
from tests.web.key_browser import (
    ORIGIN,
    SITE,
    bind,
    enter,
    kinds,
    post,
    with_certificate,
    with_key,
)

pytestmark = pytest.mark.req("HR-3.4.4", "HR-4.12.2", "HR-5.2")
PROXY = {"REMOTE_ADDR": "10.0.0.5"}


@pytest.fixture
def settings(settings):
    more = {"trusted_proxies": "1", "certificate_proxies": "10.0.0.5", "public_url": ORIGIN}
    return replace(settings, **more)


@pytest.fixture
def app(app):
    app.config.update(SESSION_COOKIE_SECURE=False, SESSION_COOKIE_NAME="smallworks")
    app.config["WTF_CSRF_SSL_STRICT"] = False
    return app


@pytest.fixture
def soft():
    return SoftKey(ORIGIN, SITE)


@pytest.fixture
def town(people, sign_in):
    account = people("hr.town", "owner", name="温砚")
    return account, sign_in("hr.town")


@pytest.fixture
def holder(database, people):
    made = Authority()
    with unit_of_work() as session:
        row = authorities.register(session, "测试证书中心", "dazhou", made.pem)
        authorities.load_crl(session, row, made.crl())
    return made.issue("温砚")


def test_a_key_bound_signs_in_elsewhere_and_goes_where_it_was_going(app, town, soft):
    assert bind(town[1], with_key(soft)).json == {"next": "/account/keys/"}
    assert "“我的”" in town[1].get("/account/keys/").text
    browser = app.test_client()
    answer = enter(browser, "security_key", lambda begun: soft.ask(begun["security_key"]))
    assert answer.json == {"next": "/account/"}
    assert "hr.town" in browser.get("/account/").text
    assert kinds() == ["sign_in", "key.bound", "sign_in.key"]


def test_the_way_on_never_leads_elsewhere(app, town, soft):
    bind(town[1], with_key(soft))
    answer = enter(
        app.test_client(),
        "security_key",
        lambda begun: soft.ask(begun["security_key"]),
        place="//evil.example",
    )
    assert answer.json == {"next": "/desk"}


def test_binding_asks_for_the_password_and_notes_the_refusal(town, soft):
    answer = bind(town[1], with_key(soft), password="not mine")
    assert (answer.status_code, answer.json["code"]) == (422, "wrong_password")
    answer = bind(town[1], with_key(soft), password=None)
    assert answer.status_code == 422
    assert kinds() == ["sign_in", "key.refused", "key.refused"]
    with reading() as session:
        assert session.scalars(select(CaToken)).all() == []


def test_a_failed_binding_uses_its_challenge_up(town, holder):
    begun = post(town[1], "/account/keys/challenge", {}, page="/account/keys/").json
    body = {"challenge": begun["challenge"], "way": "certificate_signature", "password": PASSWORD}
    wrong = holder.sign("something else")
    right = holder.sign(begun["statement"])
    answers = [
        post(town[1], "/account/keys/bind", {**body, "answer": one}, page="/account/keys/")
        for one in (wrong, right)
    ]
    codes = [answer.json["code"] for answer in answers]
    assert codes == ["wrong_signature", "challenge"]


def test_names_change_and_what_is_unbound_is_gone(town, soft, app, people, sign_in):
    bind(town[1], with_key(soft))
    with reading() as session:
        token = session.scalars(select(CaToken.id)).one()
    page = "/account/keys/"
    people("hr.other", "owner")
    other = sign_in("hr.other")
    for act in ("name", "unbind"):
        answer = send(other, f"/account/keys/{token}/{act}", page="/account/", name="偷来的")
        assert answer.status_code == 404
    send(town[1], f"/account/keys/{token}/name", page=page, name="镇政府的密钥")
    assert "镇政府的密钥" in town[1].get(page).text
    send(town[1], f"/account/keys/{token}/unbind", page=page)
    assert "还没有绑定" in town[1].get(page).text
    answer = enter(app.test_client(), "security_key", lambda b: soft.ask(b["security_key"]))
    assert (answer.status_code, answer.json["code"]) == (422, "key_not_bound")
    assert send(app.test_client(), "/sign-in", username="hr.town", password=PASSWORD).location


def test_a_challenge_belongs_to_the_browser_that_asked(app, town, soft):
    bind(town[1], with_key(soft))
    victim, thief = app.test_client(), app.test_client()
    begun = post(victim, "/sign-in/keys/challenge", {}).json
    post(thief, "/sign-in/keys/challenge", {})
    answer = soft.ask(begun["security_key"])
    body = {"challenge": begun["challenge"], "way": "security_key", "answer": answer}
    stolen = post(thief, "/sign-in/keys", body)
    assert (stolen.status_code, stolen.json["code"]) == (422, "challenge")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"challenge": 5}, {"challenge": "x", "way": "magic"}, {"challenge": "x", "way": 7},
        {"challenge": "x", "way": "security_key", "answer": []},
        {"challenge": "x", "way": "security_key", "answer": {}},
    ],
)  # fmt: skip
def test_rubbish_is_refused_and_noted(client, town, body):
    answer = post(client, "/sign-in/keys", body)
    assert answer.status_code == 422
    assert kinds()[-1] == "key.refused"


HEADERS = {
    "nginx": lambda holder: holder.pem.replace("\n", "%0A").replace(" ", "%20"),
    "haproxy": lambda holder: holder.sign("")["certificate"],
}


@pytest.mark.parametrize("proxy", HEADERS)
def test_the_trusted_proxys_certificate_signs_in(app, town, holder, proxy):
    assert bind(town[1], with_certificate(holder)).status_code == 200
    header = {"X-Client-Certificate": HEADERS[proxy](holder), "X-Forwarded-For": "203.0.113.9"}
    browser = app.test_client()
    answer = enter(browser, "certificate_header", lambda begun: {}, environ=PROXY, **header)
    assert answer.json == {"next": "/account/"}


@pytest.mark.parametrize(
    ("environ", "header", "in_body"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True, False),
        ({"REMOTE_ADDR": "203.0.113.9"}, True, False),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "10.0.0.5"}, True, False),
        ({"REMOTE_ADDR": ""}, True, False),
        (PROXY, False, False),
        (PROXY, False, True),
    ],
)
def test_a_certificate_from_anybody_but_the_trusted_proxy_is_worth_nothing(
    app, town, holder, environ, header, in_body
):
    bind(town[1], with_certificate(holder))
    headers = {"X-Client-Certificate": HEADERS["nginx"](holder)} if header else {}
    given = {"certificate": holder.pem} if in_body else {}
    browser = app.test_client()
    answer = enter(browser, "certificate_header", lambda b: given, environ=environ, **headers)
    assert (answer.status_code, answer.json["code"]) == (422, "header_refused")
    assert browser.get("/account/").status_code == 303
    assert kinds()[-1] == "key.refused"


def test_without_the_setting_no_proxy_is_believed(app, town, holder):
    bind(town[1], with_certificate(holder))
    app.extensions["settings"] = replace(app.extensions["settings"], certificate_proxies="")
    header = {"X-Client-Certificate": HEADERS["nginx"](holder)}
    answer = enter(app.test_client(), "certificate_header", lambda b: {}, environ=PROXY, **header)
    assert answer.json["code"] == "header_refused"


def test_keys_are_limited_by_address_like_passwords(client, database):
    answers = {client.post("/sign-in/keys", json={}).status_code for _ in range(61)}
    assert answers == {400, 429}


def test_a_program_binds_nothing(client, people, token):
    headers = token(people("hr.town", "owner"))
    for path in ("/account/keys/challenge", "/account/keys/bind"):
        answer = client.post(path, json={}, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (403, "presence_required")
