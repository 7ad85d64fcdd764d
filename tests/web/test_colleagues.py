"""An organisation keeps its own accounts: of its own party, in its own roles, and no further."""

import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select, update

from models.clock import business_clock, fixed
from models.identity import colleagues
from models.identity.account import Account, Grant, SecurityEvent
from models.identity.password_link import LinkSpentError, PasswordLink, account_of, use_link
from models.session import reading, unit_of_work
from tests.city import City, after, city, county
from tests.web.conftest import TOKEN_FIELD, send
from tests.web.test_enrolment import DEMO, signed_in
from web import access_log
from web.app import create_app

__all__ = ["city", "county"]
PAGE = "/organisation/accounts"
PASSWORD = "清溪-对岸-柳树-18"
LINK = re.compile(r"/set-password/[0-9a-f]{64}")
NEW = {"name": "陶听雪", "mobile": "17000009100", "username": "tao.tingxue"}


@pytest.fixture
def app(city: City) -> OpenAPI:
    with business_clock(fixed(after(hours=1))):
        application = create_app(city.settings)
        application.testing = False
        yield application


def posted(browser: FlaskClient, path: str, **fields: object):
    token = TOKEN_FIELD.search(browser.get(PAGE).text)[1]
    return browser.post(path, data={"csrf_token": token, **fields})


def account(username: str) -> Account:
    with reading() as session:
        return session.scalars(select(Account).where(Account.username == username)).one()


def roles(username: str) -> set[tuple[str, str]]:
    with reading() as session:
        query = select(Grant.role, Grant.county_code).join(Account)
        return set(map(tuple, session.execute(query.where(Account.username == username))))


@pytest.mark.req("DZ-A2")
def test_an_owner_adds_its_selection_officer_who_sets_the_own_password(app: OpenAPI) -> None:
    owner = signed_in(app, "dz.owner")
    answer = posted(owner, PAGE, **NEW, roles=["selection_officer"])
    assert answer.status_code == 200, answer.text
    link = LINK.search(answer.text)[0]
    made = account("tao.tingxue")
    assert (made.party_id, made.password) == (account("dz.owner").party_id, None)
    assert roles("tao.tingxue") == {("selection_officer", "dazhou")}
    person = app.test_client()
    assert send(person, link, password="1", again="1").status_code == 422
    assert send(person, link, password=PASSWORD, again=PASSWORD).status_code == 303
    signed_in(app, "tao.tingxue", PASSWORD)
    assert person.get(link).status_code == 404
    with reading() as session:
        kinds = set(session.scalars(select(SecurityEvent.kind)))
    assert {"colleague.added", "password.set_by_link"} <= kinds


@pytest.mark.parametrize(
    ("username", "role"),
    [
        ("dz.owner", "contractor"),
        ("dz.owner", "trading_centre"),
        ("dz.owner", "keeper_security"),
        ("dz.contractor01", "owner"),
        ("dz.contractor01", "monitor"),
        ("dz.contractor01", "regulator"),
    ],
)
def test_no_role_is_given_that_the_organisation_does_not_have(
    app: OpenAPI, username: str, role: str
) -> None:
    answer = posted(signed_in(app, username), PAGE, **NEW, roles=[role])
    assert answer.status_code == 403
    assert "不能授予" in answer.text
    with reading() as session:
        made = session.scalar(select(Account).where(Account.username == "tao.tingxue"))
    assert made is None


@pytest.mark.parametrize("act", ["link", "roles", "disable", "enable"])
def test_the_accounts_of_another_organisation_are_not_there(app: OpenAPI, act: str) -> None:
    other = account("dz.contractor02")
    answer = posted(signed_in(app, "dz.contractor01"), f"{PAGE}/{other.id}/{act}", roles=["owner"])
    assert answer.status_code == 404
    assert account("dz.contractor02").active
    assert ("contractor", "dazhou") in roles("dz.contractor02")


def test_who_does_not_manage_the_accounts_is_told_who_does(app: OpenAPI, city: City) -> None:
    owner = signed_in(app, "dz.owner")
    link = LINK.search(posted(owner, PAGE, **NEW, roles=["owner", "applicant"]).text)[0]
    send(app.test_client(), link, password=PASSWORD, again=PASSWORD)
    colleague = signed_in(app, "tao.tingxue", PASSWORD)
    answer = colleague.get(PAGE)
    assert answer.status_code == 403
    assert "账号管理员" in answer.text
    assert "单位账号管理" not in colleague.get("/organisation").text


def test_a_stopped_account_is_signed_out_and_comes_back_when_allowed(app: OpenAPI) -> None:
    owner, monitor = signed_in(app, "dz.owner"), signed_in(app, "dz.monitor")
    path = f"{PAGE}/{account('dz.monitor').id}"
    assert posted(owner, f"{path}/disable").status_code == 303
    assert monitor.get("/desk").status_code in (302, 303)
    refused = send(app.test_client(), "/sign-in", username="dz.monitor", password=DEMO)
    assert refused.status_code != 303
    assert posted(owner, f"{path}/enable").status_code == 303
    signed_in(app, "dz.monitor")


def test_roles_change_within_the_own_and_leave_other_counties_alone(app: OpenAPI) -> None:
    with unit_of_work() as session:
        held = session.scalars(select(Account).where(Account.username == "dz.monitor")).one()
        session.add(Grant(account_id=held.id, role="monitor", county_code="city"))
    owner = signed_in(app, "dz.owner")
    path = f"{PAGE}/{account('dz.monitor').id}/roles"
    assert posted(owner, path, roles=["owner", "monitor"]).status_code == 303
    assert roles("dz.monitor") == {("owner", "dazhou"), ("monitor", "dazhou"), ("monitor", "city")}
    assert posted(owner, path).status_code == 422
    assert ("owner", "dazhou") in roles("dz.monitor")


def test_nobody_stops_the_own_account(app: OpenAPI) -> None:
    own = account("dz.owner")
    answer = posted(signed_in(app, "dz.owner"), f"{PAGE}/{own.id}/disable")
    assert answer.status_code == 403
    assert account("dz.owner").active


@pytest.mark.parametrize("role", ["trading_centre", "keeper_audit", "supervisor"])
@pytest.mark.parametrize("act", ["link", "disable"])
def test_an_account_with_a_role_from_elsewhere_is_not_taken_over(
    app: OpenAPI, role: str, act: str
) -> None:
    with unit_of_work() as session:
        held = session.scalars(select(Account).where(Account.username == "dz.monitor")).one()
        session.add(Grant(account_id=held.id, role=role, county_code="dazhou"))
    answer = posted(signed_in(app, "dz.owner"), f"{PAGE}/{account('dz.monitor').id}/{act}")
    assert answer.status_code == 403
    assert "安全管理员" in answer.text
    assert account("dz.monitor").active
    with reading() as session:
        assert session.scalars(select(PasswordLink)).all() == []


def test_an_open_browser_does_not_give_the_own_account_away(app: OpenAPI) -> None:
    answer = posted(signed_in(app, "dz.owner"), f"{PAGE}/{account('dz.owner').id}/link")
    assert answer.status_code == 403
    assert "用原密码修改" in answer.text


def test_an_organisation_does_not_make_accounts_without_end(
    app: OpenAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(colleagues, "MOST", 1)
    answer = posted(signed_in(app, "dz.contractor01"), PAGE, **NEW, roles=["contractor"])
    assert answer.status_code == 409
    assert "已有1个账号" in answer.text
    with reading() as session:
        assert session.scalar(select(Account).where(Account.username == NEW["username"])) is None


def test_of_two_who_use_a_link_at_once_one_is_told_that_it_is_spent(app: OpenAPI) -> None:
    owner = signed_in(app, "dz.owner")
    path = f"{PAGE}/{account('dz.monitor').id}/link"
    token = LINK.search(posted(owner, path).text)[0].rsplit("/", 1)[1]
    with unit_of_work() as session:
        account_of(session, token)
        spent = update(PasswordLink).values(used_at=after(hours=1))
        session.execute(spent.execution_options(synchronize_session=False))
        with pytest.raises(LinkSpentError):
            use_link(session, token, PASSWORD, PASSWORD, "")
        session.rollback()
    signed_in(app, "dz.monitor")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "陶"}, "2至40个字"),
        ({"mobile": "123"}, "11位"),
        ({"username": "陶"}, "字母开头"),
        ({"username": "dz.centre"}, "不能用"),
        ({"roles": []}, "至少选择一个岗位"),
    ],
)
def test_every_fault_is_told_and_what_was_typed_stays(
    app: OpenAPI, changed: dict[str, object], words: str
) -> None:
    answer = posted(signed_in(app, "dz.owner"), PAGE, **{**NEW, "roles": ["owner"], **changed})
    assert answer.status_code == 422
    assert words in answer.text
    assert "陶" in answer.text


def test_a_link_works_for_a_day_and_only_the_newest(app: OpenAPI) -> None:
    owner = signed_in(app, "dz.owner")
    path = f"{PAGE}/{account('dz.monitor').id}/link"
    first, second = (LINK.search(posted(owner, path).text)[0] for _ in range(2))
    visitor = app.test_client()
    assert visitor.get(first).status_code == 404
    assert visitor.get(second).status_code == 200
    with unit_of_work() as session:
        link = session.scalars(
            select(PasswordLink).order_by(PasswordLink.expires_at.desc())
        ).first()
        late = link.expires_at - timedelta(days=2)
        session.execute(update(PasswordLink).values(expires_at=late))
    answer = visitor.get(second)
    assert answer.status_code == 404
    assert "另要一个" in answer.text


def test_a_link_stands_in_no_line_of_the_request_log(app: OpenAPI) -> None:
    owner = signed_in(app, "dz.owner")
    path = f"{PAGE}/{account('dz.monitor').id}/link"
    link = LINK.search(posted(owner, path).text)[0]
    lines = io.StringIO()
    access_log.configure_logging(stream=lines)
    assert app.test_client().get(link).status_code == 200
    assert app.test_client().get(f"{link}/").status_code == 404
    assert "/set-password/<token>" in lines.getvalue()
    assert link.rsplit("/", 1)[1] not in lines.getvalue()
