"""The page of a work item, from its first look to the submission, through HTTP."""

import io
import json
import re

import pytest
from sqlalchemy import select

from models.flow.work_item import WorkItem
from models.identity.account import Account
from models.session import reading, unit_of_work
from tests.processes.documents.files import PDF
from tests.processes.engine.world import items_of
from tests.web import case_world
from tests.web.conftest import TOKEN_FIELD, send

FIRST = {"title": "渠道修缮工程", "days": 30}


@pytest.fixture
def world(database, business_day):
    case_world.found()


@pytest.fixture
def owner(world, people, sign_in):
    account = people("dz.owner", "owner", name="韩知远")
    case_world.join_party(account, "青石镇人民政府")
    return sign_in("dz.owner")


@pytest.fixture
def centre(world, people, sign_in):
    people("dz.centre", "trading_centre", name="沈砚秋")
    return sign_in("dz.centre")


@pytest.fixture
def colleague(world, people, sign_in):
    people("dz.centre2", "trading_centre", name="何以宁")
    return sign_in("dz.centre2")


def new_project(owner):
    answer = send(owner, "/projects/new", flow="small_flow")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def token_of(browser):
    return TOKEN_FIELD.search(browser.get("/account/").text)[1]


def post_json(browser, address, body, method="POST"):
    headers = {"X-CSRFToken": token_of(browser), "Accept": "application/json"}
    return browser.open(address, method=method, json=body, headers=headers)


def upload(browser, data=PDF, name="预算表.pdf"):
    answer = browser.post(
        "/api/v1/documents",
        data={"file": (io.BytesIO(data), name)},
        headers={"X-CSRFToken": token_of(browser)},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 201, answer.text
    return answer.json


def block(page, name):
    return json.loads(re.search(rf"data-form-{name}>(.*?)</script>", page.text, re.DOTALL)[1])


def submit(owner, item, **form):
    return post_json(owner, f"{item}/complete", {"form": form})


def submitted(owner):
    item = new_project(owner)
    answer = submit(owner, item, **FIRST, budget_sheet=[upload(owner)])
    assert answer.status_code == 200, answer.text
    return answer.json["instance"]


def review_of(instance):
    return f"/work-items/{items_of(instance)[0].id}"


def test_a_new_project_opens_its_first_step_with_the_form(owner):
    item = new_project(owner)
    page = owner.get(item)
    assert page.status_code == 200
    assert "填报项目需求" in page.text
    assert [c["key"] for c in block(page, "schema")["components"]] == [
        "title",
        "days",
        "budget_sheet",
    ]
    assert "请完整填写。" in page.text


def test_a_draft_comes_back_with_its_moment(owner):
    item = new_project(owner)
    saved = post_json(owner, f"{item}/draft", {"form": FIRST}, "PUT")
    assert saved.status_code == 200
    assert block(owner.get(item), "draft") == {"form": FIRST, "saved_at": saved.json["saved_at"]}


def test_what_breaks_a_rule_is_told_by_field_and_nothing_changes(owner):
    item = new_project(owner)
    answer = submit(owner, item, title="长" * 30, days=1000)
    assert answer.status_code == 422
    assert set(answer.json["details"]["fields"]) == {"title", "days", "budget_sheet"}
    assert owner.get(item).text.count("data-form-schema") == 1


def test_unknown_and_reserved_fields_are_refused_by_name(owner):
    item = new_project(owner)
    given = {"people": {"trading_centre": "x"}, "decision": "accepted", "evil": 1}
    answer = submit(owner, item, **FIRST, **given, budget_sheet=[upload(owner)])
    assert answer.status_code == 422
    assert set(answer.json["details"]["fields"]) == set(given)
    assert submit(owner, item, **FIRST, budget_sheet=[upload(owner)]).status_code == 200


def test_a_form_that_is_no_form_or_too_large_is_refused(owner):
    item = new_project(owner)
    for form in (None, [], "x", {"title": "x" * 400_000}):
        answer = post_json(owner, f"{item}/complete", {"form": form})
        assert answer.status_code == 422, form
        assert answer.json["message"]
    assert post_json(owner, f"{item}/complete", {"form": {"t": "x" * 3_000_000}}).status_code == 413


def test_a_submitted_document_belongs_to_the_case(owner, centre):
    instance = submitted(owner)
    page = centre.get(review_of(instance))
    assert "预算表.pdf" in page.text
    address = re.search(r'href="(/documents/[0-9a-f]+)"', page.text)[1]
    assert centre.get(address).data == PDF


def test_somebody_elses_upload_is_not_accepted(owner, centre):
    item = new_project(owner)
    answer = submit(owner, item, **FIRST, budget_sheet=[upload(centre)])
    assert answer.status_code == 422
    assert "budget_sheet" in answer.json["details"]["fields"]


def test_after_submitting_one_lands_on_the_case_with_who_and_when(owner):
    item = new_project(owner)
    answer = submit(owner, item, **FIRST, budget_sheet=[upload(owner)])
    assert answer.json["next"] == f"/cases/{answer.json['instance']}"
    page = owner.get(answer.json["next"]).text
    assert "填报项目需求" in page
    assert "韩知远 · 11-18 09:00" in page
    assert "等交易中心办理" in page


def test_instructions_name_what_the_case_knows(owner, centre):
    assert "核对渠道修缮工程的要件。" in centre.get(review_of(submitted(owner))).text


def test_the_second_of_two_submissions_is_told_who_was_first(owner, centre, colleague):
    item = review_of(submitted(owner))
    assert (
        post_json(centre, f"{item}/complete", {"form": {"decision": "accepted"}}).status_code == 200
    )
    late = post_json(colleague, f"{item}/complete", {"form": {"decision": "failed"}})
    assert (late.status_code, late.json["code"]) == (409, "work_item_taken")
    assert "沈砚秋" in late.json["message"]
    again = post_json(centre, f"{item}/complete", {"form": {"decision": "accepted"}})
    assert again.status_code == 409
    page = colleague.get(item).text
    assert "沈砚秋已于2026-11-18 09:00办结" in page
    assert "data-form-schema" not in page


def test_what_a_colleague_holds_is_not_taken_from_under_them(owner, centre, colleague):
    item = review_of(submitted(owner))
    assert send(centre, f"{item}/claim", page=item).status_code == 303
    assert "沈砚秋已领取，正在办理" in colleague.get(item).text
    answer = post_json(colleague, f"{item}/complete", {"form": {"decision": "accepted"}})
    assert (answer.status_code, answer.json["code"]) == (409, "work_item_claimed")


def test_released_it_may_be_claimed_by_a_colleague(owner, centre, colleague):
    item = review_of(submitted(owner))
    send(centre, f"{item}/claim", page=item)
    assert send(centre, f"{item}/release", page=item).status_code == 303
    assert send(colleague, f"{item}/claim", page=item).status_code == 303


def test_handing_over_offers_colleagues_of_the_same_role_alone(owner, centre, colleague, people):
    people("hr.centre", "trading_centre", county="huairou", name="外县同行")
    item = review_of(submitted(owner))
    page = centre.get(item).text
    choices = dict(re.findall(r'<option value="([0-9a-f]+)">([^<]+)</option>', page))
    assert list(choices.values()) == ["何以宁"]
    [to] = choices
    assert send(centre, f"{item}/hand-over", page=item, to=to).status_code == 303
    with reading() as session:
        assert session.get_one(WorkItem, item.rsplit("/", 1)[1]).claimed_by == to


def test_handing_over_to_a_stranger_is_refused(owner, centre, people):
    stranger = people("dz.contractor01", "contractor")
    item = review_of(submitted(owner))
    answer = send(centre, f"{item}/hand-over", page=item, to=stranger.id)
    assert answer.status_code == 422
    assert "同岗位" in answer.text


@pytest.mark.parametrize(
    ("roles", "county"),
    [(("contractor",), "dazhou"), (("trading_centre",), "huairou"), ((), "dazhou")],
)
def test_the_wrong_role_or_county_neither_sees_nor_acts(owner, people, sign_in, roles, county):
    people("somebody", *roles, county=county)
    other = sign_in("somebody")
    instance = submitted(owner)
    item = review_of(instance)
    assert other.get(item).status_code == 403
    assert other.get(f"/cases/{instance}").status_code == 403
    assert other.get(f"/cases/{instance}/diagram.bpmn").status_code == 403
    answer = post_json(other, f"{item}/complete", {"form": {"decision": "accepted"}})
    assert answer.status_code == 403
    assert post_json(other, f"{item}/draft", {"form": {}}, "PUT").status_code == 403


def test_a_party_that_waits_sees_the_step_and_may_not_do_it(owner):
    item = review_of(submitted(owner))
    page = owner.get(item)
    assert page.status_code == 200
    assert "这一步由其他岗位办理" in page.text
    assert (
        post_json(owner, f"{item}/complete", {"form": {"decision": "accepted"}}).status_code == 403
    )


def test_a_return_is_shown_as_one_with_its_reason(owner, centre):
    instance = submitted(owner)
    form = {"decision": "failed", "reasons": "面积不一致"}
    assert post_json(centre, f"{review_of(instance)}/complete", {"form": form}).status_code == 200
    page = owner.get(f"/cases/{instance}").text
    assert re.search(r'class="is-back".*?受理审核：要件不齐，退回', page, re.DOTALL)


def test_a_submission_without_the_pages_token_changes_nothing(owner):
    item = new_project(owner)
    answer = owner.post(f"{item}/complete", json={"form": FIRST})
    assert (answer.status_code, answer.json["code"]) == (400, "page_expired")


@pytest.mark.parametrize("address", ["/work-items/none", "/cases/none", "/cases/none/diagram.bpmn"])
def test_what_is_not_there_is_said_so(owner, address):
    assert owner.get(address).status_code == 404


def test_the_diagram_is_no_page(owner):
    instance = submitted(owner)
    answer = owner.get(f"/cases/{instance}/diagram.bpmn")
    assert answer.mimetype == "application/xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_typed_markup_stays_text(owner, centre):
    item = new_project(owner)
    form = {"title": "</script><b>x", "days": 3, "budget_sheet": [upload(owner)]}
    instance = submit(owner, item, **form).json["instance"]
    page = centre.get(review_of(instance)).text
    assert "<b>x" not in page


def test_an_owner_of_another_party_neither_sees_nor_acts(owner, people, sign_in):
    other = people("dz.owner2", "owner", name="别人")
    case_world.join_party(other, "柳河镇人民政府")
    item = new_project(owner)
    with unit_of_work() as session:
        mine = session.scalar(select(Account.party_id).where(Account.username == "dz.owner"))
        session.get_one(WorkItem, item.rsplit("/", 1)[1]).party_id = mine
    browser = sign_in("dz.owner2")
    assert browser.get(item).status_code == 403
    assert post_json(browser, f"{item}/complete", {"form": FIRST}).status_code == 403
    assert owner.get(item).status_code == 200


@pytest.mark.parametrize("role", ["centre_leader", "regulator", "oversight_authority"])
def test_who_looks_over_a_county_sees_its_cases_and_does_not_act(owner, people, sign_in, role):
    people("overseer", role)
    browser = sign_in("overseer")
    instance = submitted(owner)
    page = browser.get(f"/cases/{instance}")
    assert page.status_code == 200
    assert "预算表.pdf" in page.text
    answer = post_json(browser, f"{review_of(instance)}/complete", {"form": {}})
    assert answer.status_code == 403
