"""What a world's own process gives up before it touches a draft: the rest of the machine.

An audit hook cannot be taken out again. It keeps this process to its own folder: no database, no
network and no program but the sandbox's helper, whatever a draft, an operator or a mistake tries.
"""

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

MIB = 1 << 20
MAX_FILE_MIB = 256
MAX_OPEN_FILES = 256
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
REFUSED = (
    "socket.connect", "socket.bind", "socket.getaddrinfo", "os.system", "os.exec",
    "os.posix_spawn", "os.fork", "os.forkpty", "os.chown", "os.symlink",
)  # fmt: skip
MOVING = {
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((0, 2), (1, 3)),
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "shutil.rmtree": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.chmod": ((0, 2),),
    "os.utime": ((0, 3),),
}
"""Where an event names paths, each with the descriptor of the folder it is relative to."""
Given = tuple[Any, ...]


class OutOfWorldError(PermissionError):
    """Something reached for what lies outside the rehearsed world."""


def limit(memory_mib: int) -> None:
    """Bound memory, file size and descriptors for good."""
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: MAX_FILE_MIB * MIB,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_AS: memory_mib * MIB,
    }
    for name, value in limits.items():
        resource.setrlimit(name, (value, value))


def hurry(seconds: float) -> None:
    """Let the kernel end this process after so much of its own time; nought calls it off."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def stay_inside(own: Path, data: Path, helper: Path) -> None:
    """Keep this process to ``own``; nothing else below ``data`` can even be read."""
    inside, beside = _real(own), _real(data)
    checked: dict[str, Callable[[Given], bool]] = {
        "open": lambda given: _may_open(given, inside, beside),
        "sqlite3.connect": lambda given: _below(_database(given[0]), inside),
        "subprocess.Popen": lambda given: _is_helper(given, helper),
        **{name: _moves(places, inside) for name, places in MOVING.items()},
        **dict.fromkeys(REFUSED, lambda _given: False),
    }

    def hook(event: str, given: Given) -> None:
        check = checked.get(event)
        if check is not None and not check(given):
            raise OutOfWorldError(f"{event} {given[:1]!r}")

    sys.addaudithook(hook)


def _moves(places: tuple[tuple[int, int], ...], inside: str) -> Callable[[Given], bool]:
    def stays(given: Given) -> bool:
        return all(_below(_whole(given, *place), inside) for place in places)

    return stays


def _whole(given: Given, path: int, folder: int) -> object:
    """Return a path that may be given relative to an open folder."""
    name, base = given[path], given[folder] if folder < len(given) else None
    if not isinstance(base, int) or base < 0 or isinstance(name, int):
        return name
    return os.path.join(f"/proc/self/fd/{base}", os.fsdecode(name))  # noqa: PTH118


def _may_open(given: Given, inside: str, beside: str) -> bool:
    path, _, flags = given
    if isinstance(path, int) or path is None or path == os.devnull:
        return True
    is_written = isinstance(flags, int) and bool(flags & WRITING)
    return not (is_written or _below(path, beside)) or _below(path, inside)


def _database(name: object) -> object:
    text = os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else ""
    return text.removeprefix("file:").partition("?")[0]


def _is_helper(given: Given, helper: Path) -> bool:
    program, arguments = given[0], given[1]
    listed = [str(one) for one in arguments] if isinstance(arguments, list | tuple) else []
    return program == sys.executable and listed[1:3] == ["-I", str(helper)]


def _real(path: Path) -> str:
    return os.path.realpath(path) + os.sep


def _below(path: object, folder: str) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    return (os.path.realpath(os.fsdecode(path)) + os.sep).startswith(folder)
