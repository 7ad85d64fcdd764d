"""The public log in a real browser: an entry, a kept checkpoint and a receipt are checked there."""

import json

import pytest
from playwright.sync_api import expect

from models.clock import system_now
from models.identity.actor import PLATFORM
from models.ledger import checkpoint, cosignature, witnesses
from models.ledger.log import record
from models.session import reading, unit_of_work
from processes import sequencer
from processes.open_data import log as open_log

pytestmark = pytest.mark.browser
WIDTHS = (1366, 390)


def act(city, count=1):
    with unit_of_work() as session:
        for number in range(count):
            record(session, PLATFORM, "draw:planned", f"object-{number}", at=system_now())
    sequencer.sequence(city.settings)
    with reading() as session:
        return open_log.newest_head(session)


@pytest.fixture
def log(city, tmp_path):
    """A log of some acts that a witness co-signed."""
    key = checkpoint.ensure_key(tmp_path / "w.key", "w.example")
    with unit_of_work() as session:
        witnesses.register(session, "达州市住建局", cosignature.public_key(key).text())
    head, _ = checkpoint.parse(act(city, 6).text)
    with unit_of_work() as session:
        line = cosignature.sign(head, key, int(system_now().timestamp()))
        witnesses.cosign(session, head.size, line)
    return city


def test_an_entry_is_checked_in_the_browser_and_a_changed_receipt_is_refused(log, tmp_path):
    page = log.visitor()
    page.goto("/")
    page.get_by_role("link", name="看日志").first.click()
    page.get_by_label("条目序号").fill("2")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**/log/entries/2")
    status = page.get_by_role("status").filter(has_text="核验")
    expect(status).to_contain_text("核验通过")
    expect(page.locator(".sw-checks > li.is-ok")).to_have_count(3)
    with page.expect_download() as got:
        page.get_by_role("link", name="下载回执").click()
    kept = tmp_path / "receipt.json"
    got.value.save_as(kept)
    receipt = json.loads(kept.read_text("utf-8"))

    page.goto("/log")
    page.get_by_label("回执文件").set_input_files(kept)
    board = page.locator("[data-log-receipt]")
    expect(board).to_contain_text("核验通过")
    changes = {
        "receipt_path": {"entry": receipt["entry"] + " "},
        "receipt_size": {"size": receipt["size"] + 1},
        "receipt_shape": {"path": None},
        "checkpoint_signature": {
            "checkpoint": receipt["checkpoint"].replace("\nsm3 ", "\nsm3 A", 1)
        },
    }
    for reason, change in changes.items():
        other = tmp_path / f"{reason}.json"
        other.write_text(json.dumps({**receipt, **change}), "utf-8")
        page.get_by_label("回执文件").set_input_files(other)
        expect(board).to_contain_text(reason)
    assert log.faults == []


def test_a_checkpoint_kept_before_is_compared_and_a_fork_is_found(log, tmp_path):
    page = log.visitor()
    page.goto("/log")
    with page.expect_download() as got:
        page.locator("#l-head").locator("..").get_by_role("link", name="下载").click()
    kept = tmp_path / "kept.txt"
    got.value.save_as(kept)
    act(log, 3)
    page.reload()
    board = page.locator("[data-log-seen]")
    page.locator("[data-log-seen] input").set_input_files(kept)
    expect(board).to_contain_text("日志只增不改")
    key = checkpoint.ensure_key(log.settings.keys / "log.key", kept.read_text().split("\n")[0])
    head, _ = checkpoint.parse(kept.read_text("utf-8"))
    for reason, changed in {
        "seen_rewritten": head._replace(sha256=bytes(32)),
        "seen_truncated": head._replace(size=999),
    }.items():
        other = tmp_path / f"{reason}.txt"
        other.write_text(checkpoint.sign(changed, [key]), "utf-8")
        page.locator("[data-log-seen] input").set_input_files(other)
        expect(board).to_contain_text(reason)
    foreign = checkpoint.ensure_key(tmp_path / "foreign.key", head.origin)
    other = tmp_path / "foreign.txt"
    other.write_text(checkpoint.sign(head, [foreign]), "utf-8")
    page.locator("[data-log-seen] input").set_input_files(other)
    expect(board).to_contain_text("checkpoint_signature")
    assert log.faults == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_the_log_are_for_everybody(log, width):
    page = log.visitor(width)
    log.look_over(page, "/log", "/log?q=object-1", "/log?q=nothing", "/log/entries/1")
    assert log.faults == []
