"""The real witness program against a really served platform: what it signs, what it finds."""

import json
import signal
import stat
import subprocess
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models.clock import system_now
from models.ledger import checkpoint, cosignature, log_file, witnesses
from models.ledger.tables import LedgerEntry
from models.ledger.witness_tables import Cosignature, Witness, WitnessAlarm
from models.session import reading, unit_of_work
from processes.open_data import log as open_log
from processes.remote.folder import RemoteSettings
from processes.remote.platform import Platform
from processes.witnessing import watch
from processes.witnessing.door import DOOR, reach
from processes.witnessing.folder import Folder
from tests.web.conftest import app, client, people, settings, token  # noqa: F401
from tests.witnesses import KEY_NAME, ROOT, Log, Process, served


@pytest.fixture
def log(app, settings):  # noqa: F811
    with served(app, settings) as kept:
        yield kept


@pytest.fixture
def bearer(people, token):  # noqa: F811
    account = people("city.witness", "witness", county="*")
    return token(account)["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def witness(log: Log, bearer, tmp_path):
    """A witness that is registered and has signed the first checkpoint."""
    folder = Folder(tmp_path / "witness")
    key = folder.make(RemoteSettings(KEY_NAME, log.address, log.key), bearer)
    with unit_of_work() as session:
        public = cosignature.public_key(key).text()
        witnesses.register(session, "达州市住建局", public)
    assert "已签" in watch.look(folder, reach(log.address, bearer)).text
    return Process(tmp_path / "witness")


def look(log, witness):
    """Look once within this process, where the start of another is not the point."""
    folder = Folder(witness.folder)
    return watch.look(folder, reach(log.address, folder.token()))


def rows(model):
    with reading() as session:
        return session.scalars(select(model)).all()


def whole(log: Log):
    with reading() as session:
        text = open_log.newest_head(session).text
        ordered = select(LedgerEntry.body).order_by(LedgerEntry.seq)
        return {"checkpoint": text, "entries": list(session.scalars(ordered))}


def test_a_witness_cosigns_what_continues_the_log_and_the_checkpoint_carries_it(log, witness):
    log.act(2)
    assert "已签" in witness("run", "--once").out
    (registered,) = rows(Witness)
    key = cosignature.parse_public(registered.public_key)
    with reading() as session:
        text = open_log.checkpoint_text(session)
    assert cosignature.find(text, key).name == KEY_NAME
    assert checkpoint.verify(text, checkpoint.parse_key(log.key, "")).size > 3
    assert len(rows(Cosignature)) == 2
    assert "没有新的检查点" in witness("run", "--once").out
    status = witness("status")
    assert status.code == 0
    assert registered.public_key in status.out
    assert "已送达平台" in status.out


@pytest.mark.parametrize(
    ("tamper", "kind", "stays"),
    [
        ("rewrite", "rewritten", True),
        ("truncate", "truncated", True),
        ("fork", "forked", True),
        ("take_another_key", "wrong_key", False),
        ("replay", "replayed", False),
    ],
)
def test_each_tampering_is_found_kept_as_evidence_and_told(log, witness, tamper, kind, stays):
    log.act(3)
    look(log, witness)
    seen, cosigned = log.texts[-1], len(rows(Cosignature))
    key = log.key
    getattr(log, tamper)()
    told = witness("run", "--once")
    assert told.code == 1
    assert "[警报]" in told.err
    (file,) = witness.evidence
    kept = json.loads(file.read_text("utf-8"))
    assert kept["kind"] == kind
    assert kept["evidence"]["seen"] == seen
    assert kept["evidence"]["found"].startswith(seen.split("\n")[0])
    checkpoint.verify(seen, checkpoint.parse_key(key, ""))
    (alarm,) = rows(WitnessAlarm)
    assert (alarm.kind, json.loads(alarm.evidence)) == (kind, kept["evidence"])
    assert len(rows(Cosignature)) <= cosigned  # nothing more was signed
    assert look(log, witness).is_alarm
    assert len(rows(WitnessAlarm)) == 1
    assert witness("status").code == (1 if stays else 0)


@pytest.mark.parametrize(
    ("tamper", "why"),
    [
        ("rewrite", "seen_rewritten"),
        ("truncate", "seen_truncated"),
        ("fork", "seen_forked"),
        ("take_another_key", "checkpoint_unsigned"),
    ],
)
def test_verify_log_finds_the_same_in_a_downloaded_file(log, tamper, why, tmp_path):
    log.act(3)
    seen, key = log.texts[-1], log.key
    getattr(log, tamper)()
    with pytest.raises(log_file.LogInvalidError) as caught:
        log_file.verify(whole(log), key, seen)
    assert caught.value.reason == why


def test_verify_log_finds_an_old_checkpoint_handed_out_again(log):
    log.act(3)
    held = whole(log)
    old = {"checkpoint": log.texts[0], "entries": held["entries"][:3]}
    assert log_file.verify(old, log.key).head.size == 3
    with pytest.raises(log_file.LogInvalidError) as caught:
        log_file.verify(old, log.key, log.texts[-1])
    assert caught.value.reason == "seen_truncated"


def test_an_alarmed_witness_signs_no_more_until_its_people_have_looked_into_it(log, witness):
    log.truncate()
    assert look(log, witness).is_alarm
    log.act(4)
    assert look(log, witness).is_alarm
    assert rows(Cosignature) == []
    assert witness("accept", "--yes").code == 0
    assert len(witness.evidence) == 2  # the evidence and the former state, both put aside
    assert "已签" in look(log, witness).text
    assert len(rows(Cosignature)) == 1


def test_an_old_checkpoint_alarms_only_as_long_as_it_is_handed_out(log, witness):
    log.act(3)
    look(log, witness)
    log.replay()
    assert look(log, witness).is_alarm
    log.cache.old = ""
    assert not look(log, witness).is_alarm


def test_a_running_witness_goes_on_by_itself_and_ends_with_the_alarm_as_its_code(log, witness):
    command = witness.command("run", "--every", "1")
    running = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert "没有新的检查点" in running.stdout.readline()
        log.act(2)
        assert any("已签：6条" in running.stdout.readline() for _ in range(9))
        second = witness("run", "--once")
        assert second.code == 1
        assert "正在运行" in second.err
        log.fork()
        assert "日志分叉" in running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == 1
    finally:
        running.kill()
        running.communicate()


def test_a_platform_that_is_away_or_refuses_is_no_alarm_and_is_asked_again(log, bearer, tmp_path):
    process = Process(tmp_path / "witness")
    public = process.init(log.address, log.key, bearer)
    told = process("run", "--once")
    assert told.code == 3
    assert "没有登记这把见证公钥" in told.out
    with unit_of_work() as session:
        witnesses.register(session, "达州市住建局", public)
    assert process("run", "--once").code == 0
    settings_file = tmp_path / "witness" / "witness.json"
    kept = json.loads(settings_file.read_text("utf-8"))
    settings_file.write_text(json.dumps({**kept, "url": "http://127.0.0.1:9"}), "utf-8")
    away = process("run", "--once")
    assert away.code == 3
    assert "连不上平台" in away.out


def test_a_witness_keeps_its_secrets_for_itself_and_is_made_once(log, bearer, tmp_path):
    process = Process(tmp_path / "witness")
    process.init(log.address, log.key, bearer)
    for name in ("witness.key", "token"):
        assert stat.S_IMODE((tmp_path / "witness" / name).stat().st_mode) == 0o600
    again = process(
        "init", "--url", log.address, "--key", log.key, "--name", "other",
        "--token-file", str(tmp_path / "token.txt"),
    )  # fmt: skip
    assert again.code == 1
    assert "已有见证方" in again.err


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("--url", "http://platform.example", "https"),
        ("--url", "ftp://localhost", "https"),
        ("--key", "00", "公钥写法不对"),
        ("--name", "with space", "空格"),
    ],
)
def test_a_witness_is_not_made_from_what_cannot_be(log, option, value, why, tmp_path):
    (tmp_path / "token.txt").write_text("t")
    given = {
        "--url": log.address,
        "--key": log.key,
        "--name": KEY_NAME,
        "--token-file": str(tmp_path / "token.txt"),
        option: value,
    }
    told = Process(tmp_path / "w")("init", *[part for pair in given.items() for part in pair])
    assert told.code in (1, 2)
    assert why in told.err
    assert not (tmp_path / "w" / "witness.json").exists()


def test_the_state_is_on_disk_before_the_platform_is_told(log, witness, monkeypatch):
    log.act(1)
    folder = Folder(witness.folder)

    class DiedError(BaseException):
        """The process ends here."""

    class Dying(Platform):
        def post(self, door, body):
            assert folder.state().checkpoint == log.texts[-1]
            raise DiedError

    with pytest.raises(DiedError):
        watch.look(folder, Dying(log.address, "x", DOOR))
    assert not folder.state().is_sent
    assert not look(log, witness).is_away
    assert folder.state().is_sent


def test_a_quiet_log_is_signed_again_by_the_hour_so_that_silence_means_something(log, witness):
    folder = Folder(witness.folder)
    platform = reach(log.address, folder.token())
    before = rows(Witness)[0].seen_at
    with time_machine.travel(system_now() + timedelta(seconds=watch.HEARTBEAT + 1)):
        assert "已签" in watch.look(folder, platform).text
    assert rows(Witness)[0].seen_at > before
    assert len(rows(Cosignature)) == 1


def test_a_damaged_state_is_never_taken_for_a_first_visit(log, witness):
    (witness.folder / "state.json").write_text("{")
    told = witness("run", "--once")
    assert told.code == 1
    assert "读不出来" in told.err
