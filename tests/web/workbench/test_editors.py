"""The doors of the form and the decision editor: for the county's analysts, and nobody else."""

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI

from models.flow.proposal import Proposal, ProposalState
from models.identity.actor import PLATFORM
from models.session import unit_of_work
from models.settings import BPMN
from processes import proposals
from tests.web.conftest import send
from tests.web.workbench.site import TOKEN, add_person, ask, browser_of

pytestmark = pytest.mark.req("PL-3")

FORM = (BPMN / "base/forms/fill_requirement.json").read_text()
TABLE = (BPMN / "base/decisions/review_routing.dmn").read_text()
PAGES = ("forms/{}/fill_requirement", "forms/{}/new", "decisions/{}/review_routing",
         "decisions/{}/new", "forms/{}/fill_requirement/names")  # fmt: skip
QUESTIONS = ("forms/{}/fill_requirement/check", "forms/{}/fill_requirement/view",
             "forms/{}/fill_requirement/invent", "forms/{}/fill_requirement/try",
             "decisions/{}/review_routing/check", "decisions/{}/review_routing/try")  # fmt: skip


@pytest.fixture
def analyst(site: OpenAPI) -> FlaskClient:
    return browser_of(site, "dz.analyst.甲")


@pytest.fixture
def proposal(analyst: FlaskClient) -> str:
    with unit_of_work() as session:
        return proposals.create(session, "dazhou", "试", PLATFORM).id


def test_the_countys_analyst_opens_every_page_and_asks_every_question(
    analyst: FlaskClient, proposal: str
) -> None:
    for page in PAGES:
        assert analyst.get("/" + page.format(proposal)).status_code == 200, page
    for question in QUESTIONS:
        text = FORM if question.startswith("forms") else TABLE
        answer = ask(analyst, "POST", "/" + question.format(proposal), text=text)
        assert answer.status_code == 200, (question, answer.text)


def test_nobody_else_sees_that_there_is_a_proposal(site: OpenAPI, proposal: str) -> None:
    add_person("dz.owner", [("owner", "dazhou")])
    owner, other = browser_of(site, "dz.owner"), browser_of(site, "hr.analyst")
    for page in PAGES:
        assert other.get("/" + page.format(proposal)).status_code == 404, page
        assert owner.get("/" + page.format(proposal)).status_code == 403, page
        stranger = site.test_client().get("/" + page.format(proposal))
        assert stranger.status_code in {302, 303, 401}
    for question in QUESTIONS:
        to = "/" + question.format(proposal)
        assert ask(other, "POST", to, text="{}").status_code == 404, question
        assert ask(owner, "POST", to, text="{}").status_code == 403, question


def test_a_form_says_where_it_is_used_and_whom_it_may_offer(
    analyst: FlaskClient, proposal: str
) -> None:
    answer = analyst.get(f"/forms/{proposal}/fill_requirement/names").json
    assert [one["step"] for one in answer["used_by"]] == ["填报项目需求"]
    assert {"id": "contractor", "title": "施工企业"}.items() <= next(
        one for one in answer["roles"] if one["id"] == "contractor"
    ).items()
    assert answer["calendar"]["off"]
    assert answer["qualifications"]
    assert "项目受理" in analyst.get(f"/forms/{proposal}/fill_requirement").text


def test_a_trial_says_at_which_path_the_server_refuses(analyst: FlaskClient, proposal: str) -> None:
    url = f"/forms/{proposal}/fill_requirement"
    values = ask(analyst, "POST", f"{url}/invent", text=FORM).json["values"]
    good = ask(analyst, "POST", f"{url}/try", text=FORM, form=values).json
    assert good["errors"] == {}
    bad = ask(analyst, "POST", f"{url}/try", text=FORM, form={**values, "title": "短"}).json
    assert list(bad["errors"]) == ["title"]


@pytest.mark.parametrize("folder", ["forms", "decisions"])
def test_a_new_file_is_made_once_and_wrong_names_are_told_at_the_field(
    analyst: FlaskClient, proposal: str, folder: str
) -> None:
    url = f"/{folder}/{proposal}/new"
    wrong = send(analyst, url, name='"><script>', title="<b>x", copy_of="")
    assert wrong.status_code == 422
    assert "小写字母" in wrong.text
    assert "<b>x" not in wrong.text
    made = send(analyst, url, name="countersign", title="会签", copy_of="")
    assert made.location == f"/{folder}/{proposal}/countersign"
    assert analyst.get(made.location).status_code == 200
    again = send(analyst, url, name="countersign", title="", copy_of="")
    assert again.status_code == 422


@pytest.mark.parametrize("name", ["nowhere", "..", "Random", "a.b", "a" * 70, "<script>"])
def test_a_name_without_a_file_is_not_found(analyst: FlaskClient, proposal: str, name: str) -> None:
    for folder in ("forms", "decisions"):
        assert analyst.get(f"/{folder}/{proposal}/{name}").status_code in {308, 404}


@pytest.mark.parametrize("sent", [[], {"text": 5}, {"text": FORM, "form": []}, "x"])
def test_what_is_no_question_is_refused(analyst: FlaskClient, proposal: str, sent: object) -> None:
    found = TOKEN.search(analyst.get("/messages").text)
    assert found
    headers = {"X-CSRFToken": found[1]}
    answer = analyst.post(f"/forms/{proposal}/fill_requirement/try", json=sent, headers=headers)
    assert answer.status_code == 422, answer.text


def test_only_drafts_take_new_files(analyst: FlaskClient, proposal: str) -> None:
    with unit_of_work() as session:
        session.get_one(Proposal, proposal).state = ProposalState.SUBMITTED
    assert send(analyst, f"/forms/{proposal}/new", name="countersign").status_code == 409
    assert analyst.get(f"/forms/{proposal}/fill_requirement").status_code == 200
