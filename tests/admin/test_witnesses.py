"""The keepers' screens of witnesses and alarms."""

import pytest
from sqlalchemy import select

from models.clock import iso, system_now
from models.ledger import alarm, cosignature, witness_alarms, witnesses
from models.ledger.checkpoint import ensure_key
from models.ledger.tables import LedgerEntry
from models.ledger.witness_tables import Witness, WitnessAlarm
from models.session import reading, unit_of_work
from tests.web.conftest import send


@pytest.fixture
def key(tmp_path):
    return ensure_key(tmp_path / "w.key", "w.example")


@pytest.fixture
def keeper(people, sign_in):
    def enter(role):
        people(f"keeper.{role}", f"keeper_{role}", county="*")
        return sign_in(f"keeper.{role}")

    return enter


def register(browser, key, name="达州市住建局"):
    fields = {"name": name, "public_key": cosignature.public_key(key).text()}
    return send(browser, "/admin/witnesses/create/", **fields)


def logged():
    with reading() as session:
        return "".join(session.scalars(select(LedgerEntry.body)))


def test_a_witness_is_registered_and_retired_by_the_keeper_of_security(keeper, key):
    browser = keeper("security")
    assert register(browser, key).status_code == 303
    listed = browser.get("/admin/witnesses/").text
    assert "达州市住建局" in listed
    with reading() as session:
        (row,) = session.scalars(select(Witness))
    send(browser, f"/admin/witnesses/retire/?id={row.id}", page="/admin/witnesses/")
    assert "已停用" in browser.get("/admin/witnesses/").text
    assert "witness:registered" in logged()
    assert "witness:retired" in logged()


def test_what_is_no_witness_key_or_is_known_already_is_refused_with_the_reason(keeper, key):
    browser = keeper("security")
    wrong = send(browser, "/admin/witnesses/create/", name="甲", public_key=key.public.text())
    assert wrong.status_code == 422
    assert "公钥写法不对" in wrong.text
    register(browser, key)
    again = register(browser, key, "另一家")
    assert again.status_code == 422
    assert "已经登记过" in again.text


def test_an_alarm_lights_the_keepers_page_until_the_keeper_of_audit_settles_it(keeper, key):
    register(keeper("security"), key)
    with unit_of_work() as session:
        evidence = {"seen": "一", "found": "二"}
        witness_alarms.take(session, alarm.make("forked", iso(system_now()), evidence, key))
    browser = keeper("audit")
    assert "失联或报警的见证方" in browser.get("/admin/").text
    assert "is-late" in browser.get("/admin/").text
    assert "日志分叉" in browser.get("/admin/witness-alarms/").text
    with reading() as session:
        (row,) = session.scalars(select(WitnessAlarm))
    assert "一" in browser.get(f"/admin/witness-alarms/details/?id={row.id}").text
    send(browser, f"/admin/witness-alarms/settle/?id={row.id}", page="/admin/witness-alarms/")
    with reading() as session:
        assert [one.is_well for one in witnesses.standings(session)] == [True]
    assert "is-late" not in browser.get("/admin/").text
    assert "witness:alarm_settled" in logged()


def test_other_keepers_have_no_hand_in_it(keeper, key):
    system = keeper("system")
    assert system.get("/admin/witnesses/").status_code == 403
    assert system.get("/admin/witness-alarms/").status_code == 403
    assert keeper("security").get("/admin/witness-alarms/").status_code == 403


def test_the_desk_of_the_centre_tells_of_an_alarm(keeper, key, people, sign_in):
    with unit_of_work() as session:
        witnesses.register(session, "达州市住建局", cosignature.public_key(key).text())
        evidence = {"seen": "一", "found": "二"}
        witness_alarms.take(session, alarm.make("truncated", iso(system_now()), evidence, key))
    people("dz.centre", "trading_centre")
    people("dz.contractor", "contractor")
    assert "报警：日志被截短" in sign_in("dz.centre").get("/desk").text
    assert "报警" not in sign_in("dz.contractor").get("/desk").text
