"""A flow drawn from nothing is begun, worked and found by a county's staff, and nobody else's."""

import re

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.flow.definition import Definition, DefinitionStatus
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import WorkItem
from models.letter import Letter
from models.message import InAppMessage
from models.session import reading
from processes.job_runner import due_jobs, run_job
from processes.packs.roles import PATH
from processes.role_titles import role_titles
from tests.city import City, after
from tests.web.conftest import TOKEN_FIELD, send
from tests.web.workbench import drawn
from tests.web.workbench.drawn import KEY, ROLE, ROLE_TITLE, RULE
from tests.web.workbench.site import add_person, ask, browser_of

PLACE = "大竹河左岸堤段"


def post(browser: FlaskClient, path: str, **fields: str):
    found = TOKEN_FIELD.search(browser.get("/roles").text)
    assert found
    return browser.post(path, data={"csrf_token": found[1], **fields})


def proposal_of(address: str) -> str:
    return address.rpartition("proposal=")[2]


def prepare(analyst: FlaskClient) -> str:
    """A rule, a role, a flow with its first step and form: the proposal that holds them."""
    role = {"in": "city", "title": ROLE_TITLE, "key": ROLE, "of": "person"}
    answer = send(analyst, "/roles?in=city", **role)
    assert answer.status_code == 303, answer.text
    proposal = proposal_of(answer.location)
    rule = {"label": "派工审批期限", "key": RULE, "unit": "working_day", "value": "2"}
    rule |= {"from_on": "2026-11-09", "source": "防汛预案第五条", "minimum": "1", "maximum": "5"}
    answer = send(analyst, f"/rules/new?proposal={proposal}", proposal=proposal, **rule)
    assert answer.status_code == 303, answer.text
    flow = {"key": KEY, "title": "汛期值守派工", "starter": "owner", "summary": drawn.SUMMARY}
    answer = send(analyst, f"/flows/new?proposal={proposal}", proposal=proposal, **flow)
    assert answer.status_code == 303, answer.text
    assert answer.location == f"/modeller/{proposal}/{KEY}"
    return proposal


def save(analyst: FlaskClient, proposal: str, path: str, text: str) -> None:
    at = f"/proposals/{proposal}/files/{path}"
    held = analyst.get(at)
    version = held.json["version"] if held.status_code == 200 else 0
    answer = ask(analyst, "PUT", at, text=text, version=version)
    found = [one for one in answer.json["findings"] if one["level"] == "error"]
    assert (answer.status_code, found) == (200, [])


def publish(analyst: FlaskClient, proposal: str, city: City) -> None:
    answer = post(analyst, f"/proposals/{proposal}/publish")
    assert answer.status_code == 303, analyst.get(f"/proposals/{proposal}").text
    while due := due_jobs():
        for one in due:
            run_job(one, city.settings)


@pytest.mark.req("PL-1")
@pytest.mark.req("PL-3")
@pytest.mark.req("PL-5")
def test_a_flow_drawn_from_nothing_is_worked_by_the_countys_staff_alone(
    site: OpenAPI, city: City
) -> None:
    with business_clock(fixed(after(hours=1))):
        analyst = browser_of(site, "dz.analyst.甲")
        proposal = prepare(analyst)
        for path, text in drawn.FILES.items():
            save(analyst, proposal, path, text)
        save(analyst, proposal, f"diagrams/{KEY}.bpmn", drawn.diagram())
        add_person("town", [("owner", "city")])
        owner = browser_of(site, "town")
        assert "汛期值守派工" not in owner.get("/matters/new").text
        assert "/matters" not in owner.get("/desk").text
        publish(analyst, proposal, city)

        add_person("flood", [(ROLE, "city")])
        assert role_titles()[ROLE] == ROLE_TITLE
        page = owner.get("/matters/new").text
        assert "汛期值守派工" in page
        assert drawn.SUMMARY in page
        assert drawn.SUMMARY in owner.get(f"/how-it-works/{KEY}").text
        begun = send(owner, "/matters/new", flow=KEY)
        assert begun.status_code == 303, begun.text
        work(site, city, owner, begun.location)
        nobody_else(site)


def work(site: OpenAPI, city: City, owner: FlaskClient, item: str) -> None:
    complete(owner, item, {"title": PLACE, "heads": 30})
    flood = browser_of(site, "flood")
    inbox = flood.get("/inbox").text
    assert PLACE in inbox
    assert PLACE in flood.get(f"/inbox?q={PLACE}").text
    approve = re.search(r'href="(/work-items/[^"]+)"', inbox)
    assert approve
    assert f"：{PLACE}</h1>" in flood.get(approve[1]).text
    with reading() as session:
        waiting = session.scalars(select(WorkItem).where(WorkItem.step == "approve")).one()
        assert (waiting.role, waiting.project_id) == (ROLE, None)
        assert (waiting.due_at.day, waiting.remind_at is not None) == (11, True)
    complete(flood, approve[1], {"decision": "同意"})
    with reading() as session:
        case = session.scalars(select(Instance).where(Instance.subject == PLACE)).one()
        assert case.status is InstanceStatus.COMPLETED
        letter = session.scalars(select(Letter).where(Letter.instance_id == case.id)).one()
        assert letter.words["opening"] == [f"请派30人到{PLACE}值守，同意。"]
        told = session.scalars(select(InAppMessage).where(InAppMessage.text == f"派工：{PLACE}"))
        assert told.first() is not None
    page = owner.get(f"/cases/{case.id}").text
    assert (PLACE in page, "派出人数" in page, "值守派工单" in owner.get("/letters").text) == (
        True,
        True,
        True,
    )
    add_person("leader", [("centre_leader", "city")])
    for browser in (owner, flood, browser_of(site, "leader")):
        assert PLACE in browser.get(f"/matters?q={PLACE}").text
    assert browser_of(site, "dz.analyst.甲").get(f"/flows/city/{KEY}/insight").status_code == 200


def nobody_else(site: OpenAPI) -> None:
    for name in ("dz.owner", "dz.contractor01"):
        other = browser_of(site, name)
        assert "汛期值守派工" not in other.get("/matters/new").text
        assert PLACE not in other.get("/matters").text
        assert post_api(other).status_code in {403, 404, 422}


def post_api(browser: FlaskClient):
    return ask(browser, "POST", "/api/v1/instances", flow=KEY, county="city", data={})


def complete(browser: FlaskClient, item: str, form: dict[str, object]) -> None:
    place = item.rpartition("/")[2]
    answer = ask(browser, "POST", f"/api/v1/work-items/{place}/complete", form=form)
    assert answer.status_code == 200, answer.text


@pytest.mark.req("PL-5")
def test_a_flow_is_taken_over_by_another_county_and_given_up(site: OpenAPI, city: City) -> None:
    analyst = browser_of(site, "dz.analyst.甲")
    given = {"key": "second_enquiry", "title": "再次咨询", "copy_of": "city:enquiry"}
    made = send(analyst, "/flows/new?in=city", **{"in": "city"}, **given)
    assert made.status_code == 303, made.text
    proposal = made.location.split("/")[2]
    text = analyst.get(f"/proposals/{proposal}/files/diagrams/second_enquiry.bpmn").json["text"]
    assert 'id="second_enquiry"' in text
    assert 'name="再次咨询"' in text
    publish(analyst, proposal, city)
    files = {"second_enquiry": "diagrams/second_enquiry.bpmn", "enquiry": "pack.toml"}
    for key, path in files.items():
        out = post(analyst, f"/flows/city/{key}/retire")
        assert out.status_code == 303, out.text
        assert path in analyst.get(out.location).text
    publish(analyst, out.location.rpartition("/")[2], city)
    with reading() as session:
        query = select(Definition).where(
            Definition.key == "second_enquiry", Definition.status == DefinitionStatus.PUBLISHED
        )
        assert session.scalars(query).all() == []
    add_person("centre", [("trading_centre", "city")])
    centre = browser_of(site, "centre")
    assert centre.get("/how-it-works/enquiry").status_code == 404
    again = post(analyst, "/flows/city/enquiry/offer")
    assert "pack.toml" in analyst.get(again.location).text
    assert PATH not in analyst.get(again.location).text
