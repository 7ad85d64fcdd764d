from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models.clock import system_now
from models.identity import totp
from models.identity.account import Account, SecurityEvent
from models.session import reading
from tests.web.conftest import PASSWORD, send

NEW = "a-long-enough-secret"


def kinds():
    with reading() as session:
        return list(session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.at)))


def test_the_right_password_opens_the_page_asked_for(client, people):
    people("dz.owner", "owner")
    answer = send(
        client,
        "/sign-in",
        page="/sign-in?next=/account/",
        username="dz.owner",
        password=PASSWORD,
        next="/account/",
    )
    assert (answer.status_code, answer.location) == (303, "/account/")
    assert "dz.owner" in client.get("/account/").text
    assert kinds() == ["sign_in"]


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "javascript:x",
        "/a\r\nb:c",
    ],
)
def test_an_address_elsewhere_is_never_followed(client, people, place):
    people("dz.owner", "owner")
    answer = send(client, "/sign-in", username="dz.owner", password=PASSWORD, next=place)
    assert answer.location == "/desk"


def test_wrong_name_wrong_password_and_closed_account_get_the_same_words(client, people):
    people("dz.owner", "owner")
    people("closed", "owner", active=False)
    pages = {
        send(client, "/sign-in", username="same", password="wrong").text.partition("sw-errors")[2][
            :300
        ],
        send(client, "/sign-in", username="dz.owner", password="wrong").text.partition("sw-errors")[
            2
        ][:300],
        send(client, "/sign-in", username="closed", password=PASSWORD).text.partition("sw-errors")[
            2
        ][:300],
    }
    assert len(pages) == 1
    assert kinds() == ["sign_in.refused"] * 3


def test_five_failures_lock_for_fifteen_minutes(client, people):
    people("dz.owner", "owner")
    for _ in range(5):
        assert send(client, "/sign-in", username="dz.owner", password="wrong").status_code == 422
    assert send(client, "/sign-in", username="dz.owner", password=PASSWORD).status_code == 422
    assert kinds()[-2:] == ["account.locked", "sign_in.locked"]

    with time_machine.travel(system_now() + timedelta(minutes=15, seconds=1)):
        assert send(client, "/sign-in", username="dz.owner", password=PASSWORD).status_code == 303


def test_a_form_without_its_anti_forgery_token_changes_nothing(client, people, sign_in):
    people("dz.owner", "owner")
    answer = client.post("/sign-in", data={"username": "dz.owner", "password": PASSWORD})
    assert answer.status_code == 400
    assert "安全校验" in answer.text
    browser = sign_in("dz.owner")
    assert browser.post("/sign-out").status_code == 400
    assert browser.get("/account/").status_code == 200


def test_signing_out_closes_the_door(people, sign_in):
    people("dz.owner", "owner")
    browser = sign_in("dz.owner")
    assert send(browser, "/sign-out", page="/account/").status_code == 303
    assert browser.get("/account/").status_code == 303


def test_a_new_password_ends_every_other_session(people, sign_in):
    people("dz.owner", "owner")
    here, elsewhere = sign_in("dz.owner"), sign_in("dz.owner")
    answer = send(
        here, "/account/password", page="/account/", present=PASSWORD, password=NEW, again=NEW
    )
    assert answer.status_code == 303
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 303


def test_whoever_forgot_to_sign_out_does_it_from_another_machine(people, sign_in):
    people("dz.owner", "owner")
    here, elsewhere = sign_in("dz.owner"), sign_in("dz.owner")
    assert send(here, "/account/sessions/end", page="/account/").status_code == 303
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 303


@pytest.mark.parametrize(
    ("present", "new", "again", "why"),
    [
        ("wrong", NEW, NEW, "原密码不对"),
        (PASSWORD, NEW, "other", "不一致"),
        (PASSWORD, "short", "short", "须有10至128个字符"),
        (PASSWORD, "Password123", "Password123", "太常见"),
        (PASSWORD, "1234567890", "1234567890", "太常见"),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa", "重复的字符太多"),
        (PASSWORD, "my-dz.owner-pass", "my-dz.owner-pass", "不能包含用户名"),
        (PASSWORD, PASSWORD, PASSWORD, "不能与原密码相同"),
    ],
)
def test_a_password_that_breaks_the_policy_is_refused_with_the_reason(
    people, sign_in, present, new, again, why
):
    people("dz.owner", "owner")
    browser = sign_in("dz.owner")
    answer = send(
        browser, "/account/password", page="/account/", present=present, password=new, again=again
    )
    assert answer.status_code == 422
    assert why in answer.text
    assert sign_in("dz.owner")
    assert ("password.refused" in kinds()) == (present == "wrong")


def test_an_idle_session_ends(people, sign_in):
    people("dz.owner", "owner")
    browser = sign_in("dz.owner")
    with time_machine.travel(system_now() + timedelta(hours=2, minutes=1)):
        assert browser.get("/account/").status_code == 303


def test_a_used_session_ends_after_half_a_day_all_the_same(people, sign_in):
    people("dz.owner", "owner")
    browser, start = sign_in("dz.owner"), system_now()
    for hour in range(1, 12):
        with time_machine.travel(start + timedelta(hours=hour)):
            assert browser.get("/account/").status_code == 200
    with time_machine.travel(start + timedelta(hours=12, minutes=1)):
        assert browser.get("/account/").status_code == 303


def switch_on(browser):
    page = send(browser, "/account/totp", page="/account/").text
    secret = page.partition("<code>")[2].partition("</code>")[0]
    field = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    code = totp.code_at(secret, totp.step_of(system_now()))
    answer = browser.post("/account/totp/confirm", data={"csrf_token": field, "code": code})
    assert answer.status_code == 200
    return secret, answer.text.partition("<li><code>")[2].partition("</code>")[0]


def test_the_second_step_asks_for_a_code_and_takes_each_once(app, people, sign_in):
    people("dz.owner", "owner")
    secret, recovery = switch_on(sign_in("dz.owner"))
    now = system_now()
    with time_machine.travel(now + timedelta(minutes=1)):
        code = totp.code_at(secret, totp.step_of(system_now()))
        for given, status in (
            ("000000", 422),
            (code, 303),
            (code, 422),
            (recovery, 303),
            (recovery, 422),
        ):
            browser = app.test_client()
            first = send(browser, "/sign-in", username="dz.owner", password=PASSWORD)
            assert first.location == "/sign-in/code"
            assert browser.get("/account/").status_code == 303
            assert send(browser, "/sign-in/code", code=given).status_code == status, given


def test_the_second_step_locks_like_the_first(client, people, sign_in):
    people("dz.owner", "owner")
    switch_on(sign_in("dz.owner"))
    send(client, "/sign-in", username="dz.owner", password=PASSWORD)
    for _ in range(5):
        answer = send(client, "/sign-in/code", code="000000")
    assert "已暂时锁定" in answer.text
    assert client.get("/sign-in/code").status_code == 303


def test_the_shared_secret_is_not_stored_in_plain(people, sign_in):
    account = people("dz.owner", "owner")
    secret, _ = switch_on(sign_in("dz.owner"))
    with reading() as session:
        assert secret not in session.get_one(Account, account.id).tf_totp_secret


def test_the_second_step_is_switched_off_with_the_password_only(people, sign_in):
    people("dz.owner", "owner")
    browser = sign_in("dz.owner")
    switch_on(browser)
    assert send(browser, "/account/totp/off", page="/account/", password="wrong").status_code == 422
    assert (
        send(browser, "/account/totp/off", page="/account/", password=PASSWORD).status_code == 303
    )
    assert sign_in("dz.owner")


@pytest.mark.parametrize(
    "columns", [{"revoked_at": system_now()}, {"expires_at": system_now() - timedelta(seconds=1)}]
)
def test_an_expired_or_revoked_token_is_refused(client, people, token, columns):
    headers = token(people("dz.owner", "owner"), **columns)
    answer = client.get("/account/", headers={**headers, "Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (401, "token_invalid")


def test_a_token_works_without_anti_forgery_token(client, people, token):
    headers = token(people("dz.owner", "owner"))
    assert client.post("/sign-out", headers=headers).status_code == 303


def test_sign_in_is_limited_by_address(client):
    answers = {client.post("/sign-in", data={}).status_code for _ in range(61)}
    assert answers == {400, 429}
