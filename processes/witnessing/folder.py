"""A witness's folder: settings, key, token, what it saw last, and evidence that is never erased."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from models.errors import ConflictError, InvalidError, NotFoundError
from models.ledger import checkpoint
from models.selection.secret_file import write_new
from models.selection.verifier import sha256

KEY, TOKEN, SETTINGS, STATE, LOCK = "witness.key", "token", "witness.json", "state.json", ".lock"
EVIDENCE, SETTLED = "evidence", "settled"


class FolderInUseError(ConflictError):
    """There is a witness in this folder already, or it runs now."""

    message = "文件夹 {folder} 里已有见证方，或程序正在运行，没有改动任何东西。"


class NoWitnessError(NotFoundError):
    """There is no witness in this folder."""

    message = "文件夹 {folder} 里没有见证方，请先运行 smallworks witness init。"


class StateDamagedError(InvalidError):
    """The state cannot be read: going on from nothing would hide a rewrite."""

    message = (
        "文件 {file} 读不出来。不能当作第一次见到日志继续；请从备份恢复这个文件，"
        "或查明原因后运行 smallworks witness accept 重新开始。"
    )


@dataclass(frozen=True)
class WitnessSettings:
    """What was set when the witness was made."""

    name: str
    url: str
    log_key: str


@dataclass(frozen=True)
class State:
    """The newest checkpoint that was found good, and when it was co-signed and sent."""

    checkpoint: str = ""
    cosigned_at: int = 0
    is_sent: bool = True


class Folder:
    """One witness on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self, settings: WitnessSettings, token: str) -> checkpoint.SigningKey:
        """Make a new witness with a key of its own; refuse a folder that has one."""
        if (self.path / SETTINGS).exists():
            raise FolderInUseError(folder=self.path)
        write_new(self.path / TOKEN, token)
        key = checkpoint.ensure_key(self.path / KEY, settings.name)
        write_new(self.path / SETTINGS, json.dumps(asdict(settings), ensure_ascii=False))
        return key

    def settings(self) -> WitnessSettings:
        """Return what was set."""
        try:
            return WitnessSettings(**json.loads((self.path / SETTINGS).read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise NoWitnessError(folder=self.path) from error

    def key(self) -> checkpoint.SigningKey:
        """Return the witness's key; it is never made anew."""
        if not (self.path / KEY).exists():
            raise NoWitnessError(folder=self.path)
        return checkpoint.ensure_key(self.path / KEY, self.settings().name)

    def token(self) -> str:
        """Return the token for the platform's doors."""
        return (self.path / TOKEN).read_text("utf-8").strip()

    def state(self) -> State:
        """Return what was seen last; an empty state before the first time."""
        file = self.path / STATE
        if not file.exists():
            return State()
        try:
            return State(**json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise StateDamagedError(file=file) from error

    def keep(self, state: State) -> State:
        """Store the state, whole or not at all, before anybody is told of it."""
        _replace(self.path / STATE, asdict(state))
        return state

    def alarms(self) -> list[Path]:
        """Return the evidence that nobody has settled, oldest first."""
        return sorted((self.path / EVIDENCE).glob("*.json"))

    def keep_evidence(self, name: str, told: Mapping[str, Any]) -> Path:
        """Write evidence once; the same again stays as it was."""
        file = self.path / EVIDENCE / f"{name}.json"
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(file, told)
        return file

    def settle(self) -> int:
        """Put all evidence aside, erasing none; return how many pieces."""
        found = self.alarms()
        aside = self.path / EVIDENCE / SETTLED
        for file in found:
            aside.mkdir(mode=0o700, exist_ok=True)
            file.rename(aside / file.name)
        return len(found)

    def begin_again(self) -> int:
        """Put the evidence and the last state aside, so that the next checkpoint is the first."""
        count = self.settle()
        state = self.path / STATE
        if state.exists():
            aside = self.path / EVIDENCE / SETTLED
            aside.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark = sha256(state.read_bytes()).hex()[:16]
            state.rename(aside / f"state-{mark}.json")
        return count

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder: two programs at once could co-sign two histories."""
        self.settings()
        with (self.path / LOCK).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise FolderInUseError(folder=self.path) from error
            yield


def sent(state: State) -> State:
    """Return the state once the platform has the co-signature."""
    return replace(state, is_sent=True)


def _replace(path: Path, told: Mapping[str, Any]) -> None:
    draft = path.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, sort_keys=True, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
