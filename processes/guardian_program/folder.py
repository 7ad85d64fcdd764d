"""A guardian's folder: settings, keys (former ones too), token, the checkpoint it saw last."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.errors import ConflictError, InvalidError, NotFoundError
from models.selection import guardian_keys
from models.selection.guardian_keys import Guardian, GuardianKey
from models.selection.secret_file import write_new

KEYS, TOKEN, SETTINGS, STATE, LOCK = "keys", "token", "guardian.json", "state.json", ".lock"


class FolderInUseError(ConflictError):
    """There is a guardian in this folder already, or its program runs now."""

    message = "文件夹 {folder} 里已有保管人，或程序正在运行，没有改动任何东西。"


class NoGuardianError(NotFoundError):
    """There is no guardian in this folder."""

    message = "文件夹 {folder} 里没有保管人，请先运行 smallworks guardian init。"


class StateDamagedError(InvalidError):
    """The state cannot be read: going on from nothing would hide a rewritten log."""

    message = "文件 {file} 读不出来，不能当作第一次见到日志继续。请从备份恢复这个文件后再运行。"


@dataclass(frozen=True)
class GuardianSettings:
    """What was set when the guardian was made."""

    name: str
    url: str
    log_key: str


@dataclass(frozen=True)
class State:
    """The newest checkpoint that was found good, and when the platform was last reached."""

    checkpoint: str = ""
    reached_at: str = ""


class Folder:
    """One guardian on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def keys_at(self) -> Path:
        """Where the key files lie."""
        return self.path / KEYS

    def make(self, settings: GuardianSettings, token: str, passphrase: str | None) -> Guardian:
        """Make a new guardian with a key of its own; refuse a folder that has one."""
        if (self.path / SETTINGS).exists():
            raise FolderInUseError(folder=self.path)
        key = guardian_keys.make_key(settings.name)
        try:
            guardian_keys.save_key(self.keys_at, key, passphrase)
            write_new(self.path / TOKEN, token)
            write_new(self.path / SETTINGS, json.dumps(asdict(settings), ensure_ascii=False))
        except FileExistsError:
            raise FolderInUseError(folder=self.path) from None
        return key.public

    def rotate(self, passphrase: str | None) -> Guardian:
        """Make a new key; the former one stays for what was sealed to it."""
        key = guardian_keys.make_key(self.settings().name)
        guardian_keys.replace_key(self.keys_at, key, passphrase)
        return key.public

    def settings(self) -> GuardianSettings:
        """Return what was set."""
        try:
            return GuardianSettings(**json.loads((self.path / SETTINGS).read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise NoGuardianError(folder=self.path) from error

    def token(self) -> str:
        """Return the token for the platform's doors."""
        try:
            return (self.path / TOKEN).read_text("utf-8").strip()
        except OSError as error:
            raise NoGuardianError(folder=self.path) from error

    def put_token(self, token: str) -> None:
        """Replace the token, whose time is limited."""
        self.settings()
        (self.path / TOKEN).unlink(missing_ok=True)
        write_new(self.path / TOKEN, token)

    def publics(self) -> list[tuple[Guardian, bool]]:
        """Return the public half of every key here and whether it is locked, the present first."""
        name = self.settings().name
        return [guardian_keys.load_public(self.keys_at, name, kid) for kid in self._kids(name)]

    def keys(self, passphrase: str | None) -> list[GuardianKey]:
        """Return every key here, the present one first."""
        name = self.settings().name
        return [
            guardian_keys.load_key(self.keys_at, name, kid, passphrase) for kid in self._kids(name)
        ]

    def _kids(self, name: str) -> list[str]:
        present = guardian_keys.load_public(self.keys_at, name)[0].kid
        former = sorted(path.suffixes[0][1:] for path in self.keys_at.glob(f"{name}.*.json"))
        return [present, *(kid for kid in former if kid != present)]

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
        """Store the state, whole or not at all, before anything rests on it."""
        _replace(self.path / STATE, asdict(state))
        return state

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder: of two programs at once one could go back behind the other."""
        self.settings()
        with (self.path / LOCK).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise FolderInUseError(folder=self.path) from error
            yield


def _replace(path: Path, told: Mapping[str, Any]) -> None:
    draft = path.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, sort_keys=True, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
