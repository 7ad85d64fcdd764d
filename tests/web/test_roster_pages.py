"""The roster's pages for every kind of organisation, and for the departments that watch them."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.identity.account import Account
from models.roster.entry import Pledge, Qualification, Suspension
from models.session import reading, unit_of_work
from processes.demo.player import Player
from tests.city import City, after, city, county
from tests.flows.enrolling import Applicant
from tests.web.conftest import send
from tests.web.test_enrolment import signed_in
from web.app import create_app

__all__ = ["city", "county"]
UNITS = ("hr.agency", "hr.supervisor", "hr.auditor", "hr.reviewer", "hr.contractor01")
AUDITOR = "hr.auditor"
REASON = "弄虚作假，责令整改期间。"


@pytest.fixture
def app(city: City) -> Iterator[OpenAPI]:
    with business_clock(fixed(after(hours=3))):
        application = create_app(city.settings)
        application.testing = False
        yield application


def party_of(username: str) -> str:
    with reading() as session:
        account = session.scalars(select(Account).where(Account.username == username)).one()
        return str(account.party_id)


def suspend(username: str) -> None:
    with unit_of_work() as session:
        session.add(
            Suspension(
                party_id=party_of(username),
                county_code="huairou",
                from_at=after(hours=1),
                until_at=after(days=7),
                reason=REASON,
            )
        )


@pytest.mark.req("HR-5.5")
@pytest.mark.req("HR-3.4.1")
@pytest.mark.req("HR-3.4.3")
@pytest.mark.req("HR-3.4.5")
@pytest.mark.req("HR-3.4.6")
@pytest.mark.parametrize("who", UNITS)
def test_every_kind_sees_its_facts_qualifications_pledges_materials_and_suspensions(
    app: OpenAPI, who: str
) -> None:
    suspend(who)
    own = signed_in(app, who)
    assert "申请变更" in own.get("/organisation").text
    with reading() as session:
        mine = select(Qualification).join(Qualification.entry)
        held = [one for one in session.scalars(mine) if one.entry.party_id == party_of(who)]
    page = own.get("/organisation/qualifications").text
    assert held
    assert all(one.certificate in page for one in held)
    assert "承诺" in own.get("/organisation/pledges").text
    assert own.get("/organisation/materials").status_code == 200
    stops = own.get("/organisation/suspensions").text
    assert REASON in stops
    assert "停用中" in stops
    tabs = page.split("nav-underline")[1].split("</ul>")[0]
    assert ("信用评价" in tabs) is (who == "hr.contractor01")


@pytest.mark.req("HR-2.5.3")
def test_the_regulator_reads_the_pledges_of_its_rosters_and_no_others(app: OpenAPI) -> None:
    bureau = signed_in(app, "hr.regulator")
    listed = bureau.get("/pledges?kind=supervisor").text
    assert "砺石工程监理有限公司" in listed
    assert "青穗招标代理有限公司" not in listed
    with reading() as session:
        mine, others = (
            session.scalars(select(Pledge).where(Pledge.party_id == party_of(who))).first()
            for who in ("hr.supervisor", "dz.contractor01")
        )
    assert mine is not None
    assert others is not None
    page = bureau.get(f"/pledges/{mine.id}").text
    assert mine.text in page
    assert bureau.get(f"/pledges/{others.id}").status_code == 404
    assert bureau.get("/pledges?export=xlsx").status_code == 200


@pytest.mark.req("HR-2.5.4")
def test_a_suspended_unit_reads_the_decision_in_its_own_case(app: OpenAPI, city: City) -> None:
    player = Player(city.settings, "huairou")
    form = {"conduct": "suspend", "suspension_reason": REASON, "begins_on": "2026-11-09"}
    with player.at(after(hours=1)):
        case = player.start("hr.regulator", "enterprise_suspension", enterprise=party_of(AUDITOR))
        paper = player.upload("hr.regulator", "处理决定.pdf", "处理决定")
        days = {"suspension_span": "days", "suspension_days": 5, "suspension_decision": paper}
        player.complete("hr.regulator", case, "decide_conduct", form | days)
    own = signed_in(app, AUDITOR)
    assert own.get(f"/cases/{case}").status_code == 200
    assert "2026-11-13" in own.get("/organisation/suspensions").text
    assert signed_in(app, "hr.agency").get(f"/cases/{case}").status_code == 403


@pytest.mark.req("HR-4.12.1")
def test_a_town_changes_its_own_information_without_anybodys_review(
    app: OpenAPI, city: City
) -> None:
    town = Applicant(city, kind="owner", username="hr.town", place="huairou")
    town.begin(after(hours=1))
    town.fill_owner(after(hours=2), name="枫泉镇人民政府", address="怀柔区枫泉镇新街8号")
    assert town.steps() == []
    assert "怀柔区枫泉镇新街8号" in signed_in(app, "hr.town").get("/organisation").text


def test_what_ends_soon_is_listed_to_the_regulator_and_shown_to_the_enterprise(
    app: OpenAPI,
) -> None:
    with unit_of_work() as session:
        party = party_of("hr.supervisor")
        query = select(Qualification).join(Qualification.entry)
        for one in session.scalars(query):
            if one.entry.party_id == party:
                one.valid_until = date(2026, 11, 20)
    bureau = signed_in(app, "hr.regulator")
    listed = bureau.get("/expiring?within=30").text
    assert "砺石工程监理有限公司" in listed
    assert "还有11天" in listed
    assert "砺石工程监理有限公司" not in bureau.get("/expiring?within=7").text
    assert bureau.get("/expiring?export=xlsx").status_code == 200
    own = signed_in(app, "hr.supervisor")
    for path in ("/desk", "/organisation"):
        assert "还有11天" in own.get(path).text
    assert "还有11天" not in signed_in(app, "hr.supervisor2").get("/desk").text


@pytest.mark.req("HR-4.12.3")
def test_the_regulator_finds_enterprises_by_kind_and_roster(app: OpenAPI) -> None:
    bureau = signed_in(app, "hr.regulator")
    units = bureau.get("/enterprises?kind=agency").text
    assert "青穗招标代理有限公司" in units
    assert "砚山建筑工程有限公司" not in units
    gardeners = bureau.get("/enterprises?roster=landscaping").text
    assert "映月园林绿化有限公司" in gardeners
    assert "砚山建筑工程有限公司" not in gardeners


@pytest.mark.req("HR-3.1")
@pytest.mark.parametrize(
    "kind", ["owner", "contractor", "agency", "supervisor", "auditor", "review_body"]
)
def test_every_kind_is_offered_at_the_registration(app: OpenAPI, kind: str) -> None:
    page = app.test_client().get(f"/register?kind={kind}").text
    assert f'value="{kind}" required checked' in page


def test_a_draft_that_was_begun_is_gone_on_with_as_its_kind(app: OpenAPI, city: City) -> None:
    own = signed_in(app, "hr.agency")
    answer = send(own, "/organisation/change")
    assert answer.status_code == 303
    assert "代理机构" in own.get(answer.location).text
