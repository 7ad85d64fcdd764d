"""Inclusion receipts: what they prove, and every change that is seen."""

import pytest

from models.ledger import cosignature, receipt
from models.ledger.checkpoint import (
    CheckpointInvalidError,
    PublicKey,
    ensure_key,
    parse_key,
    parse_signature,
)
from tests.models.ledger.conftest import entry


@pytest.fixture
def witness(tmp_path):
    return ensure_key(tmp_path / "witness.key", "witness.example/w1")


def reason(given, *keys):
    with pytest.raises(receipt.ReceiptInvalidError) as caught:
        receipt.verify(given, *keys)
    return caught.value.reason


@pytest.mark.parametrize("size", [1, 5, 8, 9])
def test_a_receipt_proves_each_entry_of_its_log(log, size):
    for seq in range(size):
        report = receipt.verify(log.receipt(seq, size), log.key.public.text())
        assert (report.seq, report.head.size, report.signed) == (seq, size, True)
    assert "签名未核对" in receipt.verify(log.receipt(0, size)).verdict


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"entry": entry(99)}, "receipt_path"),
        ({"entry": entry(3) + " "}, "receipt_entry"),
        ({"entry": 3}, "receipt_entry"),
        ({"seq": 4}, "receipt_path"),
        ({"seq": -1}, "receipt_shape"),
        ({"seq": True}, "receipt_shape"),
        ({"size": 8}, "receipt_size"),
        ({"path": []}, "receipt_path"),
        ({"path": ["00" * 32] * 65}, "receipt_shape"),
        ({"path": ["zz"]}, "receipt_shape"),
        ({"path": None}, "receipt_shape"),
        ({"checkpoint": ""}, "checkpoint_shape"),
        ({"checkpoint": 1}, "receipt_shape"),
        ({"more": 1}, "receipt_shape"),
    ],
)
def test_every_change_of_a_receipt_has_its_reason(log, change, why):
    assert reason({**log.receipt(3), **change}) == why


def test_a_receipt_signed_by_another_key_is_refused(log, tmp_path):
    stranger = ensure_key(tmp_path / "other.key", log.key.name)
    assert reason(log.receipt(3), stranger.public.text()) == "checkpoint_unsigned"
    assert reason([]) == "receipt_shape"


def test_a_cosignature_is_made_as_c2sp_writes_it_down(log, witness):
    head = log.head()
    name, told = parse_signature(cosignature.sign(head, witness, 1_679_315_147).strip())
    key = cosignature.public_key(witness)
    assert (name, told[:4], len(told)) == (witness.name, key.id, 4 + 8 + 64)
    assert int.from_bytes(told[4:12], "big") == 1_679_315_147
    message = f"cosignature/v1\ntime 1679315147\n{head.text()}".encode()
    assert PublicKey(name, key.raw).confirms(message, told[12:])
    assert key.id != witness.public.id


def test_a_receipt_tells_which_witnesses_saw_its_checkpoint(log, witness):
    given = log.receipt(2)
    key = cosignature.public_key(witness).text()
    assert reason(given, None, [key]) == "cosignature_missing"
    given["checkpoint"] += cosignature.sign(log.head(), witness, 1_700_000_000)
    report = receipt.verify(given, log.key.public.text(), [key])
    assert report.witnesses == ((witness.name, 1_700_000_000),)


def test_a_cosignature_holds_for_its_checkpoint_time_and_key_alone(log, witness, tmp_path):
    head, key = log.head(), cosignature.public_key(witness)
    line = cosignature.sign(head, witness, 1_700_000_000)
    assert cosignature.verify(line, head, key).seconds == 1_700_000_000
    other = cosignature.public_key(ensure_key(tmp_path / "w2.key", witness.name))
    named = cosignature.public_key(ensure_key(tmp_path / "witness.key", "witness.example/w2"))
    for wrong_head, wrong_key in ((log.head(4), key), (head, other), (head, named)):
        with pytest.raises(CheckpointInvalidError):
            cosignature.verify(line, wrong_head, wrong_key)
    later = line.replace("ZVPxAA", "ZVPxAB")
    with pytest.raises(CheckpointInvalidError):
        cosignature.verify(later if later != line else line[:-6] + "AAA=\n", head, key)


def test_a_logs_key_and_a_witness_key_are_not_taken_for_each_other(log, witness):
    with pytest.raises(CheckpointInvalidError):
        cosignature.parse_public(log.key.public.text())
    with pytest.raises(CheckpointInvalidError):
        parse_key(cosignature.public_key(witness).text(), log.key.name)
    with pytest.raises(CheckpointInvalidError):
        cosignature.parse_public("00" * 32)
