"""Inclusion receipts: an entry, its place, the path to the root, and the checkpoint that holds it.

``{"entry", "seq", "size", "path": [hex], "checkpoint"}``; checked offline, years later, with the
log's public key alone.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from models.errors import InvalidError
from models.ledger import checkpoint, cosignature, merkle
from models.ledger.log_entry import encoded_entry

FIELDS = {"entry", "seq", "size", "path", "checkpoint"}
LONGEST_PATH = 64
HASH = re.compile(r"[0-9a-f]{64}")

FAULTS = {
    "receipt_shape": "回执应只有条目、序号、条数、路径和检查点五项，且写法规范",
    "receipt_entry": "回执里的条目不是规范的日志条目",
    "receipt_size": "回执的条数与检查点的不一致",
    "receipt_path": "按路径算出的根与检查点不符：这一条不在检查点所记的日志里，或回执被改动过",
}


class ReceiptInvalidError(InvalidError):
    """A receipt that proves nothing; ``reason`` is stable."""

    def __init__(self, reason: str, message: str = "") -> None:
        self.reason = reason
        super().__init__(message or FAULTS[reason], reason=reason)


class ReceiptReport(NamedTuple):
    """What a sound receipt shows."""

    head: checkpoint.TreeHead
    seq: int
    entry: str
    signed: bool
    witnesses: tuple[cosignature.Cosigned, ...]

    @property
    def verdict(self) -> str:
        """Say the result in one sentence."""
        whole = f"第{self.seq}条在{self.head.size}条日志之中，内容没有改动"
        if self.signed:
            return f"核验通过：{whole}，签名有效。"
        return f"前后一致：{whole}；签名未核对，可加 --key 公钥 核对。"


def make(entry: str, seq: int, size: int, path: Sequence[str], text: str) -> dict[str, Any]:
    """Return a receipt."""
    return {"entry": entry, "seq": seq, "size": size, "path": list(path), "checkpoint": text}


def verify(
    receipt: Any,  # noqa: ANN401 - read from outside
    key: str | None = None,
    witnesses: Sequence[str] = (),
) -> ReceiptReport:
    """Check a receipt against its checkpoint, and that against published keys."""
    _check_shape(receipt)
    entry = encoded_entry(receipt["entry"])
    if entry is None:
        raise ReceiptInvalidError("receipt_entry")
    text, seq, size = receipt["checkpoint"], receipt["seq"], receipt["size"]
    try:
        head, _ = checkpoint.parse(text)
    except checkpoint.CheckpointInvalidError as error:
        raise ReceiptInvalidError(error.reason, error.text) from error
    if head.size != size:
        raise ReceiptInvalidError("receipt_size")
    digest = merkle.HASHES["sha256"]
    path = [bytes.fromhex(one) for one in receipt["path"]]
    leaf = merkle.leaf_hash(digest, entry)
    if not merkle.verify_inclusion(digest, leaf, seq, size, path, head.sha256):
        raise ReceiptInvalidError("receipt_path")
    try:
        seen = checked_signatures(text, head, key, witnesses)
    except checkpoint.CheckpointInvalidError as error:
        raise ReceiptInvalidError(error.reason, error.text) from error
    return ReceiptReport(head, seq, receipt["entry"], key is not None, seen)


def checked_signatures(
    text: str, head: checkpoint.TreeHead, key: str | None, witnesses: Sequence[str]
) -> tuple[cosignature.Cosigned, ...]:
    """Check a checkpoint's signature by the log and by each witness whose key is given."""
    if key is not None:
        checkpoint.verify(text, checkpoint.parse_key(key, head.origin))
    return tuple(cosignature.find(text, cosignature.parse_public(one)) for one in witnesses)


def _check_shape(receipt: object) -> None:
    if not isinstance(receipt, dict) or set(receipt) != FIELDS:
        raise ReceiptInvalidError("receipt_shape")
    numbers = (receipt["seq"], receipt["size"])
    path = receipt["path"]
    is_good = (
        all(type(one) is int and one >= 0 for one in numbers)
        and isinstance(receipt["checkpoint"], str)
        and isinstance(path, list)
        and len(path) <= LONGEST_PATH
        and all(isinstance(one, str) and HASH.fullmatch(one) for one in path)
    )
    if not is_good:
        raise ReceiptInvalidError("receipt_shape")
