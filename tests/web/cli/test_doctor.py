"""``smallworks doctor`` names each planted fault, and what to do about it."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import delete

from models.calendar import WorkCalendar, forget_calendar
from models.clock import business_now, system_now
from models.document import Document
from models.flow.job import Job, JobState, OutboundMessage
from models.ids import new_id
from models.ledger import cosignature, witnesses
from models.ledger.checkpoint import ensure_key
from models.ledger.tables import LedgerEntry
from models.session import unit_of_work
from models.settings import Settings
from models.storage import open_storage
from processes import leases


@pytest.fixture
def faults(command):
    """Plant nothing, look once; then return what is found wrong."""
    command("clock", "show")

    def find():
        leases.report_alive()
        code, output = command("doctor")
        found = [line for line in output.splitlines() if line.startswith("[问题]")]
        assert code == (1 if found else 0)
        return found

    # a calendar that this process has read is kept: each look starts without one
    forget_calendar()
    assert find() == []
    yield find
    forget_calendar()


def only(found, *words):
    assert len(found) == 1, found
    for word in words:
        assert word in found[0]


@pytest.mark.parametrize(
    ("gone", "name"),
    [
        ("keys/log.key", "keys/log.key"),
        ("keys/guardians/centre.json", "keys/guardians/centre.json"),
        ("keys/platform", "keys/platform/"),
    ],
)
def test_a_missing_key(faults, installation, gone, name):
    place = installation / gone
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    found = faults()
    assert any(name in line and "keys import" in line for line in found)


def put_document(installation):
    data = b"%PDF-1.7 one"
    sha256 = open_storage(Settings(data_dir=str(installation))).put(data)
    with unit_of_work() as session:
        values = {"name": "预算表.pdf", "media_type": "application/pdf", "size": len(data)}
        session.add(Document(sha256=sha256, created_at=business_now(), **values))
    return installation / "blobs" / sha256[:2] / sha256


def test_an_altered_document(faults, installation):
    put_document(installation).write_bytes(b"other")
    only(faults(), "资料", "预算表.pdf（被改动）", "从备份恢复")


def test_a_lost_document(faults, installation):
    put_document(installation).unlink()
    only(faults(), "资料", "预算表.pdf（丢失）")


def test_a_gap_in_the_log(faults):
    with unit_of_work() as session:
        session.execute(delete(LedgerEntry).where(LedgerEntry.seq == 1))
    only(faults(), "业务日志", "缺第 1 条")


def test_the_last_entry_of_the_log_gone(faults):
    with unit_of_work() as session:
        last = session.query(LedgerEntry).order_by(LedgerEntry.seq.desc()).first()
        number = last.seq
        session.delete(last)
    only(faults(), "业务日志", f"缺第 {number} 条")


def test_a_calendar_with_a_hole(faults):
    with unit_of_work() as session:
        day = (business_now() + timedelta(days=30)).date()
        session.execute(delete(WorkCalendar).where(WorkCalendar.day == day))
    forget_calendar()
    only(faults(), "工作日历", f"{day.year}")


def test_a_dead_job_and_a_dead_message(faults):
    dead = {"state": JobState.DEAD, "due_at": system_now()}
    with unit_of_work() as session:
        session.add(Job(kind="letter.make", key=new_id(), **dead))
        message = {"channel": "sms", "recipient": "1", "template": "t"}
        session.add(OutboundMessage(key=new_id(), **message, **dead))
    only(faults(), "待处理", "消息 1 件", "任务 1 件")


def test_a_witness_that_has_not_been_heard_of_for_a_day(faults, tmp_path):
    key = cosignature.public_key(ensure_key(tmp_path / "w.key", "w.example")).text()
    with unit_of_work() as session:
        witness = witnesses.register(session, "达州市住建局", key)
        witness.added_at = system_now() - timedelta(days=2)
    only(faults(), "见证方", "超过一天没有联系")
