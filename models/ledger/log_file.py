"""Checking a downloaded log offline: ``{"checkpoint": text, "entries": [JCS text, …]}``."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from models.errors import InvalidError
from models.ledger import checkpoint, merkle
from models.selection.verifier import RefusedError, parse

MAX_BYTES = 512 * 1024 * 1024
ENTRY_FIELDS = {"time", "actor", "role", "action", "object", "before", "after", "request"}

FAULTS = {
    "log_shape": "文件应只有检查点和日志条目两项",
    "log_entry": "第{number}条不是规范的日志条目",
    "log_size": "检查点记有{size}条，文件里有{found}条",
    "log_root": "重新计算的SHA-256根与检查点不符，日志被改动过",
    "log_root_sm3": "重新计算的SM3根与检查点不符，日志被改动过",
}


class LogInvalidError(InvalidError):
    """A log file that its checkpoint does not bear out; ``reason`` is stable."""

    def __init__(self, reason: str, message: str = "", **facts: int) -> None:
        self.reason = reason
        fault = message or FAULTS[reason].format(**facts)
        super().__init__(fault, reason=reason, facts=facts)


class LogReport(NamedTuple):
    """What a sound log file shows."""

    head: checkpoint.TreeHead
    signed: bool

    @property
    def verdict(self) -> str:
        """Say the result in one sentence."""
        whole = f"{self.head.size}条日志与检查点一致，没有增减或改动"
        if self.signed:
            return f"核验通过：{whole}，签名有效。"
        return f"前后一致：{whole}；签名未核对，可加 --key 公钥 核对。"


def read(path: Path) -> Any:  # noqa: ANN401 - JSON is of any type
    """Read a log file strictly."""
    try:
        with path.open("rb") as file:
            return parse(file.read(MAX_BYTES + 1), MAX_BYTES)
    except OSError as error:
        raise RefusedError("file_unreadable") from error


def verify(log: Any, key: str | None = None) -> LogReport:  # noqa: ANN401
    """Check entries against the checkpoint, and the checkpoint against a published key."""
    if not isinstance(log, dict) or set(log) != {"checkpoint", "entries"}:
        raise LogInvalidError("log_shape")
    text, entries = log["checkpoint"], log["entries"]
    if not isinstance(text, str) or not isinstance(entries, list):
        raise LogInvalidError("log_shape")
    head = _head(text, key)
    encoded = [_entry(number, entry) for number, entry in enumerate(entries)]
    if head.size != len(encoded):
        raise LogInvalidError("log_size", size=head.size, found=len(encoded))
    if merkle.root(merkle.HASHES["sha256"], encoded) != head.sha256:
        raise LogInvalidError("log_root")
    if merkle.root(merkle.HASHES["sm3"], encoded) != head.sm3:
        raise LogInvalidError("log_root_sm3")
    return LogReport(head, key is not None)


def _head(text: str, key: str | None) -> checkpoint.TreeHead:
    try:
        head, _ = checkpoint.parse(text)
        if key is not None:
            checkpoint.verify(text, checkpoint.parse_key(key, head.origin))
    except checkpoint.CheckpointInvalidError as error:
        raise LogInvalidError(error.reason, error.text) from error
    return head


def _entry(number: int, entry: object) -> bytes:
    """Return an entry's bytes if it is one object in canonical form with the log's fields."""
    if not isinstance(entry, str):
        raise LogInvalidError("log_entry", number=number)
    try:
        encoded = entry.encode()
        value = parse(encoded)
    except (RefusedError, UnicodeEncodeError) as error:
        raise LogInvalidError("log_entry", number=number) from error
    known = isinstance(value, dict) and set(value) == ENTRY_FIELDS
    exact = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not known or exact != entry:
        raise LogInvalidError("log_entry", number=number)
    return encoded
