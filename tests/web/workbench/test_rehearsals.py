"""The pages of rehearsals: begun, walked, looked back at, mended, kept as a worked case."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import func, select

from models.flow.instance import Instance
from models.flow.rehearsal import FlowRehearsal, FlowRehearsalStep
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes import proposals
from processes.rehearsal import helper
from tests import worlds
from tests.city import City
from tests.processes.rehearsal import drafts
from tests.web.conftest import send
from tests.web.workbench.site import ask, browser_of

WAITS = re.compile(r"/rehearsals/\w+\?at=\d+&amp;item=(\w+)")


@pytest.fixture
def analyst(city: City, site: OpenAPI) -> Iterator[FlaskClient]:
    worlds.give(city.settings)
    yield browser_of(site, "dz.analyst.甲")
    helper.stop_all()


def begin(analyst: FlaskClient, **fields: str) -> str:
    answer = send(analyst, "/rehearsals", **{"in": "dazhou", "flow": "enquiry", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def item_on(page: str) -> str:
    found = WAITS.search(page)
    assert found
    return found[1]


def proposed(city: City, files: dict[str, bytes | None]) -> str:
    with unit_of_work() as session:
        actor = city.player.actor(session, "dz.analyst.甲")
        proposal = proposals.create(session, "dazhou", "试一试", actor)
        for path, body in files.items():
            proposals.save_file(session, proposal, path, body, version=0, actor=actor)
        return proposal.id


def counted(table: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_of_a_proposals_flows_the_one_it_changes_is_chosen_first(
    city: City, analyst: FlaskClient
) -> None:
    paths = ("diagrams/works_completion.bpmn", "forms/answer_enquiry.json")
    changed: dict[str, bytes | None] = {
        path: (BPMN / "base" / path).read_bytes() + b"\n" for path in paths
    }
    drawn, shown = proposed(city, changed), proposed(city, {paths[1]: changed[paths[1]]})
    for proposal, flow in ((drawn, "works_completion"), (shown, "enquiry")):
        page = analyst.get(f"/rehearsals/new?proposal={proposal}").text
        assert f'<option value="{flow}" selected>' in page


@pytest.mark.req("PL-3")
def test_a_flow_is_walked_looked_back_at_and_kept_as_a_case(
    city: City, site: OpenAPI, analyst: FlaskClient
) -> None:
    assert "还没有试运行" in analyst.get("/rehearsals").text
    assert "咨询登记与答复" in analyst.get("/rehearsals/new?in=dazhou&flow=enquiry").text
    place = begin(analyst)
    page = analyst.get(place).text
    assert "登记咨询" in page
    assert "data-form-schema" in page
    assert '<option value="change_request" selected>公告期内变更' in page
    assert '<option value="notice.minimum_period" selected>' in page

    item = item_on(page)
    refused = ask(analyst, "POST", f"{place}/steps/1/items/{item}", form={"subject": ""})
    assert refused.status_code in (200, 422)
    done = ask(analyst, "POST", f"{place}/steps/1/items/{item}", form={})
    assert done.json == {"next": place}
    assert "答复咨询" in analyst.get(place).text

    later = send(analyst, f"{place}/act", at="2", verb="wait", working_days="3")
    assert later.status_code == 303
    told = analyst.get(f"{place}?at=3").text
    assert "11-12 09:00" in told
    assert "短信" in told
    assert "正在回看" in analyst.get(f"{place}?at=1").text
    assert analyst.get(f"{place}/diagrams/enquiry").data.startswith(b"<?xml")

    ended = send(analyst, f"{place}/on", at="3")
    assert ended.status_code == 303
    assert "流程已办结" in analyst.get(place).text
    kept = send(analyst, f"{place}/case", at="4", name="三天后答复", source="试运行")
    assert kept.status_code == 303
    with reading() as session:
        actor = city.player.actor(session, "dz.analyst.甲")
        proposal = proposals.newest_draft(session, "dazhou", actor)
        assert proposal is not None
        shown = proposals.read_file(session, "dazhou", "cases/enquiry.toml", proposal)
        assert "三天后答复" in shown.body.decode()
        assert "{ wait = { working_days = 3 } }" in shown.body.decode()
    assert counted(Instance) == 0

    branched = send(analyst, f"{place}/branch", at="1")
    assert branched.status_code == 303
    assert counted(FlowRehearsal) == 2
    assert send(analyst, f"{place}/remove").status_code == 303
    assert counted(FlowRehearsal) == 1


def test_an_error_is_shown_at_its_element_and_mended_by_walking_again(
    city: City, site: OpenAPI, analyst: FlaskClient
) -> None:
    proposal = proposed(city, drafts.with_failing_expression())
    place = begin(analyst, proposal=proposal)
    send(analyst, f"{place}/on", at="1")
    page = analyst.get(place).text
    assert "出错的位置已在流程图上标红" in page
    assert f"/modeller/{proposal}/enquiry?element=keep_answer" in page
    assert '"failed": ["keep_answer"]' in page

    with unit_of_work() as session:
        actor = city.player.actor(session, "dz.analyst.甲")
        row = proposals.find(session, proposal, actor)
        shown = proposals.read_file(session, "dazhou", "diagrams/enquiry.bpmn", row)
        body = drafts.ENQUIRY.replace("有人咨询", "有人来咨询").encode()
        path, version = "diagrams/enquiry.bpmn", shown.version
        proposals.save_file(session, row, path, body, version=version, actor=actor)
    assert "这一稿在试运行之后又改过" in analyst.get(place).text
    again = send(analyst, f"{place}/replay", at="0")
    assert again.status_code == 303
    assert "流程已办结" in analyst.get(again.headers["Location"]).text


def test_a_lost_process_costs_no_step(city: City, site: OpenAPI, analyst: FlaskClient) -> None:
    place = begin(analyst)
    send(analyst, f"{place}/act", at="1", verb="next")
    for one in helper.pool(city.settings).worlds:
        one.process.kill()
        one.process.wait()
    assert send(analyst, f"{place}/act", at="2", verb="next").status_code == 303
    assert "流程已办结" in analyst.get(place).text
    assert counted(FlowRehearsalStep) == 4


@pytest.mark.parametrize(("who", "status"), [("hr.analyst", 404), ("dz.owner", 403)])
def test_nobody_else_sees_a_rehearsal(
    site: OpenAPI, analyst: FlaskClient, who: str, status: int
) -> None:
    place = begin(analyst)
    other = browser_of(site, who)
    assert other.get(place).status_code == status
    assert send(other, f"{place}/act", at="1", verb="next").status_code == status
    assert send(other, f"{place}/remove").status_code == status
    assert "咨询登记与答复" not in other.get("/rehearsals").text
