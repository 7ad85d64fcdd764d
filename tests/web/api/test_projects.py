"""Projects over HTTP: one's scope in a list, and of one project what the caller may see."""

import pytest

from models.identity.account import Account
from models.notice import Notice
from models.project import Project
from tests import seeding

SHAPE = {
    "id", "number", "title", "county", "owner", "works_type", "method", "phase",
    "ceiling_price", "selection_at",
}  # fmt: skip


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


@pytest.fixture
def fetch(town, client, token):
    def get(username, path=""):
        (account,) = seeding.rows(Account, username=username)
        return client.get(f"/api/v1/projects{path}", headers=token(account))

    return get


def test_a_list_has_the_fixed_shape_and_pages(fetch, town):
    made = [seeding.announce(town, f"工程{n}").project_id for n in range(3)]
    seen, cursor = [], ""
    while cursor is not None:
        page = fetch("dz.centre", f"?limit=2&sort=number&cursor={cursor}").json
        assert all(set(one) == SHAPE for one in page["items"])
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == made


@pytest.mark.parametrize("username", ["dz.owner", "dz.selector", "dz.centre", "dz.contractor01"])
def test_who_may_see_the_announced_sees_it(fetch, town, username):
    draw = seeding.announce(town)
    assert [one["id"] for one in fetch(username).json["items"]] == [draw.project_id]
    assert fetch(username, f"/{draw.project_id}").json["tickets"] == "保密"


def test_before_the_notice_only_the_owner_and_the_centre_know_of_a_project(fetch, town):
    draw = seeding.announce(town)
    with seeding.unit_of_work() as session:
        session.query(Notice).delete()
        session.query(Project).update({Project.announced_at: None})
    assert fetch("dz.contractor01").json["items"] == []
    hidden = fetch("dz.contractor01", f"/{draw.project_id}")
    assert (hidden.status_code, hidden.json) == (404, fetch("dz.contractor01", "/unknown").json)
    assert fetch("dz.owner", f"/{draw.project_id}").status_code == 200


def test_only_those_of_the_case_see_whom_to_call(fetch, town):
    draw = seeding.announce(town, contact="李工", contact_mobile="13900000000")
    assert fetch("dz.owner", f"/{draw.project_id}").json["contact_mobile"] == "13900000000"
    assert "13900000000" not in fetch("dz.contractor01", f"/{draw.project_id}").text


def test_the_answer_is_the_same_whoever_joined(fetch, town):
    draw = seeding.announce(town)
    before = [fetch(one, f"/{draw.project_id}").data for one in ("dz.owner", "dz.contractor01")]
    for account_id in town.contractors:
        seeding.join(town, draw, account_id)
    after = [fetch(one, f"/{draw.project_id}").data for one in ("dz.owner", "dz.contractor01")]
    assert after == before


@pytest.mark.parametrize("query", ["phase=x", "sort=owner", "since=x", "limit=0", "cursor=x"])
def test_bad_input_is_refused_in_words(fetch, town, query):
    answer = fetch("dz.centre", f"?{query}")
    assert answer.status_code == 422
    assert answer.json["message"]


def test_without_a_token_nobody_is_let_in(client, town):
    assert client.get("/api/v1/projects").status_code == 401
