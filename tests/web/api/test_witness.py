"""What witnesses may send, and what is never taken from them."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models.clock import iso, system_now
from models.identity.actor import PLATFORM
from models.installation import ensure_installation
from models.ledger import alarm, cosignature, witnesses
from models.ledger.checkpoint import ensure_key, parse
from models.ledger.log import record
from models.ledger.tables import LedgerEntry
from models.ledger.witness_tables import Cosignature, Witness, WitnessAlarm
from models.session import reading, unit_of_work
from processes import sequencer
from processes.open_data import log as open_log

COSIGN, ALARM = "/api/v1/witness/cosignatures", "/api/v1/witness/alarms"


@pytest.fixture
def head(app, settings):
    """A log of one entry with its checkpoint."""
    with unit_of_work() as session:
        ensure_installation(session)
        record(session, PLATFORM, "draw:planned", "d", at=system_now())
    sequencer.sequence(settings)
    with reading() as session:
        return parse(open_log.newest_head(session).text)[0]


@pytest.fixture
def headers(people, token):
    return token(people("city.witness", "witness", county="*"))


@pytest.fixture
def key(head, tmp_path):
    made = ensure_key(tmp_path / "w.key", "w.example")
    with unit_of_work() as session:
        witnesses.register(session, "住建局", cosignature.public_key(made).text())
    return made


def now():
    return int(system_now().timestamp())


def cosign(client, headers, head, key, seconds=None, **changes):
    line = cosignature.sign(head, key, now() if seconds is None else seconds)
    body = {"size": head.size, "cosignature": line, **changes}
    return client.post(COSIGN, json=body, headers=headers)


def rows(model):
    with reading() as session:
        return session.scalars(select(model)).all()


def raised(key, kind="forked", at=None, **changes):
    evidence = {"seen": "一", "found": "二"}
    made = alarm.make(kind, at or iso(system_now()), evidence, key)
    told = {"kind": made.kind, "at": made.at, "evidence": evidence, "key": made.key}
    return {**told, "signature": made.signature, **changes}


@pytest.mark.parametrize("path", [COSIGN, ALARM])
def test_only_programs_of_witnesses_come_in(client, people, token, path):
    assert client.post(path, json={}).status_code == 401
    for role in ("regulator", "keeper_system", "contractor"):
        made = token(people(f"some.{role}", role))
        assert client.post(path, json={}, headers=made).status_code == 403


def test_a_cosignature_is_kept_once_and_the_latest_of_a_checkpoint_stands(
    client, headers, head, key
):
    first, later = now() - 100, now() - 10
    for seconds in (first, first, later, first):
        answer = cosign(client, headers, head, key, seconds)
        assert (answer.status_code, answer.json["size"]) == (201, head.size)
    (kept,) = rows(Cosignature)
    assert kept.at.timestamp() == later
    assert rows(Witness)[0].seen_at == kept.at


def test_an_old_signature_sent_again_does_not_make_a_dead_witness_look_alive(
    client, headers, head, key
):
    cosign(client, headers, head, key)
    line = rows(Cosignature)[0].line
    with time_machine.travel(system_now() + timedelta(hours=25)):
        body = {"size": head.size, "cosignature": line}
        assert client.post(COSIGN, json=body, headers=headers).status_code == 201
        with reading() as session:
            (standing,) = witnesses.standings(session)
    assert standing.is_silent


def test_a_signature_over_something_else_is_refused(client, headers, head, key, tmp_path):
    stranger = ensure_key(tmp_path / "s.key", key.name)
    other = head._replace(sha256=bytes(32))
    assert cosign(client, headers, head, stranger).status_code == 404
    assert cosign(client, headers, other, key).status_code == 422
    assert cosign(client, headers, head, key, now() + 900).status_code == 422
    assert cosign(client, headers, head, key, size=77).status_code == 404
    for line in ("", "x", "— w.example AAAA", "— w.example " + "A" * 2000, "\n"):
        assert cosign(client, headers, head, key, cosignature=line).status_code in (404, 422)
    assert rows(Cosignature) == []


def test_a_retired_witness_signs_no_more_and_what_it_signed_stays(client, headers, head, key):
    cosign(client, headers, head, key)
    with unit_of_work() as session:
        witnesses.retire(session, session.scalars(select(Witness)).one())
        assert witnesses.standings(session) == []
    assert cosign(client, headers, head, key).status_code == 404
    assert "— w.example " in client.get("/api/v1/public/log/checkpoint").text


def test_an_alarm_is_stored_told_and_the_same_one_twice_is_one(client, headers, head, key):
    body = raised(key)
    first, second = (client.post(ALARM, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] == second.json["id"]
    assert len(rows(WitnessAlarm)) == 1
    with reading() as session:
        (standing,) = witnesses.standings(session)
        bodies = session.scalars(select(LedgerEntry.body)).all()
    assert standing.alarms == ["forked"]
    assert any('"witness:alarmed"' in one for one in bodies)


def test_an_alarm_that_its_witness_did_not_sign_is_refused(client, headers, head, key, tmp_path):
    stranger = ensure_key(tmp_path / "s.key", "other.example")
    forged = [
        raised(key, evidence={"seen": "x", "found": "y"}),
        raised(key, signature="00" * 64),
        raised(key, at="yesterday"),
        {**raised(key), "kind": "truncated"},
        raised(key, kind="rumour"),
        raised(key, at=iso(system_now() + timedelta(hours=1))),
        raised(key, at="2026-11-20T10:00:00"),
        {**raised(key), "more": 1},
    ]
    for body in forged:
        assert client.post(ALARM, json=body, headers=headers).status_code == 422, body
    half = json.dumps(raised(key)).replace("\\u4e00", "\\ud800")
    assert "ud800" in half
    sent = client.post(ALARM, data=half, content_type="application/json", headers=headers)
    assert sent.status_code == 422
    assert client.post(ALARM, json=raised(stranger), headers=headers).status_code == 404
    assert rows(WitnessAlarm) == []


def test_a_broken_witness_cannot_fill_the_database(client, headers, head, key, monkeypatch):
    monkeypatch.setattr("models.ledger.witness_alarms.MOST", 2)
    codes = []
    for number in range(4):
        made = alarm.make("forked", iso(system_now()), {"seen": str(number), "found": ""}, key)
        body = {**raised(key), "evidence": dict(made.evidence), "signature": made.signature}
        body["at"] = made.at
        codes.append(client.post(ALARM, json=body, headers=headers).status_code)
    assert codes == [201, 201, 422, 422]


def test_a_body_that_is_too_long_is_not_read(client, headers, head, key):
    body = raised(key, evidence={"seen": "x" * 90_000, "found": ""})
    assert client.post(ALARM, json=body, headers=headers).status_code == 413
