"""A browser that binds keys, signs in and confirms steps by them, through HTTP."""

from sqlalchemy import select

from models.identity.account import SecurityEvent
from models.session import reading
from tests.web.conftest import PASSWORD, TOKEN_FIELD

ORIGIN, SITE = "https://xegc.example.gov.cn", "xegc.example.gov.cn"


def post(browser, address, body, *, page="/sign-in", environ=None, **headers):
    token = TOKEN_FIELD.search(browser.get(page).text)[1]
    headers = {"X-CSRFToken": token, "Accept": "application/json", **headers}
    return browser.post(address, json=body, headers=headers, environ_overrides=environ or {})


def bind(browser, proof, password=PASSWORD, **more):
    page = "/account/keys/"
    begun = post(browser, "/account/keys/challenge", {}, page=page).json
    body = {**proof(begun), "challenge": begun["challenge"], "password": password, "name": "我的"}
    return post(browser, "/account/keys/bind", {**body, **more}, page=page)


def with_key(soft):
    return lambda begun: {"way": "security_key", "answer": soft.make(begun["security_key"])}


def with_certificate(holder):
    return lambda begun: {
        "way": "certificate_signature", "answer": holder.sign(begun["statement"])
    }  # fmt: skip


def enter(browser, way, answer, *, place="/account/", **more):
    begun = post(browser, "/sign-in/keys/challenge", {}).json
    body = {"challenge": begun["challenge"], "way": way, "answer": answer(begun), "next": place}
    return post(browser, "/sign-in/keys", body, **more)


def kinds():
    with reading() as session:
        return list(session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.at)))
