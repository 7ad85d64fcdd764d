"""The pages of worked cases: what a flow's cases walk, a file of cases edited, run and mended."""

import re

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.flow.job import Job, JobState
from models.flow.proposal import ProposalFile
from models.flow.rehearsal import CaseRun
from models.session import reading, unit_of_work
from processes import contents, sweeper
from processes.cases import owing
from processes.cases.format import CaseFile, WorkedCase, read_cases
from processes.rehearsal import helper
from tests import worlds
from tests.city import City
from tests.web.workbench.site import ask, browser_of
from tests.web.workbench.test_pages import opened, post

pytestmark = [pytest.mark.req("PL-2", "PL-5"), pytest.mark.timeout(300)]

PATH = "cases/enquiry.toml"
NAME = "咨询当场答复并告知缺什么"
FLOW = "/flows/dazhou/enquiry/cases"


def work(city: City) -> None:
    sweeper.STEPS["jobs"](city.settings)
    helper.stop_all()


def file_of(proposal: str) -> CaseFile:
    query = select(ProposalFile.sha256).where(
        ProposalFile.proposal_id == proposal, ProposalFile.path == PATH
    )
    with reading() as session:
        return read_cases(contents.get(session, session.scalars(query).one()))


def case_of(proposal: str) -> WorkedCase:
    (one,) = file_of(proposal).cases
    assert isinstance(one, WorkedCase)
    return one


@pytest.fixture
def analyst(site: OpenAPI, city: City) -> FlaskClient:
    worlds.give(city.settings)
    return browser_of(site, "dz.analyst.甲")


@pytest.fixture
def proposal(analyst: FlaskClient) -> str:
    return opened(analyst, "dazhou", PATH)


@pytest.mark.req("PL-2")
def test_a_flow_shows_its_cases_and_after_a_run_which_branches_they_walk(
    analyst: FlaskClient, city: City
) -> None:
    page = analyst.get(FLOW).text
    assert NAME in page
    assert "还没有运行" in page
    assert "没有样例走过" in page
    assert post(analyst, f"{FLOW}/run", page=FLOW).status_code == 303
    assert "正在运行办理样例" in analyst.get(FLOW).text
    waiting = {"HX-Request": "true"}
    assert "停止运行" in analyst.get(FLOW, headers=waiting).text
    work(city)
    assert analyst.get(FLOW, headers=waiting).headers["HX-Refresh"] == "true"
    page = analyst.get(FLOW).text
    assert "每个分支都有样例走过" in page
    assert "还没有运行" not in page
    with reading() as session:
        (run,) = session.scalars(select(CaseRun))
    assert (run.passed, run.name, run.proposal_id) == (True, NAME, None)
    diagram = analyst.get(f"{FLOW}/diagram.bpmn")
    assert b"sequenceFlow" in diagram.data


def test_the_editor_says_acts_in_words_and_keeps_what_is_to_come_of_them(
    analyst: FlaskClient, proposal: str, city: City
) -> None:
    at = f"/cases/{proposal}/enquiry"
    page = analyst.get(at).text
    assert "发起“咨询" in page
    assert "交易中心" in page
    fields = {"case": NAME, "title": "咨询答复", "source": "第七十四条", "version": "0"}
    answer = post(analyst, f"{at}/expect", page=at, **fields, **{"fact-answered": "否"})
    assert answer.status_code == 303
    assert case_of(proposal).expect == {"answered": False}
    assert case_of(proposal).name == "咨询答复"
    post(analyst, f"{at}/run", page=at, case="咨询答复", version="1")
    work(city)
    assert "已经答复应为否，实际为是" in analyst.get(at).text
    post(analyst, f"{at}/accept", page=at, case="咨询答复", version="1")
    work(city)
    assert case_of(proposal).expect == {"answered": True}


def test_a_wrong_fact_is_refused_and_nothing_is_lost(analyst: FlaskClient, proposal: str) -> None:
    at = f"/cases/{proposal}/enquiry"
    fields = {"case": NAME, "title": NAME, "source": "第七十四条", "version": "0"}
    post(analyst, f"{at}/expect", page=at, **fields, **{"fact-answered": "也许"})
    assert "须写“是”或“否”" in analyst.get(at).text
    post(analyst, f"{at}/expect", page=at, **fields, **{"fact-answered": "是", "fact-secret": "1"})
    assert "不是能核对的结果" in analyst.get(at).text
    with reading() as session:
        assert session.scalars(select(ProposalFile)).all() == []


def test_a_case_is_taken_out_and_another_name_is_told(analyst: FlaskClient, proposal: str) -> None:
    at = f"/cases/{proposal}/enquiry"
    post(analyst, f"{at}/drop", page=at, case=NAME, version="0")
    assert file_of(proposal).cases == ()
    assert "这个文件里还没有样例" in analyst.get(at).text
    post(analyst, f"{at}/expect", page=at, case="没有的", title="没有的", source="无", version="1")
    assert "没有名为“没有的”的样例" in analyst.get(at).text


def test_a_file_that_cannot_be_read_is_shown_with_what_is_wrong(
    analyst: FlaskClient, proposal: str
) -> None:
    at = f"/proposals/{proposal}/files/{PATH}"
    ask(analyst, "PUT", at, text="[[case]]\nname = 1", version=0)
    page = analyst.get(f"/cases/{proposal}/enquiry").text
    assert "办理样例文件写法不对" in page


def test_strangers_see_and_run_nothing(site: OpenAPI, proposal: str) -> None:
    stranger = browser_of(site, "hr.analyst")
    assert stranger.get(FLOW).status_code == 403
    assert stranger.get(f"/cases/{proposal}/enquiry").status_code == 404
    assert browser_of(site, "dz.owner").get(FLOW).status_code == 403
    assert post(stranger, f"{FLOW}/run", page="/messages").status_code == 403


def with_a_new_step(analyst: FlaskClient, proposal: str) -> str:
    diagram = "diagrams/enquiry.bpmn"
    at = f"/proposals/{proposal}/files/{diagram}"
    shown = analyst.get(at).json
    text = shown["text"].replace(">answer_enquiry<", ">reply_enquiry<")
    text = re.sub(r'(id|Ref|bpmnElement)="answer_enquiry"', r'\1="reply_enquiry"', text)
    answer = ask(analyst, "PUT", at, text=text, version=shown["version"])
    assert answer.status_code == 200, answer.text
    return f"/proposals/{proposal}"


def test_a_new_step_is_written_into_every_case_by_one_button(
    analyst: FlaskClient, proposal: str, city: City
) -> None:
    page = with_a_new_step(analyst, proposal)
    post(analyst, f"{page}/mend-cases", page=page)
    work(city)
    work(city)
    assert [one.get("step") for one in case_of(proposal).acts] == [
        None,
        "record_enquiry",
        "reply_enquiry",
        "answer_enquiry",
    ]


def test_a_proposal_given_up_meanwhile_is_left_as_it_is_and_the_job_is_done(
    analyst: FlaskClient, proposal: str, city: City
) -> None:
    page = with_a_new_step(analyst, proposal)
    post(analyst, f"{page}/mend-cases", page=page)
    post(analyst, f"{page}/withdraw", page=page)
    work(city)
    with reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == owing.JOB)).all()
        paths = session.scalars(select(ProposalFile.path)).all()
        told = [one.told for one in session.scalars(select(CaseRun))]
    assert [one.state for one in jobs] == [JobState.DONE]
    assert paths == ["diagrams/enquiry.bpmn"]
    assert any("没有改写样例" in one for one in told)


def test_a_run_is_owed_once_and_can_be_stopped(analyst: FlaskClient, city: City) -> None:
    for _ in range(3):
        post(analyst, f"{FLOW}/run", page=FLOW)
    assert "同样的运行正在进行" in analyst.get(FLOW).text
    with reading() as session:
        (one,) = session.scalars(select(Job).where(Job.kind == owing.JOB))
    with unit_of_work() as session:
        assert owing.note(session, one.key, 1, 4)
    assert "已完成1个，共4个" in analyst.get(FLOW).text
    post(analyst, f"{FLOW}/stop", page=FLOW)
    assert "已停止运行" in analyst.get(FLOW).text
    work(city)
    with unit_of_work() as session:
        assert session.scalars(select(CaseRun)).all() == []
        assert not owing.note(session, one.key, 2, 4)


def test_a_change_of_the_base_runs_the_cases_of_the_counties_that_use_it(
    site: OpenAPI, city: City
) -> None:
    worlds.give(city.settings)
    base = browser_of(site, "analyst")
    proposal = opened(base, "base", "diagrams/enquiry.bpmn")
    page = with_a_new_step(base, proposal)
    post(base, f"{page}/run-cases", page=page)
    at = f"/flows/base/enquiry/cases?proposal={proposal}"
    assert "请在区县的改动单里补写" in base.get(at).text
    assert "给所有样例补上新环节" not in base.get(at).text
    assert "请由各区县在自己的改动单里补写" in post(base, f"{page}/mend-cases", page=page).text
    work(city)
    with reading() as session:
        runs = session.scalars(select(CaseRun)).all()
    assert [(one.county_code, one.name) for one in runs] == [("dazhou", NAME)]
    told = base.get(page).text
    assert "在每个用到它的区县各运行一遍" in told
    assert "1个样例中有1个没有通过" in told


def test_acts_are_edited_in_rows_and_what_is_wrong_stands_at_its_row(
    analyst: FlaskClient, proposal: str
) -> None:
    at = f"/cases/{proposal}/enquiry/acts"
    page = analyst.get(f"{at}?case={NAME}").text
    assert page.count('class="sw-card mb-2"') == 3
    assert "咨询事项" in page or "答复" in page
    form = dict(
        re.findall(r'<input type="hidden" name="(r\d-kind|rows|version)" value="(\w+)"', page)
    )
    steps = {"r0-name": "enquiry", "r1-name": "record_enquiry", "r2-name": "answer_enquiry"}
    rows = {"case": NAME, **form, **steps, "r2-by": "trading_centre"}
    more = post(analyst, at, page=f"{at}?case={NAME}", **rows, do="add:3:wait")
    assert more.text.count('class="sw-card mb-2"') == 4
    waiting = {**rows, "rows": "4", "r3-kind": "wait", "r3-name": "days", "r3-amount": "两"}
    refused = post(analyst, at, page=f"{at}?case={NAME}", **waiting, do="save")
    assert refused.status_code == 422
    assert "等多久须是整数" in refused.text
    saved = post(analyst, at, page=f"{at}?case={NAME}", **{**waiting, "r3-amount": "2"}, do="save")
    assert saved.status_code == 303
    assert case_of(proposal).acts[2:] == (
        {"step": "answer_enquiry", "by": "trading_centre"},
        {"wait": {"days": 2}},
    )
    assert analyst.get(f"{at}?case=没有").status_code == 404
