"""One look at the log: is the newest checkpoint signed, does it continue the last one; co-sign it.

What was found good is on disk before anybody is told, so that a witness that dies in between can
never co-sign another history afterwards.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.clock import iso, system_now
from models.ledger import alarm, checkpoint, cosignature
from models.ledger.continuity import REPLAYED, fault_of, text_of
from models.selection.verifier import sha256
from processes.remote.platform import Platform, PlatformAwayError, PlatformRefusedError
from processes.witnessing.folder import Folder, State, sent

HEARTBEAT = 3600
"""Seconds after which an unchanged checkpoint is co-signed again: the log is quiet, we are here."""
PASSING = "passing"
"""Evidence of what proves nothing against the log for good: an old statement, a foreign key."""


@dataclass(frozen=True)
class Outcome:
    """What came of one look."""

    text: str
    size: int = 0
    is_alarm: bool = False
    is_away: bool = False


def look(folder: Folder, platform: Platform) -> Outcome:
    """Look once; never raises for what the platform does."""
    try:
        if kept := folder.alarms():
            return _still_alarmed(kept, platform)
        return _judge(folder, platform)
    except (PlatformAwayError, PlatformRefusedError) as error:
        return Outcome(error.text, is_away=True)


def _judge(folder: Folder, platform: Platform) -> Outcome:
    state, key = folder.state(), checkpoint.parse_key(folder.settings().log_key, "")
    text = platform.checkpoint()
    try:
        found, _ = checkpoint.parse(text)
    except checkpoint.CheckpointInvalidError as error:
        return Outcome(f"平台给出的不是检查点：{error.text}", is_away=True)
    try:
        checkpoint.verify(text, key)
        is_ours = found.origin == key.name
    except checkpoint.CheckpointInvalidError:
        is_ours = False
    if not is_ours:
        told = f"检查点（{found.size}条）不是日志公钥所签"
        return _alarm(folder, platform, _Found(alarm.WRONG_KEY, state.checkpoint, text, told))
    text = _bare(text, key)
    if state.checkpoint:
        seen, _ = checkpoint.parse(state.checkpoint)
        if kind := fault_of(seen, found, platform.consistency):
            told = text_of(kind, seen, found)
            return _alarm(folder, platform, _Found(kind, state.checkpoint, text, told))
    return _cosign(folder, platform, state, text)


def _bare(text: str, key: checkpoint.PublicKey) -> str:
    """Return a checkpoint with the log's own signatures alone: the others change by the hour."""
    body, _, tail = text.partition("\n\n")
    ours = [line for line in tail.splitlines() if line.startswith(f"— {key.name} ")]
    return body + "\n\n" + "".join(f"{line}\n" for line in ours)


def _cosign(folder: Folder, platform: Platform, state: State, text: str) -> Outcome:
    head, _ = checkpoint.parse(text)
    now = int(system_now().timestamp())
    is_known = state.checkpoint == text and state.is_sent
    if is_known and now - state.cosigned_at < HEARTBEAT:
        return Outcome(f"没有新的检查点（{head.size}条）", head.size)
    state = folder.keep(State(text, now, is_sent=False))
    line = cosignature.sign(head, folder.key(), now)
    platform.post("/cosignatures", {"size": head.size, "cosignature": line})
    folder.keep(sent(state))
    return Outcome(f"已签：{head.size}条", head.size)


@dataclass(frozen=True)
class _Found:
    kind: str
    seen: str
    found: str
    text: str


def _alarm(folder: Folder, platform: Platform, fault: _Found) -> Outcome:
    evidence = {"seen": fault.seen, "found": fault.found}
    raised = alarm.make(fault.kind, iso(system_now()), evidence, folder.key())
    is_passing = fault.kind in (REPLAYED, alarm.WRONG_KEY)
    mark = sha256((fault.seen + fault.found).encode()).hex()[:16]
    name = f"{PASSING}/{fault.kind}-{mark}" if is_passing else f"{fault.kind}-{mark}"
    file = folder.keep_evidence(name, {**asdict(raised), "text": fault.text})
    return Outcome(f"{fault.text}。{_sent_words(platform, asdict(raised), file)}", is_alarm=True)


def _still_alarmed(kept: list[Path], platform: Platform) -> Outcome:
    told = json.loads(kept[0].read_text("utf-8"))
    text = told.pop("text")
    return Outcome(f"{text}。{_sent_words(platform, told, kept[0])}", is_alarm=True)


def _sent_words(platform: Platform, told: Mapping[str, Any], file: Path) -> str:
    """Send an alarm and say whether it arrived; one that did not is sent again next time."""
    where = f"证据保存在 {file}，请勿删除，并立即报告监管部门。"
    try:
        platform.post("/alarms", told)
    except (PlatformAwayError, PlatformRefusedError) as error:
        return f"{where}警报没有送到平台（{error.text}），会再送。"
    return where
