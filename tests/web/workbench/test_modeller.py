"""The modeller's page and the names it offers."""

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI

from models.flow.proposal import Proposal
from models.identity.actor import PLATFORM
from models.session import unit_of_work
from models.settings import BPMN
from processes import proposals
from tests.web.workbench.site import add_person, browser_of

pytestmark = pytest.mark.req("PL-3")
FLOW = "random_selection"


@pytest.fixture
def analyst(site: OpenAPI) -> FlaskClient:
    return browser_of(site, "dz.analyst.甲")


@pytest.fixture
def proposal(analyst: FlaskClient) -> str:
    with unit_of_work() as session:
        return proposals.create(session, "dazhou", "试", PLATFORM).id


def names(browser: FlaskClient, proposal: str, flow: str = FLOW) -> dict[str, list[dict]]:
    answer = browser.get(f"/modeller/{proposal}/{flow}/names")
    assert answer.status_code == 200, answer.text
    return answer.json


def titles(found: list[dict]) -> dict[str, str]:
    return {one["value"]: one["title"] for one in found}


def test_the_page_opens_for_the_countys_analyst(analyst: FlaskClient, proposal: str) -> None:
    page = analyst.get(f"/modeller/{proposal}/{FLOW}")
    assert page.status_code == 200
    assert f'data-path="diagrams/{FLOW}.bpmn"' in page.text
    assert "style-src-attr 'unsafe-inline'" in page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_nobody_else_sees_that_there_is_a_proposal(site: OpenAPI, proposal: str) -> None:
    other = browser_of(site, "hr.analyst")
    for path in (f"/modeller/{proposal}/{FLOW}", f"/modeller/{proposal}/{FLOW}/names"):
        assert other.get(path).status_code == 404
    add_person("dz.owner", [("owner", "dazhou")])
    assert browser_of(site, "dz.owner").get(f"/modeller/{proposal}/{FLOW}").status_code == 403
    assert site.test_client().get(f"/modeller/{proposal}/{FLOW}").status_code in {302, 303, 401}


@pytest.mark.parametrize("key", ["..", "Random", "a.b", "a" * 70, "<script>"])
def test_a_key_that_no_flow_can_have_is_refused(
    analyst: FlaskClient, proposal: str, key: str
) -> None:
    assert analyst.get(f"/modeller/{proposal}/{key}/names").status_code == 404


def test_a_flow_that_does_not_exist_is_said_so(analyst: FlaskClient, proposal: str) -> None:
    assert analyst.get(f"/modeller/{proposal}/no_such_flow").status_code == 404


def test_every_chooser_is_filled_in_chinese(analyst: FlaskClient, proposal: str) -> None:
    found = names(analyst, proposal)
    assert titles(found["operators"])["party.assign"] == "登记角色的单位"
    assert titles(found["roles"])["owner"] == "项目业主"
    assert "keeper_system" not in titles(found["starters"])
    assert titles(found["flows"])[FLOW] == "小额工程随机选取"
    assert {"项目业主", "平台"} <= set(titles(found["lanes"]))
    assert titles(found["rules"])["intake.review_within"] == "受理审核期限"
    now = {one["value"]: one["now"] for one in found["rules"]}
    assert now["intake.review_within"].endswith("工作日")
    assert "change_approved" in titles(found["messages"])
    assert titles(found["choices"]["phase"])["awarded"] == "已中选"
    assert "award_notice" in titles(found["choices"]["notice"])


@pytest.mark.req("PL-2")
def test_a_parameter_says_among_what_it_is_chosen(analyst: FlaskClient, proposal: str) -> None:
    found = names(analyst, proposal)
    wanted = {parameter["of"] for one in found["operators"] for parameter in one["parameters"]} - {
        ""
    }
    assert {"role", "phase", "notice", "rule"} <= wanted
    assert wanted <= found["choices"].keys()


def test_a_form_is_offered_with_its_fields_in_their_order(
    analyst: FlaskClient, proposal: str
) -> None:
    form = next(one for one in names(analyst, proposal)["forms"] if one["value"] == "intake_review")
    assert form["title"] == "受理审核"
    assert form["fields"][0] == {"value": "check_application", "title": "进场交易申请表"}


def test_the_base_offers_its_own_names(site: OpenAPI) -> None:
    add_person("base.analyst", [("analyst", "base")])
    keeper = browser_of(site, "base.analyst")
    with unit_of_work() as session:
        made = proposals.create(session, "base", "试", PLATFORM).id
    found = names(keeper, made)
    assert titles(found["rules"])["intake.review_within"] == "受理审核期限"
    assert FLOW in titles(found["flows"])


def test_what_the_proposal_adds_is_offered(analyst: FlaskClient, proposal: str) -> None:
    form = (BPMN / "base/forms/decide_after_failure.json").read_bytes()
    with unit_of_work() as session:
        row = session.get_one(Proposal, proposal)
        path = "forms/countersign.json"
        proposals.save_file(session, row, path, form, version=0, actor=PLATFORM)
    assert "countersign" in titles(names(analyst, proposal)["forms"])


def test_a_file_that_cannot_be_read_hides_none_of_the_others(
    analyst: FlaskClient, proposal: str
) -> None:
    broken = {"forms/broken.json": b"{", "decisions/broken.dmn": b"<", "notices/broken.toml": b"="}
    with unit_of_work() as session:
        row = session.get_one(Proposal, proposal)
        for path, body in broken.items():
            proposals.save_file(session, row, path, body, version=0, actor=PLATFORM)
    found = names(analyst, proposal)
    assert {"broken", "intake_review"} <= {one["value"] for one in found["forms"]}
    assert "broken" in titles(found["decisions"])
