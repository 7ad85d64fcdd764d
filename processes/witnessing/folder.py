"""A witness's folder: settings, key, token, what it saw last, and evidence that is never erased."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.errors import ConflictError, InvalidError, NotFoundError
from models.ledger import checkpoint
from models.selection.secret_file import write_new
from models.selection.verifier import sha256
from processes.remote.folder import STATE, TOKEN, RemoteFolder, RemoteSettings, replace_file

KEY = "witness.key"
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
class State:
    """The newest checkpoint that was found good, and when it was co-signed and sent."""

    checkpoint: str = ""
    cosigned_at: int = 0
    is_sent: bool = True


class Folder(RemoteFolder[State]):
    """One witness on disk."""

    FILE, State = "witness.json", State
    in_use, missing, damaged = FolderInUseError, NoWitnessError, StateDamagedError

    def make(self, settings: RemoteSettings, token: str) -> checkpoint.SigningKey:
        """Make a new witness with a key of its own; refuse a folder that has one."""
        self.must_be_new()
        write_new(self.path / TOKEN, token)
        key = checkpoint.ensure_key(self.path / KEY, settings.name)
        self.write_settings(settings)
        return key

    def key(self) -> checkpoint.SigningKey:
        """Return the witness's key; it is never made anew."""
        if not (self.path / KEY).exists():
            raise NoWitnessError(folder=self.path)
        return checkpoint.ensure_key(self.path / KEY, self.settings().name)

    def alarms(self) -> list[Path]:
        """Return the evidence that nobody has settled, oldest first."""
        return sorted((self.path / EVIDENCE).glob("*.json"))

    def keep_evidence(self, name: str, told: Mapping[str, Any]) -> Path:
        """Write evidence once; the same again stays as it was."""
        file = self.path / EVIDENCE / f"{name}.json"
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(file, told)
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


def sent(state: State) -> State:
    """Return the state once the platform has the co-signature."""
    return replace(state, is_sent=True)
