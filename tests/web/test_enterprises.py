"""The regulator's roster: who stands on it, who is stopped, and the way to stop or free one."""

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.flow.instance import Instance
from models.identity.party import Party
from models.roster.entry import RosterEntry
from models.session import reading
from tests.city import City, after, city, county
from tests.flows.test_enterprise_suspension import REASON, suspend
from tests.web.conftest import TOKEN_FIELD
from tests.web.test_enrolment import signed_in
from web.app import create_app

__all__ = ["city", "county"]
PAGE = "/enterprises"


@pytest.fixture
def app(city: City) -> OpenAPI:
    with business_clock(fixed(after(hours=2))):
        application = create_app(city.settings)
        application.testing = False
        yield application


def entry(city: City, number: int) -> str:
    with reading() as session:
        party = city.contractor(session, number).id
        return session.scalars(select(RosterEntry.id).where(RosterEntry.party_id == party)).one()


def begin(browser: FlaskClient, entry_id: str):
    token = TOKEN_FIELD.search(browser.get(PAGE).text)
    return browser.post(f"{PAGE}/{entry_id}/conduct", data={"csrf_token": token and token[1]})


@pytest.mark.req("DZ-A3")
def test_the_regulator_begins_a_decision_from_its_roster(app: OpenAPI, city: City) -> None:
    housing = signed_in(app, "dz.housing")
    answer = begin(housing, entry(city, 1))
    assert answer.status_code == 303
    step = housing.get(answer.location).text
    assert "决定暂停或恢复" in step
    assert "没有停用" in step


@pytest.mark.req("DZ-A3")
def test_a_suspension_stands_on_roster_and_conduct_list_until_it_is_over(
    app: OpenAPI, city: City
) -> None:
    suspend(city, 1, after(hours=1), "2026-11-09", "2026-11-20")
    with reading() as session:
        name = session.get_one(Party, city.contractor(session, 1).id).name
    stopped = signed_in(app, "dz.housing").get(f"{PAGE}?standing=suspended").text
    assert f"恢复：{name}" in stopped
    public = app.test_client().get("/conduct").text
    assert name in public
    assert REASON in public
    with business_clock(fixed(after(days=20))):
        assert name not in app.test_client().get("/conduct").text


def test_what_is_searched_is_found_and_exported(app: OpenAPI, city: City) -> None:
    housing = signed_in(app, "dz.housing")
    assert "没有符合条件的企业" in housing.get(f"{PAGE}?q=zzz").text
    answer = housing.get(f"{PAGE}?export=xlsx")
    assert answer.mimetype.endswith("sheet")


@pytest.mark.parametrize("username", ["dz.owner", "dz.centre", "dz.contractor01", "dz.leader"])
def test_nobody_else_works_with_the_roster(app: OpenAPI, city: City, username: str) -> None:
    browser = signed_in(app, username)
    assert browser.get(PAGE).status_code == 403


def test_an_enterprise_of_another_county_is_not_there(app: OpenAPI, city: City) -> None:
    housing = signed_in(app, "dz.housing")
    with reading() as session:
        before = len(session.scalars(select(Instance.id)).all())
    answer = begin(housing, "0" * 32)
    assert answer.status_code == 404
    assert "请回到企业名册" in answer.text
    with reading() as session:
        assert len(session.scalars(select(Instance.id)).all()) == before


def test_the_owner_withdraws_on_the_page_of_the_case(app: OpenAPI, city: City) -> None:
    story = city.story()
    story.start(after(hours=1))
    story.fill(after(hours=1))
    owner, path = signed_in(app, "dz.owner"), f"/cases/{story.instance}"
    page = owner.get(path).text
    assert "撤回项目" in page
    token = TOKEN_FIELD.search(page)[1]
    short = owner.post(f"{path}/withdrawal", data={"csrf_token": token, "reason": "不"})
    assert short.status_code == 422
    assert "项目没有撤回" in short.text
    done = owner.post(f"{path}/withdrawal", data={"csrf_token": token, "reason": "资金有调整。"})
    assert done.status_code == 303
    page = owner.get(path).text
    assert "资金有调整。" in page
    assert "已撤回" in page
    assert f"{path}/withdrawal" not in page
    again = owner.post(f"{path}/withdrawal", data={"csrf_token": token, "reason": "资金有调整。"})
    assert again.status_code == 409
