"""Open data without a token: fixed shapes, paging, proofs of the log that verify."""

import json

import pytest

from models.clock import business_clock, fixed
from models.ledger import checkpoint, merkle
from models.ledger.merkle import HASHES
from models.notice import Notice, NoticeKind
from models.session import reading
from processes import sequencer
from tests import seeding
from tests.seeding import PUBLISHED_AT


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


def later(client, path):
    with business_clock(fixed(PUBLISHED_AT)):
        return client.get(path)


@pytest.fixture
def logged(town, settings):
    """A finished draw whose entries stand in the log."""
    draw = seeding.finished(town)
    sequencer.sequence(settings)
    return draw


def test_a_notice_has_the_fixed_shape(client, town, settings):
    draw = seeding.announce(town)
    (row,) = seeding.rows(Notice)
    answer = client.get("/api/v1/public/notices").json
    assert answer == {
        "items": [
            {
                "id": row.id,
                "kind": "tender_notice",
                "title": "石桥村灌溉渠修缮工程选取公告",
                "county": "dazhou",
                "project": draw.project_id,
                "draw": draw.id,
                "published_at": "2026-11-18T09:00:00+08:00",
                "url": f"{settings.url}/notices/{row.id}",
            }
        ],
        "next": None,
    }


def test_pages_follow_by_cursor_and_filters_hold(client, town):
    for n in range(3):
        seeding.finished(town, f"工程{n}")
    seen, cursor = [], ""
    while cursor is not None:
        path = f"/api/v1/public/notices?kind=award_notice&limit=2&cursor={cursor}"
        page = later(client, path).json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(n.id for n in seeding.rows(Notice, kind=NoticeKind.AWARD_NOTICE))
    assert client.get("/api/v1/public/notices?county=huairou").json["items"] == []
    assert len(later(client, "/api/v1/public/notices?q=工程1").json["items"]) == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("notices?kind=rumour", 422),
        ("notices?limit=0", 422),
        ("notices?limit=201", 422),
        ("notices?cursor=x", 422),
        ("projects/unknown", 404),
        ("draws/unknown/proof", 404),
        ("log/checkpoint", 404),
        ("log/entries?from=-1", 422),
        ("log/entries?limit=201", 422),
        (f"log/entries?from={10**30}", 422),
        ("log/inclusion?seq=0&size=1", 422),
        ("log/inclusion", 422),
        ("log/consistency?first=2&second=1", 422),
        ("log/consistency?first=0&second=1", 422),
    ],
)
def test_bad_input_gets_its_status_a_code_and_a_chinese_message(client, town, path, status):
    answer = client.get(f"/api/v1/public/{path}")
    assert answer.status_code == status
    assert set(answer.json) == {"code", "message", "details"}
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json["message"])


def test_a_project_shows_what_everybody_may_see_and_hides_the_rest(client, town):
    draw = seeding.announce(town, contact="李工", contact_mobile="13900000000")
    seeding.join(town, draw, town.contractors[0])
    answer = client.get(f"/api/v1/public/projects/{draw.project_id}")
    shown = answer.json
    assert shown["tickets"] == "保密"
    assert shown["winner"] is None
    assert shown["draws"] == []
    assert [one["kind"] for one in shown["notices"]] == ["tender_notice"]
    assert "李工" not in answer.text
    assert "interests" not in shown


def test_a_project_is_unknown_before_its_first_notice(client, town):
    draw = seeding.announce(town)
    with seeding.unit_of_work() as session:
        session.query(Notice).delete()
    unknown = client.get("/api/v1/public/projects/unknown")
    answer = client.get(f"/api/v1/public/projects/{draw.project_id}")
    assert (answer.status_code, answer.json) == (404, unknown.json)


def test_a_published_project_shows_winner_and_draw(client, logged):
    shown = client.get(f"/api/v1/public/projects/{logged.project_id}").json
    assert shown["winner"].startswith("云泽")
    assert shown["award_price"] == 38_640_000
    assert shown["tickets"] == 4
    assert shown["draws"] == [logged.id]


def test_the_log_is_read_in_pages_and_says_nothing_of_who_joined(client, logged, town):
    texts, start = [], "0"
    while start is not None:
        page = client.get(f"/api/v1/public/log/entries?from={start}&limit=2").json
        assert [one["seq"] for one in page["items"]] == list(
            range(int(start), int(start) + len(page["items"]))
        )
        texts += [one["entry"] for one in page["items"]]
        start = page["next"]
    actions = [json.loads(text)["action"] for text in texts]
    assert "draw:frozen" in actions
    about = {one for one in actions if "join" in one or "interest" in one}
    assert about == {"draw:opened_for_joining"}
    assert not [text for text in texts for one in town.contractors if one in text]


def test_inclusion_and_consistency_verify_against_the_signed_checkpoint(client, logged, settings):
    text = client.get("/api/v1/public/log/checkpoint").text
    with reading() as session:
        key = seeding.log_key(session, settings)
    head, _ = checkpoint.parse(text)
    assert checkpoint.verify(text, key.public) == head
    entries = client.get("/api/v1/public/log/entries?limit=200").json["items"]
    assert len(entries) == head.size
    digest = HASHES["sha256"]
    for one in (entries[0], entries[-1]):
        asked = f"seq={one['seq']}&size={head.size}"
        path = client.get(f"/api/v1/public/log/inclusion?{asked}").json["path"]
        leaf = merkle.leaf_hash(digest, one["entry"].encode())
        nodes = [bytes.fromhex(node) for node in path]
        assert merkle.verify_inclusion(digest, leaf, one["seq"], head.size, nodes, head.sha256)
    proof = client.get(f"/api/v1/public/log/consistency?first=3&second={head.size}").json["path"]
    old = merkle.root(digest, [one["entry"].encode() for one in entries[:3]])
    nodes = [bytes.fromhex(node) for node in proof]
    assert merkle.verify_consistency(digest, 3, head.size, nodes, old, head.sha256)
    beyond = client.get(f"/api/v1/public/log/inclusion?seq=0&size={head.size + 1}")
    assert beyond.status_code == 422
