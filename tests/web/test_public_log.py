"""The public log's pages: what they show, find and hand out to everybody."""

import json

import pytest

from models.clock import system_now
from models.identity.actor import PLATFORM
from models.ledger import cosignature, log_file, receipt, witnesses
from models.ledger.checkpoint import ensure_key, parse
from models.ledger.log import record
from models.project import Project
from models.session import unit_of_work
from processes import sequencer
from processes.open_data import log as open_log
from processes.open_data import log_pages
from tests import seeding
from tests.seeding import rows


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


@pytest.fixture
def logged(town, settings):
    """A finished draw whose entries stand in the log."""
    draw = seeding.finished(town)
    sequencer.sequence(settings)
    return draw


def act(settings, count=1, action="draw:planned", **facts):
    with unit_of_work() as session:
        for number in range(count):
            record(session, PLATFORM, action, f"object-{number}", at=system_now(), **facts)
    sequencer.sequence(settings)


@pytest.fixture
def witness(tmp_path):
    key = ensure_key(tmp_path / "w.key", "w.example")
    with unit_of_work() as session:
        witnesses.register(session, "达州市住建局", cosignature.public_key(key).text())
    return key


def cosign(key):
    with unit_of_work() as session:
        head, _ = parse(open_log.newest_head(session).text)
        line = cosignature.sign(head, key, int(system_now().timestamp()))
        witnesses.cosign(session, head.size, line)
    return head.size


def test_an_empty_log_says_so(client, town):
    page = client.get("/log")
    assert page.status_code == 200
    assert "日志还没有检查点" in page.text
    assert client.get("/log/checkpoint.txt").status_code == 404


def test_the_page_shows_checkpoint_key_and_how_long_ago_each_witness_signed(
    client, logged, settings, witness
):
    act(settings)
    size = cosign(witness)
    page = client.get("/log").text
    assert f"最近签过{size}条，" in page
    assert "刚刚" in page
    assert cosignature.public_key(witness).text() in page
    text = client.get("/log/checkpoint.txt").text
    assert text.splitlines()[-1].startswith("— w.example ")
    assert client.get("/api/v1/public/log/checkpoint").text == text


def test_the_home_page_and_every_footer_lead_to_the_log(client, logged):
    for path in ("/", "/check"):
        assert 'href="/log"' in client.get(path).text


def test_an_entry_is_found_by_number_draw_and_project_number(client, logged):
    (project,) = rows(Project)
    assert client.get("/log?q=0").location == "/log/entries/0"
    for asked in (logged.id, project.number, project.id):
        found = client.get("/log", query_string={"q": asked}).text
        assert "选取方案确定" in found or "选取准备" in found
        assert "receipt.json?download=1" in found
    assert "没有查到条目" in client.get("/log?q=nothing").text
    assert "没有查到条目" in client.get("/log?q=999999").text


def test_a_project_that_was_not_announced_is_not_found_by_its_number(client, town, settings):
    project = seeding._project(town, "未公告的工程", {})
    with unit_of_work() as session:
        session.add(project)
        session.flush()
        record(session, PLATFORM, "draw:planned", project.id, at=system_now())
    sequencer.sequence(settings)
    found = client.get("/log", query_string={"q": project.number}).text
    assert "没有查到条目" in found


@pytest.mark.parametrize("path", ["999", "99999999999999999999", "-1", "x"])
def test_an_entry_that_is_not_published_does_not_exist(client, logged, path):
    assert client.get(f"/log/entries/{path}").status_code == 404
    assert client.get(f"/log/entries/{path}/receipt.json").status_code == 404


def test_an_entry_waits_for_its_checkpoint_before_it_is_shown(client, logged, settings):
    size = len(client.get("/log/download.json").json["entries"])
    with unit_of_work() as session:
        record(session, PLATFORM, "notice:published", "later", at=system_now())
    sequencer.sequence(settings)
    assert client.get(f"/log/entries/{size}").status_code == 404


def test_a_receipt_of_any_entry_is_borne_out_offline(client, logged, settings, witness):
    with unit_of_work() as session:
        key = open_log.public_key(session, settings)
    size = cosign(witness)
    act(settings, 3)
    for seq in range(size):
        given = client.get(f"/log/entries/{seq}/receipt.json").json
        report = receipt.verify(given, key, [cosignature.public_key(witness).text()])
        assert (report.seq, report.head.size) == (seq, size)
    fresh = client.get(f"/log/entries/{size}/receipt.json?download=1")
    assert receipt.verify(fresh.json, key).witnesses == ()
    assert f"log-receipt-{size}.json" in fresh.headers["Content-Disposition"]


def test_the_download_is_what_verify_log_takes_whole_and_in_parts(
    client, logged, settings, monkeypatch
):
    monkeypatch.setattr(log_pages, "PART", 5)
    monkeypatch.setattr(log_pages, "AT_ONCE", 2)
    act(settings, 12)
    with unit_of_work() as session:
        key = open_log.public_key(session, settings)
        size = open_log.published(session)
    whole = json.loads(client.get("/log/download.json").data)
    assert log_file.verify(whole, key).head.size == size
    parts = [
        json.loads(client.get(f"/log/download.json?size={size}&part={n}").data)
        for n in range(-(-size // 5))
    ]
    assert log_file.verify(log_file.join(parts), key).head.size == size
    assert f"分卷下载（{len(parts)}卷）" in client.get("/log").text


@pytest.mark.parametrize(
    "query",
    ["size=7777", "size=-1", "size=99999999999999999999", "part=99", "part=-1", "size=1&part=9"],
)
def test_what_was_never_signed_cannot_be_downloaded(client, logged, query):
    assert client.get(f"/log/download.json?{query}").status_code == 404


def test_the_download_is_about_as_long_as_the_page_says(client, logged, settings):
    act(settings, 40)
    with unit_of_work() as session:
        told = log_pages.bytes_about(session)
    real = len(client.get("/log/download.json").data)
    assert 0.6 * real < told < 1.6 * real


def test_daily_digests_are_listed_with_what_they_are(client, logged, settings):
    root = {"day": "2026-11-18", "leaves": 256, "root": "00" * 32, "alg": "sha256"}
    act(settings, 1, "interest.digest", after=root)
    act(settings)
    page = client.get("/log").text
    assert "意向名单每日指纹" in page
    assert "2026-11-18" in page


def test_a_notice_and_a_result_lead_to_their_entries(client, town, settings):
    draw = seeding.finished(town)
    sequencer.sequence(settings)
    assert f"/log?q={draw.id}" in client.get(f"/results/{draw.id}").text
