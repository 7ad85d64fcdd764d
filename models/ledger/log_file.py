"""Checking a downloaded log offline: ``{"checkpoint": text, "entries": [JCS text, …]}``.

A long log comes in parts ``{"checkpoint", "first", "entries"}`` under one checkpoint; given
together, in any order, they are one log.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from models.errors import InvalidError
from models.ledger import checkpoint, continuity, cosignature, merkle
from models.ledger.log_entry import FIELDS as ENTRY_FIELDS
from models.ledger.log_entry import encoded_entry
from models.ledger.receipt import checked_signatures
from models.selection.verifier import RefusedError, parse

MAX_BYTES = 512 * 1024 * 1024
MAX_CHECKPOINT = 64 * 1024

FAULTS = {
    "log_shape": "文件应只有检查点和日志条目两项",
    "log_parts": "几个分卷不属于同一个检查点，或缺了一卷、重了一卷",
    "log_entry": "第{number}条不是规范的日志条目",
    "log_size": "检查点记有{size}条，文件里有{found}条",
    "log_root": "重新计算的SHA-256根与检查点不符，日志被改动过",
    "log_root_sm3": "重新计算的SM3根与检查点不符，日志被改动过",
    "seen_origin": "以前保存的检查点属于另一套日志，不能比较",
    "seen_truncated": "{text}。如果这份文件是较早下载的，请重新下载后再核对",
    "seen_rewritten": "{text}",
    "seen_forked": "{text}",
}

__all__ = ["ENTRY_FIELDS", "LogInvalidError", "LogReport", "join", "read", "read_seen", "verify"]


class LogInvalidError(InvalidError):
    """A log file that its checkpoint does not bear out; ``reason`` is stable."""

    def __init__(self, reason: str, message: str = "", **facts: object) -> None:
        self.reason = reason
        fault = message or FAULTS[reason].format(**facts)
        super().__init__(fault, reason=reason, facts=facts)


class LogReport(NamedTuple):
    """What a sound log file shows."""

    head: checkpoint.TreeHead
    signed: bool
    seen: int | None = None
    witnesses: tuple[cosignature.Cosigned, ...] = ()

    @property
    def verdict(self) -> str:
        """Say the result in one sentence."""
        whole = f"{self.head.size}条日志与检查点一致，没有增减或改动"
        if self.seen is not None:
            whole += f"，并且是由以前见过的{self.seen}条增加而来"
        if self.signed:
            return f"核验通过：{whole}，签名有效。"
        return f"前后一致：{whole}；签名未核对，可加 --key 公钥 核对。"


def read(path: Path) -> Any:  # noqa: ANN401 - JSON is of any type
    """Read a log file strictly."""
    return parse(_bytes(path, MAX_BYTES), MAX_BYTES)


def read_seen(path: Path) -> str:
    """Read a checkpoint that somebody kept: its text, or a file that holds one by that name."""
    data = _bytes(path, MAX_BYTES)
    if data.lstrip()[:1] == b"{":
        held = parse(data, MAX_BYTES)
        return str(held.get("checkpoint", ""))
    if len(data) > MAX_CHECKPOINT:
        raise RefusedError("file_too_large")
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise RefusedError("file_not_utf8") from error


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise RefusedError("file_unreadable") from error


def join(files: Sequence[Any]) -> Any:  # noqa: ANN401
    """Return one log from its parts; a single whole file stays as it is."""
    if len(files) == 1 and not (isinstance(files[0], dict) and "first" in files[0]):
        return files[0]
    if not all(map(_is_part, files)):
        raise LogInvalidError("log_parts")
    ordered = sorted(files, key=lambda part: part["first"])
    entries: list[object] = []
    for part in ordered:
        if part["first"] != len(entries) or part["checkpoint"] != ordered[0]["checkpoint"]:
            raise LogInvalidError("log_parts")
        entries += part["entries"]
    return {"checkpoint": ordered[0]["checkpoint"], "entries": entries}


def _is_part(part: object) -> bool:
    return (
        isinstance(part, dict)
        and set(part) == {"checkpoint", "first", "entries"}
        and type(part["first"]) is int
        and isinstance(part["entries"], list)
    )


def verify(
    log: Any,  # noqa: ANN401
    key: str | None = None,
    seen: str | None = None,
    witnesses: Sequence[str] = (),
) -> LogReport:
    """Check entries against the checkpoint, that against published keys and an older one."""
    if not isinstance(log, dict) or set(log) != {"checkpoint", "entries"}:
        raise LogInvalidError("log_shape")
    text, entries = log["checkpoint"], log["entries"]
    if not isinstance(text, str) or not isinstance(entries, list):
        raise LogInvalidError("log_shape")
    head, signed_by = _head(text, key, witnesses)
    encoded = [_entry(number, entry) for number, entry in enumerate(entries)]
    if head.size != len(encoded):
        raise LogInvalidError("log_size", size=head.size, found=len(encoded))
    if merkle.root(merkle.HASHES["sha256"], encoded) != head.sha256:
        raise LogInvalidError("log_root")
    if merkle.root(merkle.HASHES["sm3"], encoded) != head.sm3:
        raise LogInvalidError("log_root_sm3")
    size = None if seen is None else _compare(_seen_head(seen, key), head, encoded)
    return LogReport(head, key is not None, size, signed_by)


def _compare(old: checkpoint.TreeHead, head: checkpoint.TreeHead, encoded: list[bytes]) -> int:
    """Raise when the log does not continue an older checkpoint; return the older size."""
    if old.origin != head.origin:
        raise LogInvalidError("seen_origin")
    kind = ""
    if old.size > head.size:
        kind = continuity.TRUNCATED
    elif _heads(encoded[: old.size]) != (old.sha256, old.sm3):
        kind = continuity.FORKED if old.size == head.size else continuity.REWRITTEN
    if kind:
        raise LogInvalidError(f"seen_{kind}", text=continuity.text_of(kind, old, head))
    return old.size


def _heads(encoded: list[bytes]) -> tuple[bytes, bytes]:
    return merkle.root(merkle.HASHES["sha256"], encoded), merkle.root(merkle.HASHES["sm3"], encoded)


def _head(
    text: str, key: str | None, witnesses: Sequence[str]
) -> tuple[checkpoint.TreeHead, tuple[cosignature.Cosigned, ...]]:
    try:
        head, _ = checkpoint.parse(text)
        return head, checked_signatures(text, head, key, witnesses)
    except checkpoint.CheckpointInvalidError as error:
        raise LogInvalidError(error.reason, error.text) from error


def _seen_head(text: str, key: str | None) -> checkpoint.TreeHead:
    try:
        return _head(text, key, ())[0]
    except LogInvalidError as error:
        told = f"以前保存的检查点不能用：{error.text}"
        raise LogInvalidError(f"seen_{error.reason}", told) from error


def _entry(number: int, entry: object) -> bytes:
    """Return an entry's bytes if it is one object in canonical form with the log's fields."""
    encoded = encoded_entry(entry)
    if encoded is None:
        raise LogInvalidError("log_entry", number=number)
    return encoded
