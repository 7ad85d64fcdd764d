from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.calendar import WorkCalendar, load_calendar
from models.clock import system_now
from models.identity.account import Account, ApiToken, Grant, SecurityEvent
from models.identity.county import County
from models.session import reading, unit_of_work
from tests.web.conftest import PASSWORD, send


@pytest.fixture
def security(people, sign_in):
    people("keeper.security", "keeper_security", county="*")
    return sign_in("keeper.security")


@pytest.fixture
def system(people, sign_in):
    people("keeper.system", "keeper_system", county="*")
    return sign_in("keeper.system")


def grants_of(username):
    with reading() as session:
        query = select(Grant.role, Grant.county_code).join(Account)
        return {tuple(row) for row in session.execute(query.where(Account.username == username))}


def give(browser, username, role, county="dazhou"):
    return send(browser, "/admin/grants/create/", username=username, role=role, county=county)


def test_a_new_account_can_sign_in_once_made(security, app):
    answer = send(
        security,
        "/admin/accounts/create/",
        username="dz.new",
        name="新人",
        password="first-secret-1",
        party="",
        person="",
        email="",
        mobile="",
    )
    assert answer.status_code == 303, answer.text
    assert (
        send(
            app.test_client(), "/sign-in", username="dz.new", password="first-secret-1"
        ).status_code
        == 303
    )


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"username": "keeper.security"}, "已被使用"),
        ({"username": "Has Space"}, "须以小写字母开头"),
        ({"password": "short"}, "须有10至128个字符"),
        ({"party": "91110000000000001X"}, "没有统一社会信用代码为"),
        ({"name": ""}, "必填"),
    ],
)
def test_a_wrong_account_is_refused_with_the_reason_and_keeps_what_was_typed(security, fields, why):
    given = {
        "username": "dz.new",
        "name": "新人",
        "password": "first-secret-1",
        "party": "",
        "person": "自然人甲",
        "email": "",
        "mobile": "",
        **fields,
    }
    answer = send(security, "/admin/accounts/create/", **given)
    assert answer.status_code == 422
    assert why in answer.text
    assert "自然人甲" in answer.text
    assert "first-secret-1" not in answer.text


def test_closing_an_account_ends_its_sessions_at_once(security, people, sign_in):
    account = people("dz.owner", "owner")
    browser = sign_in("dz.owner")
    path = f"/admin/accounts/change/?id={account.id}"
    answer = send(
        security, path, name="业主", party="", person="", email="", mobile="", password=""
    )
    assert answer.status_code == 303
    assert browser.get("/account/").status_code == 303
    with reading() as session:
        events = session.scalars(
            select(SecurityEvent.detail).where(SecurityEvent.kind == "admin.changed")
        ).all()
    assert events == ["修改账号 dz.owner，停用"]


def test_a_locked_account_is_unlocked(security, people, sign_in):
    account = people("dz.owner", "owner", locked_until=system_now() + timedelta(minutes=15))
    assert "解除锁定" in security.get("/admin/accounts/").text
    send(security, f"/admin/accounts/unlock/?id={account.id}", page="/admin/accounts/")
    assert sign_in("dz.owner")


def test_a_role_is_given_and_taken_back(security, people):
    people("dz.owner")
    assert give(security, "dz.owner", "owner").status_code == 303
    assert grants_of("dz.owner") == {("owner", "dazhou")}
    assert give(security, "dz.owner", "owner").status_code == 422
    with reading() as session:
        grant = session.scalar(select(Grant.id).where(Grant.role == "owner"))
    send(security, f"/admin/grants/take-back/?id={grant}", page="/admin/grants/")
    assert grants_of("dz.owner") == set()


def test_no_account_becomes_two_kinds_of_keeper(security, people):
    people("dz.two", "keeper_audit", county="*")
    answer = give(security, "dz.two", "keeper_system")
    assert answer.status_code == 422
    assert "已是审计管理员，不能再担任系统管理员" in answer.text
    assert grants_of("dz.two") == {("keeper_audit", "*")}


def test_no_person_becomes_two_kinds_of_keeper_through_two_accounts(security, people):
    people("first", "keeper_audit", county="*", person="某人")
    second = people("second", person="某人")
    assert give(security, "second", "keeper_security").status_code == 422
    other = people("third", "keeper_system", county="*", person="另一人")
    path = f"/admin/accounts/change/?id={other.id}"
    answer = send(
        security,
        path,
        name="丙",
        party="",
        person="某人",
        email="",
        mobile="",
        password="",
        active="y",
    )
    assert answer.status_code == 422
    assert "必须由不同的人担任" in answer.text
    assert second is not None


def test_a_keepers_role_holds_everywhere(security, people):
    people("audit")
    give(security, "audit", "keeper_audit", county="dazhou")
    assert grants_of("audit") == {("keeper_audit", "*")}


def test_nobody_changes_the_own_roles(security):
    assert give(security, "keeper.security", "owner").status_code == 422
    with reading() as session:
        own = session.scalar(select(Grant.id).where(Grant.role == "keeper_security"))
    assert send(
        security, f"/admin/grants/take-back/?id={own}", page="/admin/parties/"
    ).status_code in (403, 422)
    assert grants_of("keeper.security") == {("keeper_security", "*")}


def test_a_revoked_token_is_refused_at_once(security, people, token, client):
    headers = token(people("dz.owner", "owner"), name="对接")
    with reading() as session:
        key = session.scalar(select(ApiToken.id))
    assert client.get("/account/", headers=headers).status_code == 200
    assert (
        send(security, f"/admin/tokens/revoke/?id={key}", page="/admin/tokens/").status_code == 303
    )
    assert (
        client.get("/account/", headers={**headers, "Accept": "application/json"}).status_code
        == 401
    )


def test_a_county_is_opened_and_renamed(system):
    answer = send(
        system,
        "/admin/counties/create/",
        code="wangxi",
        name="望溪县",
        parent_code="dazhou",
        is_open="y",
    )
    assert answer.status_code == 303, answer.text
    answer = send(
        system, "/admin/counties/change/?id=wangxi", name="望溪区", parent_code="none", is_open="y"
    )
    assert answer.status_code == 422
    send(system, "/admin/counties/change/?id=wangxi", name="望溪区", parent_code="", is_open="")
    with reading() as session:
        county = session.get_one(County, "wangxi")
    assert (county.name, county.parent_code) == ("望溪区", None)


def test_a_changed_day_counts_at_once(system):
    day = date(2027, 1, 4)
    with unit_of_work() as session:
        session.add(WorkCalendar(day=day, is_workday=True, source="暂定", is_provisional=True))
    with reading() as session:
        assert load_calendar(session).is_workday(day)
    answer = send(
        system, "/admin/calendar/change/?id=2027-01-04", name="元旦调休", source="国办通知"
    )
    assert answer.status_code == 303, answer.text
    with reading() as session:
        assert not load_calendar(session).is_workday(day)


def test_a_day_needs_a_source_and_stands_once(system):
    assert (
        send(
            system, "/admin/calendar/create/", day="2027-01-05", is_workday="y", source=""
        ).status_code
        == 422
    )
    assert (
        send(
            system, "/admin/calendar/create/", day="2027-01-05", is_workday="y", source="国办通知"
        ).status_code
        == 303
    )
    assert (
        send(
            system, "/admin/calendar/create/", day="2027-01-05", is_workday="y", source="国办通知"
        ).status_code
        == 422
    )


def test_a_form_without_anti_forgery_token_changes_nothing(security, people):
    people("dz.owner")
    answer = security.post(
        "/admin/grants/create/", data={"username": "dz.owner", "role": "owner", "county": "dazhou"}
    )
    assert answer.status_code == 400
    assert grants_of("dz.owner") == set()
    assert PASSWORD


@pytest.mark.parametrize("address", ["", "?id=", "?id=a,b", "?id=nothing"])
def test_an_address_that_names_no_row_is_not_found(system, address):
    assert system.get(f"/admin/counties/change/{address}").status_code == 404
