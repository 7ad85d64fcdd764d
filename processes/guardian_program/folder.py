"""A guardian's folder: settings, keys (former ones too), token, the checkpoint it saw last."""

from dataclasses import dataclass
from pathlib import Path

from models.errors import ConflictError, InvalidError, NotFoundError
from models.selection import guardian_keys
from models.selection.guardian_keys import Guardian, GuardianKey
from models.selection.secret_file import write_new
from processes.remote.folder import TOKEN, RemoteFolder, RemoteSettings

KEYS = "keys"


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
class State:
    """The newest checkpoint that was found good, and when the platform was last reached."""

    checkpoint: str = ""
    reached_at: str = ""


class Folder(RemoteFolder[State]):
    """One guardian on disk."""

    FILE, State = "guardian.json", State
    in_use, missing, damaged = FolderInUseError, NoGuardianError, StateDamagedError

    @property
    def keys_at(self) -> Path:
        """Where the key files lie."""
        return self.path / KEYS

    def make(self, settings: RemoteSettings, token: str, passphrase: str | None) -> Guardian:
        """Make a new guardian with a key of its own; refuse a folder that has one."""
        self.must_be_new()
        key = guardian_keys.make_key(settings.name)
        try:
            guardian_keys.save_key(self.keys_at, key, passphrase)
            write_new(self.path / TOKEN, token)
            self.write_settings(settings)
        except FileExistsError:
            raise FolderInUseError(folder=self.path) from None
        return key.public

    def rotate(self, passphrase: str | None) -> Guardian:
        """Make a new key; the former one stays for what was sealed to it."""
        key = guardian_keys.make_key(self.settings().name)
        guardian_keys.replace_key(self.keys_at, key, passphrase)
        return key.public

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
