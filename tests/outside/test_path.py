"""Programs of others play the path and check what was published, by the specification alone."""

import base64
import copy
import json
import re

import pytest
from sqlalchemy import select

from models.identity.account import Account, Grant
from models.ledger import witnesses
from models.session import unit_of_work
from tests.outside import log_check
from tests.outside.draw_check import RefusedProof, check, plan_hash
from tests.outside.path import Path
from tests.outside.program import Program
from tests.witnesses import Process

FREEZE, SELECTION = "2026-11-12T17:30", "2026-11-13T15:00"
CONTRACTORS = ("dz.contractor01", "dz.contractor02", "dz.contractor04")


@pytest.fixture
def path(program, address, clock):
    visitor = Program(address)
    played = Path(lambda who: program(who) if who else visitor, clock)
    played.register()
    played.appoint()
    return played


def altered(proof):
    """Return a proof with one thing changed, for each of the things that matter."""
    changes = [
        lambda one: one["result"].update(winner=one["result"]["ranking"][1]),
        lambda one: one["result"]["ranking"].reverse(),
        lambda one: one["reveals"][0].update(secret="00" * 32),
        lambda one: one["list"]["tickets"].pop(),
        lambda one: one["list"].update(root="00" * 32),
        lambda one: one["plan"].update(not_before="2026-11-01T09:00:00+08:00"),
        lambda one: one.update(beacon="00"),
    ]
    for change in changes:
        other = copy.deepcopy(proof)
        change(other)
        yield other


def test_an_outside_verifier_accepts_the_published_proof_and_no_other(path, clock, code):
    printed = path.announce(FREEZE, SELECTION)
    receipts = [path.join(who).json for who in CONTRACTORS]
    receipts.append(path.join("dz.contractor05", code("dz.contractor05")).json)
    clock(FREEZE)
    clock(SELECTION)
    path.hold()
    assert path.proof().status == 404
    proof = json.loads(path.publish())
    assert plan_hash(proof["plan"]) == printed
    assert check(proof, printed) in {one["ticket"] for one in receipts}
    assert {one["ticket"] for one in proof["list"]["tickets"]} == {
        one["ticket"] for one in receipts
    }
    told = {one["role"]: one["secret"] for one in proof["reveals"]}
    assert path.secrets.items() <= told.items()
    for other in altered(proof):
        with pytest.raises(RefusedProof):
            check(other, printed)


@pytest.mark.req("DZ-77")
def test_an_outside_verifier_accepts_both_rounds_of_a_redraw(path, clock, code):
    codes = {code(who): who for who in CONTRACTORS}
    printed = path.announce(FREEZE, SELECTION)
    for who in CONTRACTORS:
        path.join(who)
    clock(FREEZE)
    clock(SELECTION)
    path.hold()
    former, first = path.draw, json.loads(path.publish())
    named = next(one["org"] for one in first["list"]["tickets"] if "org" in one)
    decliner = codes[named]

    path.give_back(decliner)
    assert path.draw != former
    assert path.proof().status == 404
    again = path.announce("2026-11-19T17:30", "2026-11-20T15:00")
    assert [path.join(who).status for who in CONTRACTORS if who != decliner] == [201, 201]
    assert path.join(decliner).status == 422
    clock("2026-11-19T17:30")
    clock("2026-11-20T15:00")
    path.hold()
    second = json.loads(path.publish())

    kept = json.loads(path.program("").get(f"/api/v1/public/draws/{former}/proof").body)
    assert kept == first
    assert check(first, printed) != check(second, again)
    assert second["plan"]["round"] == 1
    commits = [one["c"] for proof in (first, second) for one in proof["plan"]["commits"]]
    assert len(set(commits)) == len(commits) == 6
    with pytest.raises(RefusedProof):
        check(second, printed)


def test_the_published_log_holds_what_its_checkpoints_promise(path, clock):
    visitor = path.program("")
    clock("2026-11-09T10:00")
    first = log_check.Checkpoint(visitor.get("/api/v1/public/log/checkpoint").body.decode())
    path.announce(FREEZE, SELECTION)
    clock("2026-11-09T11:00")
    last = log_check.Checkpoint(visitor.get("/api/v1/public/log/checkpoint").body.decode())
    entries = path.whole_log()[: last.size]
    assert 0 < first.size < last.size == len(entries)
    for name, root in ((log_check.SHA, last.root), (log_check.SM3, last.sm3)):
        assert log_check.head([log_check.leaf(one, name) for one in entries], name) == root
    for seq in range(0, last.size, 5):
        link = f"/api/v1/public/log/inclusion?seq={seq}&size={last.size}"
        told = visitor.get(link).json["path"]
        assert log_check.included(entries[seq], seq, last.size, told, last.root)
        assert not log_check.included(entries[seq] + " ", seq, last.size, told, last.root)
    link = f"/api/v1/public/log/consistency?first={first.size}&second={last.size}"
    sizes, roots = (first.size, last.size), (first.root, last.root)
    assert log_check.only_grew(sizes, roots, visitor.get(link).json["path"])
    assert not log_check.only_grew(sizes, roots[::-1], visitor.get(link).json["path"])


def test_receipts_and_a_witness_signature_hold_for_who_knows_the_specification_alone(
    path, clock, address, tmp_path
):
    visitor = path.program("")
    clock("2026-11-09T10:00")
    page = visitor.get("/log").body.decode()
    log_key = re.search(r"smallworks/[0-9a-f-]{36}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", page)[0]
    public = base64.b64decode(log_key.split("+", 2)[2])[1:]
    witness = Process(tmp_path / "witness")
    with unit_of_work() as session:
        account = session.scalars(select(Account).where(Account.username == "dz.housing")).one()
        session.add(Grant(account_id=account.id, role="witness", county_code="*"))
    token = path.program("dz.housing").token
    vkey = witness.init(address, log_key, token)
    with unit_of_work() as session:
        witnesses.register(session, "大州市住建局", vkey)
    assert witness("run", "--once").code == 0
    text = visitor.get("/api/v1/public/log/checkpoint").body.decode()
    seen = log_check.Checkpoint(text)
    assert seen.signed_by(public)
    assert seen.cosigned_by(vkey) > 0
    path.announce(FREEZE, SELECTION)
    clock("2026-11-09T11:00")
    for seq in (0, seen.size - 1, seen.size):
        receipt = visitor.get(f"/log/entries/{seq}/receipt.json").json
        head = log_check.held(receipt)
        assert head.signed_by(public)
        assert (head.cosigned_by(vkey) is not None) == (seq < seen.size)
        for change in ({"seq": seq + 1}, {"entry": receipt["entry"] + " "}, {"path": []}):
            assert log_check.held({**receipt, **change}) is None
    assert witness("run", "--once").code == 0
    last = log_check.Checkpoint(visitor.get("/log/checkpoint.txt").body.decode())
    assert last.cosigned_by(vkey) >= seen.cosigned_by(vkey)
    link = f"/api/v1/public/log/consistency?first={seen.size}&second={last.size}"
    steps = visitor.get(link).json["path"]
    assert log_check.only_grew((seen.size, last.size), (seen.root, last.root), steps)
    whole = json.loads(visitor.get(f"/log/download.json?size={last.size}").body)
    assert log_check.head([log_check.leaf(one) for one in whole["entries"]]) == last.root


def test_who_seals_another_companys_name_wins_nothing_in_it(path, clock, code):
    printed = path.announce(FREEZE, SELECTION)
    framed = code("dz.contractor02")
    cheats = [path.join(who, framed) for who in ("dz.contractor01", "dz.contractor04")]
    assert [one.status for one in cheats] == [201, 201]
    clock(FREEZE)
    clock(SELECTION)
    path.hold()
    clock("2026-11-13T15:05")
    assert path.proof().status == 404
    told = "".join(path.whole_log())
    assert "draw:winner_unopenable" in told
    assert framed not in told
    assert printed in told


@pytest.mark.parametrize(
    ("link", "body"),
    [
        ("/api/v1/instances", b'{"flow":"x","county":"y","data":' + b"[" * 90_000 + b"]" * 90_000),
        ("/api/v1/instances", b'{"flow":"\\ud800","county":"dazhou"}'),
        ("/api/v1/instances", b'{"flow":'),
        ("/api/v1/instances", b"\xff\xfe"),
        ("/api/v1/projects/x/interest", b'{"accept":true,"envelope":' + b'{"a":' * 5000 + b"1"),
    ],
)
def test_no_body_is_a_fault_of_the_platform(program, clock, link, body):
    answer = program("dz.owner").call("POST", link, body)
    assert answer.status == 422
    assert set(answer.json) == {"code", "message", "details"}
