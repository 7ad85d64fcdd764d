"""The doors of guardians: the page with the passphrase, the program's calls, the keepers' screen."""

import re

import pytest

from models.identity.account import SecurityEvent
from models.identity.actor import PLATFORM
from models.ledger.tables import LedgerEntry
from models.selection import guardian_keys, guardian_roster
from models.selection.envelope import release
from models.selection.guardian_roster import Keeper
from models.selection.guardian_tables import Rehearsal
from models.selection.guardians import ensure_guardians
from models.selection.tables import Guardian
from models.session import reading, unit_of_work
from tests.seeding import rows
from tests.web.conftest import send

PASSPHRASE = "月光照在旧码头的石阶上-1"
DOORS = (
    ("GET", ""),
    ("GET", "/cases/x?size=1"),
    ("POST", "/cases/x/shares"),
    ("POST", "/trials"),
    ("POST", "/rehearsals/x"),
)

SHARES, TRIALS, REHEARSAL = "/cases/x/shares", "/trials", "/rehearsals/x"
ONE = {"commit": "a" * 64, "share": ""}
WRONG = (
    (SHARES, {}),
    (SHARES, {"shares": []}),
    (SHARES, {"shares": [{**ONE, "commit": "zz"}]}),
    (SHARES, {"shares": [{**ONE, "share": "ab"}]}),
    (SHARES, {"shares": [{**ONE, "more": 1}]}),
    (SHARES, {"shares": [ONE] * 501}),
    (TRIALS, {"trials": [{"commit": "a" * 64, "sound": "perhaps"}]}),
    (TRIALS, {"trials": "x"}),
    (REHEARSAL, {"share": ""}),
    (REHEARSAL, {"share": "A" * 66}),
)


@pytest.fixture
def installed(database, settings):
    with unit_of_work() as session:
        ensure_guardians(session, settings)
    return settings


@pytest.fixture
def locked(installed, people):
    """The discipline's key lies here behind a passphrase of its holder."""
    holder = people("dz.discipline", "guardian")
    with unit_of_work() as session:
        keeper = Keeper("discipline", "大州区纪委监委", "dz.discipline")
        guardian_roster.lock(session, installed, PLATFORM, keeper, PASSPHRASE)
    return holder


@pytest.fixture
def remote(installed, people):
    """The centre's key lies on a machine of its own."""
    holder = people("dz.keeper", "guardian")
    key = guardian_keys.make_key("centre")
    with unit_of_work() as session:
        keeper = Keeper("centre", holder="dz.keeper")
        guardian_roster.register(session, installed, PLATFORM, keeper, key.public.public_key)
    return holder, key


def test_the_right_passphrase_answers_and_is_kept_nowhere(
    locked, sign_in, installed, capfd, tmp_path
) -> None:
    browser = sign_in("dz.discipline")
    assert "有一次演练等待您完成" in browser.get("/guardian").text
    wrong = send(browser, "/guardian", passphrase="月光照在旧码头的石阶上-2")
    assert wrong.status_code == 422
    assert "口令不对" in wrong.text
    assert "石阶" not in wrong.text, "the form must not show it again"
    assert send(browser, "/guardian", passphrase=PASSPHRASE).status_code == 303
    assert "已完成演练" in browser.get("/guardian").text
    with reading() as session:
        row = session.query(Guardian).filter_by(name="discipline", is_locked=True).one()
        assert row.rehearsed_at is not None
    out, err = capfd.readouterr()
    assert "石阶" not in out + err
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert stored
    assert not [path for path in stored if "石阶".encode() in path.read_bytes()]


def test_whoever_keeps_no_locked_key_cannot_open_by_the_page(remote, people, sign_in) -> None:
    browser = sign_in("dz.keeper")
    page = browser.get("/guardian").text
    assert "您的密钥在您自己的机器上" in page
    assert 'name="passphrase"' not in page
    people("dz.other", "guardian")
    other = sign_in("dz.other")
    assert "您还没有登记为保管人" in other.get("/guardian").text
    field = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/account/").text)
    assert field
    answer = other.post("/guardian", data={"csrf_token": field[1], "passphrase": PASSPHRASE})
    assert answer.status_code == 403


def test_only_guardians_come_in(people, token, client, installed) -> None:
    for role in ("owner", "trading_centre", "keeper_system", "witness"):
        headers = token(people(f"some.{role}", role))
        assert client.get("/guardian", headers=headers).status_code == 403, role
        for method, path in DOORS:
            door = f"/api/v1/guardian{path}"
            assert client.open(door, method=method, headers=headers, json={}).status_code == 403
    for method, path in DOORS:
        door = f"/api/v1/guardian{path}"
        assert client.open(door, method=method, json={}).status_code == 401


def test_a_signed_in_browser_and_an_unbound_token_are_no_program(
    remote, locked, people, token, client, sign_in
) -> None:
    assert sign_in("dz.keeper").get("/api/v1/guardian").status_code == 401
    unbound = people("dz.nobody", "guardian")
    for account in (unbound, locked):
        answer = client.get("/api/v1/guardian", headers=token(account))
        assert answer.status_code == 403, "the holder of a passphrase has no program"
        assert answer.json["code"] == "not_bound"


def test_bodies_are_checked_strictly(remote, token, client) -> None:
    headers = token(remote[0])
    for path, body in WRONG:
        answer = client.post(f"/api/v1/guardian{path}", headers=headers, json=body)
        assert answer.status_code == 422, (path, body)
    for junk in (b"", b"{", b"[]", b'"x"', b"[" * 5000):
        answer = client.post(
            "/api/v1/guardian/trials", headers=headers, data=junk, content_type="application/json"
        )
        assert 400 <= answer.status_code < 500, junk
    large = b"[" + b"0," * 200_000 + b"0]"
    answer = client.post(
        "/api/v1/guardian/trials", headers=headers, data=large, content_type="application/json"
    )
    assert answer.status_code == 413


def test_what_does_not_exist_is_told_and_never_a_fault(remote, token, client) -> None:
    headers = token(remote[0])
    shares = {"shares": [{"commit": "a" * 64, "share": ""}]}
    assert client.get("/api/v1/guardian", headers=headers).status_code == 200
    for path in ("?size=1", "?size=9007199254740992"):
        assert client.get(f"/api/v1/guardian/cases/x{path}", headers=headers).status_code == 404
    for path in ("?size=0", "?size=x", ""):
        assert client.get(f"/api/v1/guardian/cases/x{path}", headers=headers).status_code == 422
    answer = client.post("/api/v1/guardian/cases/x/shares", headers=headers, json=shares)
    assert answer.status_code == 404
    answer = client.post("/api/v1/guardian/rehearsals/x", headers=headers, json={"share": "a" * 66})
    assert answer.status_code == 409
    trials = {"trials": [{"commit": "a" * 64, "sound": True}]}
    answer = client.post("/api/v1/guardian/trials", headers=headers, json=trials)
    assert (answer.status_code, answer.json) == (201, {"noted": 0})


def test_a_false_share_fails_the_rehearsal_and_the_true_one_ends_it(remote, token, client) -> None:
    account, key = remote
    headers = token(account)
    waiting = client.get("/api/v1/guardian", headers=headers).json
    assert (waiting["name"], waiting["kid"]) == ("centre", key.public.kid)
    door = f"/api/v1/guardian/rehearsals/{waiting['rehearsal']['id']}"
    false = client.post(door, headers=headers, json={"share": "01" + "ab" * 32})
    assert (false.status_code, false.json["code"]) == (422, "share_refused")
    share = release(waiting["rehearsal"]["envelope"], key)["share"]
    done = client.post(door, headers=headers, json={"share": share})
    assert (done.status_code, done.json) == (201, {"opened": True})
    assert client.get("/api/v1/guardian", headers=headers).json["rehearsal"] is None
    assert rows(Rehearsal)[-1].opened_at is not None


def test_the_key_ceremony_is_the_system_keepers(installed, people, sign_in) -> None:
    people("keeper.system", "keeper_system", county="*")
    people("keeper.audit", "keeper_audit", county="*")
    people("dz.keeper", "guardian")
    form = {
        "name": "regulator",
        "title": "住建局保管人",
        "holder": "dz.keeper",
        "public_key": guardian_keys.make_key("regulator").public.public_key,
        "confirmed": "y",
    }
    audit = sign_in("keeper.audit")
    assert audit.get("/admin/guardians/").status_code == 200
    assert "现在演练" not in audit.get("/admin/guardians/").text
    refused = send(audit, "/admin/guardians/create/", **form)
    assert refused.status_code == 422
    browser = sign_in("keeper.system")
    careless = {name: value for name, value in form.items() if name != "confirmed"}
    assert "请当面核对后勾选" in send(browser, "/admin/guardians/create/", **careless).text
    for wrong in ("04ff", "", "04" + "00" * 64, "x" * 130):
        answer = send(browser, "/admin/guardians/create/", **{**form, "public_key": wrong})
        assert answer.status_code == 422, wrong
    assert send(browser, "/admin/guardians/create/", **form).status_code == 303
    page = browser.get("/admin/guardians/").text
    assert "住建局保管人" in page
    assert "保管程序还没有与平台联系过" in page
    assert rows(LedgerEntry)[-2].body.count("guardian:registered") == 1
    assert any("登记保管方" in one.detail for one in rows(SecurityEvent))
    assert "未就绪的保管方" in browser.get("/admin/").text
    twice = send(browser, "/admin/guardians/create/", **{**form, "name": "centre"})
    assert "登记过" in twice.text


def test_the_desk_shows_red_while_a_guardian_is_not_ready(remote, people, sign_in) -> None:
    people("dz.centre", "trading_centre")
    people("dz.owner", "owner")
    assert "密钥保管方未就绪：交易中心" in sign_in("dz.centre").get("/desk").text
    assert "密钥保管方未就绪" not in sign_in("dz.owner").get("/desk").text
