"""Requests on the page of a case, and the same by a program: offered, begun, listed, taken back."""

import re

import pytest

from models.flow.case_message import JOB
from models.flow.job import Job, JobState
from models.ids import new_id
from models.project_request import ProjectRequest, RequestState
from models.session import unit_of_work
from models.settings import Settings
from processes import tokens
from tests.city import FREEZE, City, after, city, county
from tests.seeding import rows
from tests.web.conftest import send
from web.app import create_app

__all__ = ["city", "county"]

NOW = after(days=1)
TITLE = "公告期内变更、暂停、终止申请"


@pytest.fixture
def story(city: City):
    return city.announced(1, 2)


@pytest.fixture
def site(city: City):
    return create_app(Settings(data_dir=str(city.folder), secret_key="s" * 64))


@pytest.fixture
def browse(city: City, site):
    """Return somebody's browser while the business clock stands still."""
    with city.player.at(NOW):
        yield lambda username: _signed_in(site, username)


def _signed_in(site, username):
    browser = site.test_client()
    send(browser, "/sign-in", username=username, password="smallworks-demo")
    return browser


def card(browser, case: str, head: str) -> str:
    page = browser.get(f"/cases/{case}").text
    found = re.search(rf'id="{head}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.req("DZ-81.1")
def test_the_owner_begins_a_request_from_the_case_page_and_it_is_listed(story, browse) -> None:
    owner = browse("dz.owner")
    assert TITLE in card(owner, story.instance, "c-actions")
    case = f"/cases/{story.instance}"
    answer = send(owner, f"{case}/requests", page=case, flow="change_request")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/work-items/")
    (row,) = rows(ProjectRequest)
    assert f"/cases/{row.instance_id}" in card(owner, story.instance, "c-requests")
    assert "办理中" in card(owner, story.instance, "c-requests")
    assert f'href="{case}"' in owner.get(f"/cases/{row.instance_id}").text


@pytest.mark.req("DZ-81.1")
def test_what_cannot_be_asked_says_why_and_has_no_button(story, browse) -> None:
    story.request_change(NOW)
    actions = card(browse("dz.owner"), story.instance, "c-actions")
    assert "已有一项变更申请（办理中）" in actions
    assert 'value="change_request"' not in actions


@pytest.mark.parametrize("username", ["dz.centre", "dz.leader", "dz.housing", "dz.monitor"])
def test_nobody_else_is_offered_the_owners_requests(story, browse, username) -> None:
    assert TITLE not in card(browse(username), story.instance, "c-actions")


def test_offices_read_requests_and_the_people_of_the_draw_see_their_state(story, browse) -> None:
    request = story.request_change(NOW)
    assert f"/cases/{request}" in card(browse("dz.leader"), story.instance, "c-requests")
    assert browse("dz.leader").get(f"/cases/{request}").status_code == 200
    assert "变更申请" in card(browse("dz.monitor"), story.instance, "c-requests")


def test_a_request_is_posted_with_the_anti_forgery_token_alone(story, browse) -> None:
    owner = browse("dz.owner")
    answer = owner.post(f"/cases/{story.instance}/requests", data={"flow": "change_request"})
    assert answer.status_code == 400
    assert rows(ProjectRequest) == []


def test_a_form_without_a_choice_is_told_so(story, browse) -> None:
    case = f"/cases/{story.instance}"
    answer = send(browse("dz.owner"), f"{case}/requests", page=case)
    assert answer.status_code == 422
    assert "还没有选择要办理的事项" in answer.text


@pytest.mark.req("DZ-81.1")
def test_the_asker_takes_a_request_back_by_its_button(story, browse) -> None:
    request = story.request_change(NOW)
    case = f"/cases/{request}"
    assert "撤回申请" in card(browse("dz.owner"), request, "c-take-back")
    assert card(browse("dz.leader"), request, "c-take-back") == ""
    answer = send(browse("dz.owner"), f"{case}/take-back", page=case)
    assert answer.status_code == 303
    (row,) = rows(ProjectRequest)
    assert row.state is RequestState.WITHDRAWN


@pytest.mark.req("DZ-81.1")
@pytest.mark.parametrize(
    ("state", "attempts", "words"),
    [
        (JobState.WAITING, 0, ""),
        (JobState.LEASED, 1, ""),
        (JobState.WAITING, 2, "已试2次"),
        (JobState.DEAD, 8, "等系统管理员排除故障"),
        (JobState.DONE, 1, ""),
    ],
)
def test_a_decision_that_does_not_arrive_is_told_on_the_requests_page(
    story, browse, state, attempts, words
) -> None:
    request = story.request_change(NOW)
    with unit_of_work() as session:
        told = {"to": story.instance, "message": "change_approved", "sender": request}
        owed = {"key": f"{JOB}:x", "kind": JOB, "args": told, "due_at": NOW, "error": ""}
        session.add(Job(id=new_id(), state=state, attempts=attempts, **owed))
    found = card(browse("dz.owner"), request, "c-undelivered")
    assert (words in found) if words else found == ""
    assert card(browse("dz.owner"), story.instance, "c-undelivered") == ""


@pytest.mark.req("DZ-81.1")
def test_a_program_asks_and_takes_back_and_is_refused_in_the_same_words(
    city: City, story, site
) -> None:
    with unit_of_work() as session:
        token = tokens.create(session, "dz.owner", "测试")
    client, headers = site.test_client(), {"Authorization": f"Bearer {token}"}
    asked = {"flow": "change_request", "county": "dazhou", "data": {"about": story.instance}}

    def post(path, body=None):
        return client.post(f"/api/v1/instances{path}", json=body, headers=headers)

    with city.player.at(NOW):
        first = post("", asked)
        second = post("", asked)
        back = post(f"/{first.get_json()['id']}/take-back")
    assert (first.status_code, second.status_code, back.status_code) == (201, 409, 200)
    assert "已有一项" in second.text
    with city.player.at(FREEZE):
        late = post("", asked)
        nothing = post("", {**asked, "data": {}})
    assert (late.status_code, nothing.status_code) == (409, 404)
    assert "名单已经冻结" in late.text
    assert [row.state for row in rows(ProjectRequest)] == [RequestState.WITHDRAWN]
