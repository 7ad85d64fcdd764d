"""Sealing a floor and bidding over HTTP: one answer for every bid, strict shapes, no trace."""

from datetime import timedelta

import pytest

from models.clock import business_clock, fixed
from models.flow.job import OutboundMessage
from models.identity.account import Account
from models.selection import envelope
from models.selection.auction_tables import Bid, SecrecyUndertaking
from models.selection.guardian_keys import Guardian
from tests import seeding
from tests.models.selection import auctioning as make
from tests.seeding import MORNING

PEOPLE = [
    {"part": "set", "name": "邓岚", "position": "青石镇人民政府 副镇长"},
    {"part": "learnt", "name": "方屿", "position": "青石镇财政所 所长", "document_id": None},
]


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


@pytest.fixture
def auction(town):
    return make.bidding(town)


@pytest.fixture
def program(town, client, token):
    """Return a caller that acts with a token for an account of the town, at a moment."""

    def acting(username):
        (account,) = seeding.rows(Account, username=username)
        headers = token(account, expires_at=make.AFTER + timedelta(days=9))

        def call(method, path, at=make.DURING, **values):
            with business_clock(fixed(at)):
                return client.open(
                    f"/api/v1/projects{path}", method=method, headers=headers, **values
                )

        return call

    return acting


def seal(told, val):
    return envelope.seal(told["ctx"], val, [Guardian(**one) for one in told["guardians"]])


def bid(call, auction, fen, at=make.DURING):
    told = call("GET", f"/{auction.project_id}/sealing?kind=bid", at).json
    body = {"envelope": seal(told, {"fen": fen, "seq": told["seq"]})}
    return call("POST", f"/{auction.project_id}/bids", at, json=body)


def test_every_bid_is_answered_in_the_same_words_whatever_lies_inside(program, auction):
    call = program("dz.contractor01")
    answers = [
        bid(call, auction, fen) for fen in (38_640_000, 30_000_000, 29_999_999, 1, 0, 10**12)
    ]
    assert {one.status_code for one in answers} == {201}
    assert {tuple(one.json) for one in answers} == {("commit", "received_at")}
    assert {len(one.data) for one in answers} == {len(answers[0].data)}
    assert {one.json["received_at"] for one in answers} == {"2026-11-23T09:00:00+08:00"}


def test_the_number_to_seal_is_the_platforms_clock_so_the_last_device_counts(program, auction):
    call = program("dz.contractor01")
    path = f"/{auction.project_id}/sealing?kind=bid"
    told = call("GET", path).json
    assert told["seq"] == int(make.DURING.timestamp() * 1000)
    assert told["closes_at"] == make.CLOSES.isoformat()
    later = call("GET", path, make.DURING + timedelta(seconds=1)).json
    assert later["seq"] == told["seq"] + 1000


def test_own_bids_are_told_as_commitments_and_times_alone(program, auction):
    one, other = program("dz.contractor01"), program("dz.contractor02")
    commit = bid(one, auction, 35_000_000).json["commit"]
    bid(other, auction, 34_000_000)
    listed = one("GET", f"/{auction.project_id}/bids").json
    assert listed == {
        "items": [{"commit": commit, "received_at": "2026-11-23T09:00:00+08:00"}],
        "next": None,
    }


def test_the_same_envelope_twice_is_one_bid_with_one_answer(program, auction):
    call = program("dz.contractor01")
    told = call("GET", f"/{auction.project_id}/sealing?kind=bid").json
    body = {"envelope": seal(told, {"fen": 35_000_000, "seq": told["seq"]})}
    path = f"/{auction.project_id}/bids"
    first = call("POST", path, json=body)
    again = call("POST", path, make.DURING + timedelta(minutes=1), json=body)
    assert first.json == again.json
    assert len(seeding.rows(Bid)) == 1


BAD_BODIES = (
    {},
    [],
    None,
    {"envelope": "text"},
    {"envelope": {}},
    {"envelope": {"v": 1}},
    {"envelope": {}, "fen": 1},
    {"fen": 35_000_000},
)


def test_bad_bodies_are_refused_and_nothing_is_written(program, auction):
    call = program("dz.contractor01")
    for body in BAD_BODIES:
        answer = call("POST", f"/{auction.project_id}/bids", json=body)
        assert answer.status_code == 422, body
        assert answer.json["message"]
    assert seeding.rows(Bid) == []


def test_a_body_beyond_the_limit_is_not_read(program, auction):
    for method, path in (("POST", "bids"), ("PUT", "floor")):
        body = {"envelope": {"x": "y" * 40_000}, "undertakings": PEOPLE}
        answer = program("dz.contractor01")(method, f"/{auction.project_id}/{path}", json=body)
        assert answer.status_code == 413


def test_an_envelope_of_another_project_company_or_kind_is_refused(program, auction):
    one, other = program("dz.contractor01"), program("dz.contractor02")
    path = f"/{auction.project_id}"
    told = one("GET", f"{path}/sealing?kind=bid").json
    foreign = seal(told, {"fen": 1, "seq": 1})
    assert other("POST", f"{path}/bids", json={"envelope": foreign}).status_code == 422
    for change in ({"project": "x"}, {"kind": "floor"}, {"holder": "owner"}):
        val = {"fen": 1} if "kind" in change else {"fen": 1, "seq": 1}
        wrong = seal({**told, "ctx": {**told["ctx"], **change}}, val)
        assert one("POST", f"{path}/bids", json={"envelope": wrong}).status_code == 422
    assert seeding.rows(Bid) == []


def test_the_printed_minutes_hold_to_the_second(program, auction):
    call = program("dz.contractor01")
    told = call("GET", f"/{auction.project_id}/sealing?kind=bid").json
    second = timedelta(seconds=1)
    minutes = ((make.BEGINS - second, 409), (make.BEGINS, 201))
    for at, status in (*minutes, (make.CLOSES - second, 201), (make.CLOSES, 409)):
        body = {"envelope": seal(told, {"fen": 1, "seq": 1})}
        assert call("POST", f"/{auction.project_id}/bids", at, json=body).status_code == status


def test_closed_and_unknown_biddings_refuse_in_the_same_words(program, auction, town):
    bid(program("dz.contractor01"), auction, 1)
    answers = [
        program(name)(method, f"/{project}/{path}", make.CLOSES, json={"envelope": {}})
        for name in ("dz.contractor01", "dz.contractor02")
        for project in (auction.project_id, "unknown")
        for method, path in (("POST", "bids"), ("GET", "sealing?kind=bid"))
    ]
    assert {one.status_code for one in answers} == {409}
    assert len({one.text for one in answers}) == 1


def test_no_other_role_bids_or_reads_anything_of_bids(program, auction):
    path = f"/{auction.project_id}"
    for username in ("dz.owner", "dz.selector", "dz.monitor", "dz.centre"):
        call = program(username)
        assert call("POST", f"{path}/bids", json={"envelope": {}}).status_code == 403
        assert call("GET", f"{path}/sealing?kind=bid").status_code == 403
        assert call("GET", f"{path}/bids").json["items"] == []


def test_no_line_of_the_log_and_no_message_tells_of_bidding(program, auction, capfd):
    call = program("dz.contractor01")
    capfd.readouterr()
    bid(call, auction, 35_000_000)
    call("GET", f"/{auction.project_id}/bids")
    call("POST", f"/{auction.project_id}/bids", json={"envelope": {}})
    assert "".join(capfd.readouterr()) == ""
    assert seeding.rows(OutboundMessage) == []


def test_a_browser_needs_the_anti_forgery_token_of_its_page(auction, sign_in):
    browser = sign_in("dz.contractor01")
    path = f"/api/v1/projects/{auction.project_id}/bids"
    with business_clock(fixed(make.DURING)):
        assert browser.post(path, json={"envelope": {}}).status_code == 400
        page = browser.get(f"/projects/{auction.project_id}/quote").text
        token = page.split('name="csrf-token" content="')[1].split('"')[0]
        answer = browser.post(path, json={"envelope": {}}, headers={"X-CSRFToken": token})
    assert answer.status_code == 422


@pytest.fixture
def open_floor(town):
    auction = make.prepared(town)
    make.wait_for_floor(town, auction)
    return auction


@pytest.mark.req("DZ-80c")
def test_the_floor_is_sealed_and_sealed_anew_with_everybody_who_knows_it(
    program, open_floor, capfd
):
    call = program("dz.owner")
    path = f"/{open_floor.project_id}"
    commits = []
    capfd.readouterr()
    for fen, people in ((30_000_000, PEOPLE), (31_000_000, PEOPLE[:1])):
        told = call("GET", f"{path}/sealing?kind=floor", MORNING).json
        body = {"envelope": seal(told, {"fen": fen}), "undertakings": people}
        answer = call("PUT", f"{path}/floor", MORNING, json=body)
        assert answer.status_code == 201
        commits.append(answer.json["commit"])
        known = sorted(one.name for one in seeding.rows(SecrecyUndertaking))
        assert known == sorted(one["name"] for one in people)
    assert "".join(capfd.readouterr()) == ""
    assert make.fresh(open_floor).floor_commit == commits[1] != commits[0]


INCOMPLETE = (
    None,
    [],
    [{"part": "set", "name": "邓岚"}],
    [{"part": "set", "name": "", "position": "镇长"}],
    [{"part": "set", "name": "别人", "position": "镇长"}],
    [{"part": "knew", "name": "邓岚", "position": "镇长"}],
    [{"part": "learnt", "name": "邓岚", "position": "镇长"}],
    [{"part": "set", "name": "邓岚", "position": "镇长", "phone": "1"}],
    [{"part": "set", "name": "字" * 41, "position": "镇长"}],
    [{**PEOPLE[0], "document_id": "0" * 32}],
    PEOPLE[:1] * 22,
)


def test_a_floor_without_complete_undertakings_is_not_taken(program, open_floor):
    call = program("dz.owner")
    path = f"/{open_floor.project_id}"
    told = call("GET", f"{path}/sealing?kind=floor", MORNING).json
    for people in INCOMPLETE:
        body = {"envelope": seal(told, {"fen": 1}), "undertakings": people}
        assert call("PUT", f"{path}/floor", MORNING, json=body).status_code == 422, people
    assert make.fresh(open_floor).floor_commit == ""


def test_only_the_holder_of_the_step_seals_the_floor(program, open_floor):
    path = f"/{open_floor.project_id}"
    body = {"envelope": {}, "undertakings": PEOPLE}
    for username in ("dz.selector", "dz.monitor", "dz.centre", "dz.contractor01"):
        call = program(username)
        assert call("GET", f"{path}/sealing?kind=floor", MORNING).status_code == 403
        assert call("PUT", f"{path}/floor", MORNING, json=body).status_code == 403


def test_the_description_names_the_calls(client):
    told = client.get("/api/v1/openapi.json").json["paths"]
    assert {"get", "post"} <= set(told["/api/v1/projects/{id}/bids"])
    assert "put" in told["/api/v1/projects/{id}/floor"]
