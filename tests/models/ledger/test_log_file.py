import base64
import hashlib
import json
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from models.ledger import checkpoint, log_file, merkle
from models.selection.verifier import RefusedError


def entry(number, **changes):
    held = {
        "time": "2026-11-18T09:00:00+08:00",
        "actor": "a1",
        "role": "centre",
        "action": "draw:frozen",
        "object": f"draw-{number}",
        "before": None,
        "after": {"root": "00" * 32, "项目": ["x", 1]},
        "request": "",
    }
    return json.dumps(
        {**held, **changes}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


@pytest.fixture
def key(tmp_path):
    return checkpoint.ensure_key(tmp_path / "keys" / "log.key", checkpoint.origin_of("dz-1"))


def signed(key, entries):
    encoded = [one.encode() for one in entries]
    roots = [merkle.root(merkle.HASHES[alg], encoded) for alg in ("sha256", "sm3")]
    head = checkpoint.TreeHead(key.name, len(entries), *roots)
    return {"checkpoint": checkpoint.sign(head, [key]), "entries": entries}


def reason(log, public=None):
    with pytest.raises(log_file.LogInvalidError) as caught:
        log_file.verify(log, public)
    return caught.value.reason


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_a_sound_log_is_accepted_with_its_key_in_either_form(key, n):
    log = signed(key, [entry(i) for i in range(n)])
    assert "签名未核对" in log_file.verify(log).verdict
    for public in (key.public.text(), key.public.raw.hex()):
        report = log_file.verify(log, public)
        assert report.head.size == n
        assert "签名有效" in report.verdict


def test_a_checkpoint_is_a_signed_note_as_written_down_by_c2sp(key):
    text = signed(key, [entry(0)])["checkpoint"]
    origin, size, root, sm3, empty, line, end = text.split("\n")
    assert (origin, size, empty, end) == ("smallworks/dz-1", "1", "", "")
    assert base64.b64decode(root) == hashlib.sha256(b"\0" + entry(0).encode()).digest()
    assert sm3.startswith("sm3 ")
    dash, name, blob = line.split(" ")
    raw = base64.b64decode(blob)
    assert (dash, name) == ("—", origin)
    assert raw[:4] == hashlib.sha256(name.encode() + b"\n\x01" + key.public.raw).digest()[:4]
    message = text[: text.index("\n\n") + 1].encode()
    Ed25519PublicKey.from_public_bytes(key.public.raw).verify(raw[4:], message)


def test_every_change_to_the_entries_is_seen(key):
    entries = [entry(i) for i in range(5)]
    log = signed(key, entries)
    changed = [*entries[:2], entry(9), *entries[3:]]
    swapped = [entries[1], entries[0], *entries[2:]]
    assert reason({**log, "entries": changed}) == "log_root"
    assert reason({**log, "entries": swapped}) == "log_root"
    assert reason({**log, "entries": entries[:4]}) == "log_size"
    assert reason({**log, "entries": [*entries, entry(5)]}) == "log_size"


def test_a_checkpoint_changed_after_signing_is_seen(key):
    log = signed(key, [entry(0), entry(1)])
    lines = log["checkpoint"].split("\n")
    other = base64.b64encode(bytes(32)).decode()
    sm3 = "\n".join([*lines[:3], f"sm3 {other}", *lines[4:]])
    public = key.public.text()
    assert reason({**log, "checkpoint": sm3}) == "log_root_sm3"
    assert reason({**log, "checkpoint": sm3}, public) == "checkpoint_signature"
    renamed = log["checkpoint"].replace("smallworks/dz-1\n", "smallworks/dz-2\n", 1)
    assert reason({**log, "checkpoint": renamed}, public) == "checkpoint_signature"


def test_another_logs_key_did_not_sign(key, tmp_path):
    log = signed(key, [entry(0)])
    stranger = checkpoint.ensure_key(tmp_path / "other.key", key.name)
    assert reason(log, stranger.public.text()) == "checkpoint_unsigned"
    assert reason(log, "xyz") == "key_shape"
    assert reason(log, f"{key.name}+00000000+{key.public.text().split('+', 2)[2]}") == "key_shape"


def test_a_witness_adds_its_signature_and_both_are_good(key, tmp_path):
    witness = checkpoint.ensure_key(tmp_path / "witness.key", "witness.example")
    head, _ = checkpoint.parse(signed(key, [entry(0)])["checkpoint"])
    text = checkpoint.sign(head, [key, witness])
    assert checkpoint.verify(text, key.public) == checkpoint.verify(text, witness.public)
    assert len(checkpoint.parse(text)[1]) == 2


@pytest.mark.parametrize(
    "bad",
    [
        1,
        "{}",
        "not json",
        entry(0) + " ",
        entry(0).replace("1", "1.0"),
        json.dumps(json.loads(entry(0))),
        entry(0, extra=1),
        '{"a":1,"a":1}',
    ],
)
def test_an_entry_out_of_form_is_refused_by_its_number(key, bad):
    log = signed(key, [entry(0), entry(1)])
    with pytest.raises(log_file.LogInvalidError, match="第1条") as caught:
        log_file.verify({**log, "entries": [entry(0), bad]})
    assert caught.value.reason == "log_entry"


@pytest.mark.parametrize(
    "log",
    [
        [],
        {},
        {"checkpoint": 1, "entries": []},
        {"checkpoint": "", "entries": {}},
        {"checkpoint": "", "entries": [], "more": 1},
    ],
)
def test_a_file_of_another_shape_is_refused(log):
    assert reason(log) == "log_shape"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n\n", "\n", 1),
        lambda text: text[:-1],
        lambda text: text.replace("\n1\n", "\n01\n"),
        lambda text: text.replace("\n1\n", "\n-1\n"),
        lambda text: text.replace("sm3 ", "sm4 "),
        lambda text: text.replace("— ", "- "),
        lambda text: text.replace("=\n", "\n", 1),
        lambda text: text + "\n",
        lambda text: text[text.index("\n\n") + 1 :],
        lambda _: "",
    ],
)
def test_a_checkpoint_out_of_form_is_refused(key, change):
    log = signed(key, [entry(0)])
    assert reason({**log, "checkpoint": change(log["checkpoint"])}) == "checkpoint_shape"


def test_the_logs_key_is_made_once_for_its_owner_alone(key, tmp_path):
    path = tmp_path / "keys" / "log.key"
    assert checkpoint.ensure_key(path, key.name).public == key.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.private.private_bytes_raw().hex() not in repr(key)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(RefusedError):
        log_file.read(tmp_path / "none.json")
