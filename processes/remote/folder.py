"""The folder of a program elsewhere: settings, token, and what it saw last of the log."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from models.errors import ConflictError, InvalidError, NotFoundError
from models.selection.secret_file import write_new

TOKEN, STATE, LOCK = "token", "state.json", ".lock"


@dataclass(frozen=True)
class RemoteSettings:
    """What was set when the program's folder was made."""

    name: str
    url: str
    log_key: str


S = TypeVar("S")


class RemoteFolder(Generic[S]):
    """One program on disk; ``S`` is the form of its state, empty before the first time."""

    FILE: ClassVar[str]
    """Where the settings stand."""

    State: type[S]
    in_use: ClassVar[type[ConflictError]]
    missing: ClassVar[type[NotFoundError]]
    damaged: ClassVar[type[InvalidError]]

    def __init__(self, path: Path) -> None:
        self.path = path

    def settings(self) -> RemoteSettings:
        """Return what was set."""
        try:
            return RemoteSettings(**json.loads((self.path / self.FILE).read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise self.missing(folder=self.path) from error

    def write_settings(self, settings: RemoteSettings) -> None:
        """Write the settings, last of all: a folder with settings is whole."""
        write_new(self.path / self.FILE, json.dumps(asdict(settings), ensure_ascii=False))

    def must_be_new(self) -> None:
        """Raise when there is a program in this folder already."""
        if (self.path / self.FILE).exists():
            raise self.in_use(folder=self.path)

    def token(self) -> str:
        """Return the token for the platform's door."""
        try:
            return (self.path / TOKEN).read_text("utf-8").strip()
        except OSError as error:
            raise self.missing(folder=self.path) from error

    def put_token(self, token: str) -> None:
        """Replace the token, whose time is limited."""
        self.settings()
        (self.path / TOKEN).unlink(missing_ok=True)
        write_new(self.path / TOKEN, token)

    def state(self) -> S:
        """Return what was seen last; an empty state before the first time."""
        file = self.path / STATE
        if not file.exists():
            return self.State()
        try:
            return self.State(**json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise self.damaged(file=file) from error

    def keep(self, state: S) -> S:
        """Store the state, whole or not at all, before anything rests on it."""
        replace_file(self.path / STATE, vars(state))
        return state

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder: of two programs at once one could go back behind the other."""
        self.settings()
        with (self.path / LOCK).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise self.in_use(folder=self.path) from error
            yield


def replace_file(path: Path, told: Mapping[str, Any]) -> None:
    """Write a file whole or not at all, and so that a power cut does not undo it."""
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
