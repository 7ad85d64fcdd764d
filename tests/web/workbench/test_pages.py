"""The analysts' lists and the page of a proposal, from opening a file to rolling it back."""

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.flow.proposal import Proposal, ProposalState
from models.session import reading
from processes import sweeper
from tests.city import City
from tests.web.conftest import TOKEN_FIELD
from tests.web.workbench.site import FORM, ask, browser_of

EVALUATION = "diagrams/evaluation.bpmn"


def post(browser: FlaskClient, to: str, /, *, page: str, **fields: str):
    found = TOKEN_FIELD.search(browser.get(page).text)
    assert found
    return browser.post(to, data={"csrf_token": found[1], **fields})


def opened(browser: FlaskClient, county: str, path: str) -> str:
    """Open a file as the list's button does; return the proposal's id."""
    answer = post(browser, f"/flows/{county}/open", page=f"/flows?in={county}", path=path)
    assert answer.status_code == 303, answer.text
    with reading() as session:
        newest = select(Proposal.id).order_by(Proposal.edited_at.desc(), Proposal.id.desc())
        proposal = session.scalar(newest.limit(1))
    assert proposal in answer.location
    return proposal


def edited(browser: FlaskClient, proposal: str, path: str, old: str, new: str) -> None:
    at = f"/proposals/{proposal}/files/{path}"
    now = browser.get(at).json
    assert old in now["text"]
    text = now["text"].replace(old, new)
    answer = ask(browser, "PUT", at, text=text, version=now["version"])
    assert answer.status_code == 200


def sweep(city: City) -> None:
    sweeper.STEPS["published"](city.settings)
    sweeper.STEPS["jobs"](city.settings)


def state_of(proposal: str) -> ProposalState:
    with reading() as session:
        return session.get_one(Proposal, proposal).state


def test_every_flow_is_listed_with_its_source(site: OpenAPI) -> None:
    page = browser_of(site, "analyst").get("/flows?in=xiangxi").text
    assert page.index("<code>evaluation</code>") < page.index("<code>appointments</code>")
    assert "本县" in page
    assert "基础包，用本县文件" in page
    assert "没有符合条件的流程" in browser_of(site, "analyst").get("/flows?in=xiangxi&q=无此").text


@pytest.mark.req("PL-3")
def test_an_analyst_changes_publishes_and_rolls_back_alone(city: City, site: OpenAPI) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    proposal = opened(browser, "city", FORM)
    edited(browser, proposal, FORM, "监督人员已在场", "监督人员已经在场")
    at = f"/proposals/{proposal}"
    page = browser.get(at).text
    assert "改为本县" in page
    assert FORM in page
    assert post(browser, f"{at}/publish", page=at).status_code == 303
    assert "正在检查、办理样例并发布" in browser.get(at).text
    sweep(city)
    assert "已于" in browser.get(at).text
    versions = browser.get("/flows/city/draw_ceremony").text
    assert "生效中" in versions.partition("基础包的版本")[0]
    back = post(browser, f"{at}/roll-back", page=at, reason="写错了")
    sweep(city)
    assert state_of(back.location.rpartition("/")[2]) is ProposalState.PUBLISHED
    assert browser.get(f"/resources/city?q={FORM}").text.count("基础包") > 0


def test_what_the_check_finds_stands_at_its_file_and_forbids_publishing(site: OpenAPI) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    proposal = opened(browser, "dazhou", EVALUATION)
    edited(browser, proposal, EVALUATION, 'name="办结"', 'name="办完"')
    edited(browser, proposal, EVALUATION, "<bpmn:endEvent ", "<bpmn:endEventx ")
    at = f"/proposals/{proposal}"
    page = browser.get(at).text
    assert "处错误" in page
    refused = post(browser, f"{at}/publish", page=at)
    assert refused.status_code == 303
    assert "没有提交" in browser.get(at).text
    assert state_of(proposal) is ProposalState.DRAFT


def test_the_second_person_sees_agrees_and_it_is_published(city: City, site: OpenAPI) -> None:
    maker, second = browser_of(site, "hr.analyst"), browser_of(site, "publisher")
    proposal = opened(maker, "huairou", FORM)
    edited(maker, proposal, FORM, "监督人员已在场", "监督人员已经在场")
    at = f"/proposals/{proposal}"
    assert post(maker, f"{at}/publish", page=at).status_code == 403
    assert post(maker, f"{at}/submit", page=at).status_code == 303
    assert "正等待流程发布人同意" in maker.get(at).text
    assert at in second.get("/proposals?whose=waiting").text
    assert "同意发布" in second.get(at).text
    assert post(second, f"{at}/publish", page=at, note="可以").status_code == 303
    sweep(city)
    assert state_of(proposal) is ProposalState.PUBLISHED


def test_sent_back_with_a_reason_that_the_maker_reads(site: OpenAPI) -> None:
    maker, second = browser_of(site, "hr.analyst"), browser_of(site, "publisher")
    proposal = opened(maker, "huairou", FORM)
    edited(maker, proposal, FORM, "监督人员已在场", "监督人员已经在场")
    at = f"/proposals/{proposal}"
    post(maker, f"{at}/submit", page=at)
    post(second, f"{at}/send-back", page=at, note="请写明依据")
    assert "请写明依据" in maker.get(at).text
    assert state_of(proposal) is ProposalState.DRAFT


def test_a_moment_in_the_past_is_refused_and_a_wrong_one_too(site: OpenAPI) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    proposal = opened(browser, "dazhou", FORM)
    edited(browser, proposal, FORM, "监督人员已在场", "监督人员已经在场")
    at = f"/proposals/{proposal}"
    for given in ("2020-01-01T09:00", "明天", "2999-01-01T00:00"):
        post(browser, f"{at}/publish", page=at, effective_at=given)
        assert state_of(proposal) is ProposalState.DRAFT


@pytest.mark.req("PL-3")
def test_versions_tell_who_and_why_and_an_earlier_one_comes_back(city: City, site: OpenAPI) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    for old, new in (('name="办结"', 'name="已办结"'), ('name="已办结"', 'name="都办结"')):
        proposal = opened(browser, "city", EVALUATION)
        edited(browser, proposal, EVALUATION, old, new)
        at = f"/proposals/{proposal}"
        post(browser, f"{at}/title", page=at, title=f"改成{new[6:-1]}", reason="统一用语")
        post(browser, f"{at}/publish", page=at)
        sweep(city)
    at = "/flows/city/evaluation"
    page = browser.get(at).text
    assert "改成已办结" in page
    assert "统一用语" in page
    body = browser.get(f"{at}/versions/1/diagram.bpmn")
    assert "已办结".encode() in body.data
    assert "attachment" in body.headers["Content-Disposition"]
    made = post(browser, f"{at}/versions/1/restore", page=at)
    assert EVALUATION in browser.get(made.location).text


def test_a_new_flow_is_made_and_opened_and_a_bad_name_is_told(site: OpenAPI) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    for key, title in (("A b", "会签"), ("evaluation", "会签"), ("fine_key", ""), ("new", "会签")):
        page = "/flows/new?in=dazhou"
        refused = post(browser, "/flows/new", page=page, key=key, title=title, **{"in": "dazhou"})
        assert refused.status_code == 422
    given = {"key": "integrity_check", "title": '纪委<b>"会签', "in": "dazhou"}
    answer = post(browser, "/flows/new", page="/flows/new?in=dazhou", **given)
    assert answer.location.startswith("/modeller/")
    assert answer.location.endswith("/integrity_check")
    page = browser.get("/flows?in=dazhou").text
    assert "integrity_check" in page
    assert "纪委<b>" not in page


def test_the_plain_editor_opens_with_what_the_check_finds(site: OpenAPI) -> None:
    browser = browser_of(site, "dz.analyst.甲")
    proposal = opened(browser, "dazhou", "roles.toml")
    at = f"/proposals/{proposal}/files/roles.toml"
    answer = ask(browser, "PUT", at, text="analyst = 5\n", version=0)
    assert answer.status_code == 200
    page = browser.get(f"/files/{proposal}/roles.toml").text
    assert "角色和名称" in page
    assert answer.json["findings"][0]["level"] == "error"
    assert '"level": "error"' in page
    assert browser.get(f"/files/{proposal}/cases/none.toml").status_code == 404


STRANGE = "/flows/huairou/evaluation"


@pytest.mark.parametrize("username", ["dz.analyst.甲", "dz.publisher"])
def test_another_countys_pages_are_refused(site: OpenAPI, username: str) -> None:
    theirs, mine = browser_of(site, "hr.analyst"), browser_of(site, username)
    proposal = opened(theirs, "huairou", FORM)
    for path in ("/flows?in=huairou", "/flows?in=base", STRANGE, f"{STRANGE}/diagram.bpmn",
                 "/resources/huairou", f"/proposals/{proposal}", f"/files/{proposal}/rules.toml",
                 "/flows/base/evaluation"):  # fmt: skip
        assert mine.get(path).status_code in {403, 404}, path
    for act in (
        "submit",
        "publish",
        "send-back",
        "recall",
        "withdraw",
        "title",
        "merged",
        "roll-back",
    ):
        answer = post(mine, f"/proposals/{proposal}/{act}", page="/flows?in=dazhou", note="x")
        assert answer.status_code in {403, 404}, act
    assert f"/proposals/{proposal}" not in mine.get("/proposals").text
    assert state_of(proposal) is ProposalState.DRAFT


@pytest.mark.parametrize("username", ["dz.centre", "dz.owner", "keeper.system"])
def test_who_is_no_analyst_has_no_workbench(site: OpenAPI, username: str) -> None:
    browser = browser_of(site, username)
    for path in ("/flows", "/proposals", "/resources", "/flows/dazhou/evaluation"):
        assert browser.get(path).status_code == 403
    assert "改动单" not in browser.get("/messages").text
