"""Joining over HTTP: sealed by the browser or by the platform, uniform refusals, no trace."""

import json
from datetime import timedelta

import pytest

from models.clock import business_clock, fixed
from models.flow.job import OutboundMessage
from models.identity.account import Account
from models.selection import draw_v1, envelope, receipts
from models.selection.guardian_keys import Guardian
from models.selection.tables import Interest
from models.session import reading
from tests import seeding
from tests.seeding import FREEZE_AT

CSRF = "X-CSRFToken"


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


@pytest.fixture
def draw(town):
    return seeding.announce(town)


@pytest.fixture
def program(town, client, token):
    """Return a caller that acts with a token for an account of the town."""

    def acting(username):
        (account,) = seeding.rows(Account, username=username)
        headers = token(account)

        def call(method, path, **values):
            return client.open(f"/api/v1/projects{path}", method=method, headers=headers, **values)

        return call

    return acting


def test_a_program_joins_without_sealing_and_gets_receipt_and_blind_once(
    program, draw, town, settings
):
    call = program("dz.contractor01")
    answer = call("POST", f"/{draw.project_id}/interest", json={"accept": True})
    assert answer.status_code == 201
    receipt = answer.json
    blind = receipt.pop("blind")
    assert draw_v1.org_commit("sha256", f"9151190{100:011}", blind) == receipt["org_commit"]
    with reading() as session:
        assert receipts.is_genuine(session, settings, receipt)
    assert call("DELETE", f"/{draw.project_id}/interest").status_code == 204
    again = call("POST", f"/{draw.project_id}/interest", json={"accept": True})
    assert again.status_code == 201
    assert again.json["ticket"] != receipt["ticket"]


def test_the_context_is_fresh_each_time_and_says_until_when(program, draw):
    call = program("dz.contractor01")
    path = f"/{draw.project_id}/sealing?kind=interest"
    first, second = call("GET", path).json, call("GET", path).json
    assert first["ctx"]["holder"] != second["ctx"]["holder"]
    assert {**first, "ctx": None} == {**second, "ctx": None}
    assert first["closes_at"] == "2026-11-20T17:30:00+08:00"
    assert [one["name"] for one in first["guardians"]] == ["centre", "discipline", "regulator"]


def test_what_a_browser_sealed_is_stored_as_it_is_and_no_blind_comes_back(program, draw):
    call = program("dz.contractor01")
    told = call("GET", f"/{draw.project_id}/sealing?kind=interest").json
    keepers = [Guardian(**one) for one in told["guardians"]]
    org, blind = f"9151190{100:011}", "ab" * 32
    sealed = envelope.seal(
        told["ctx"], {"org": org, "blind": blind, "at": "2026-11-18T01:00:00Z"}, keepers
    )
    body = {
        "accept": True,
        "contact": "李工",
        "org_commit": draw_v1.org_commit(told["alg"], org, blind),
        "envelope": sealed,
    }
    answer = call("POST", f"/{draw.project_id}/interest", json=body)
    assert answer.status_code == 201
    assert "blind" not in answer.json
    (row,) = seeding.rows(Interest)
    assert json.loads(row.envelope) == sealed


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"accept": "maybe"},
        {"accept": True, "surprise": 1},
        {"accept": True, "contact": "字" * 41},
        {"accept": True, "remark": "字" * 121},
        {"accept": True, "contact": ["a"]},
        {"accept": True, "envelope": "text"},
        {"accept": True, "envelope": {"v": 1}},
        {"accept": True, "org_commit": "ab" * 32},
        {"accept": False},
        [],
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(program, draw, body):
    answer = program("dz.contractor01")("POST", f"/{draw.project_id}/interest", json=body)
    assert answer.status_code == 422
    assert answer.json["message"]
    assert seeding.rows(Interest) == []


def test_a_lone_surrogate_and_broken_json_are_refused(program, draw):
    call = program("dz.contractor01")
    for data in ('{"accept": true, "contact": "\\ud800"}', "{", "null"):
        answer = call(
            "POST", f"/{draw.project_id}/interest", data=data, content_type="application/json"
        )
        assert answer.status_code in (400, 422)
    assert seeding.rows(Interest) == []


def test_a_body_beyond_the_limit_is_not_read(program, draw):
    answer = program("dz.contractor01")(
        "POST",
        f"/{draw.project_id}/interest",
        json={"accept": True, "envelope": {"x": "y" * 40_000}},
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("username", ["dz.owner", "dz.selector", "dz.monitor", "dz.centre"])
def test_no_other_role_joins_leaves_or_gets_a_context(program, draw, username):
    call = program(username)
    answers = [
        call("POST", f"/{draw.project_id}/interest", json={"accept": True}),
        call("DELETE", f"/{draw.project_id}/interest"),
        call("GET", f"/{draw.project_id}/sealing?kind=interest"),
    ]
    assert {one.status_code for one in answers} == {403}
    assert len({one.text for one in answers}) == 1


def test_nobody_signed_out_gets_in(client, draw):
    assert (
        client.get(f"/api/v1/projects/{draw.project_id}/sealing?kind=interest").status_code == 401
    )


def test_closed_unknown_and_finished_lists_refuse_in_the_same_words(program, draw, town):
    joined, other = program("dz.contractor01"), program("dz.contractor02")
    joined("POST", f"/{draw.project_id}/interest", json={"accept": True})
    answers = []
    with business_clock(fixed(FREEZE_AT)):
        for call in (joined, other):
            for project in (draw.project_id, "unknown"):
                answers += [
                    call("POST", f"/{project}/interest", json={"accept": True}),
                    call("DELETE", f"/{project}/interest"),
                    call("GET", f"/{project}/sealing?kind=interest"),
                ]
    assert {one.status_code for one in answers} == {409}
    assert len({one.text for one in answers}) == 1


def test_one_second_before_the_minute_is_in_time(program, draw):
    with business_clock(fixed(FREEZE_AT - timedelta(seconds=1))):
        answer = program("dz.contractor01")(
            "POST", f"/{draw.project_id}/interest", json={"accept": True}
        )
    assert answer.status_code == 201


def test_a_browser_needs_the_anti_forgery_token_of_its_page(draw, sign_in):
    browser = sign_in("dz.contractor01")
    path = f"/api/v1/projects/{draw.project_id}/interest"
    assert browser.post(path, json={"accept": True}).status_code == 400
    page = browser.get("/find-projects").text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    answer = browser.post(path, json={"accept": True}, headers={CSRF: token})
    assert answer.status_code == 201
    assert browser.delete(path).status_code == 400
    assert browser.delete(path, headers={CSRF: token}).status_code == 204


def test_no_line_of_the_log_and_no_message_tells_of_joining(program, draw, capfd):
    call = program("dz.contractor01")
    capfd.readouterr()
    call("GET", f"/{draw.project_id}/sealing?kind=interest")
    call("POST", f"/{draw.project_id}/interest", json={"accept": True, "contact": "李工"})
    call("POST", f"/{draw.project_id}/interest", json={"accept": True})
    call("DELETE", f"/{draw.project_id}/interest")
    told = "".join(capfd.readouterr())
    assert told == ""
    assert seeding.rows(OutboundMessage) == []


def test_an_appointment_to_seal_is_only_for_the_person_appointed(program, draw):
    answer = program("dz.contractor01")("GET", f"/{draw.project_id}/sealing?kind=draw_secret")
    assert answer.status_code == 403
    floor = program("dz.contractor01")("GET", f"/{draw.project_id}/sealing?kind=floor")
    assert floor.status_code == 403
    unknown = program("dz.contractor01")("GET", f"/{draw.project_id}/sealing?kind=rehearsal")
    assert unknown.status_code == 422
