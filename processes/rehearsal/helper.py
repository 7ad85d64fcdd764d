"""The warm processes of rehearsed worlds seen from here: few, taken in turns, replaced when lost.

Each holds one world; whoever takes it names the order, and finds it at that order's beginning.
"""

import atexit
import contextlib
import os
import select
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import starlark

import processes
from models.clock import iso
from models.errors import InvalidError, SmallworksError, UnavailableError
from models.ids import new_id
from models.settings import Settings
from processes.rehearsal import errors, frames
from processes.rehearsal.orders import Order, world_of
from processes.rehearsal.seen import Seen, seen_of

ROOT = Path(processes.__file__).parent.parent
PACKAGES = Path(starlark.__file__).parent.parent
CHILD = Path(__file__).with_name("child.py")
MOST = 2
WAIT_SECONDS = 60.0


class AllTakenError(UnavailableError):
    """Every process is at somebody else's rehearsal."""

    message = "现在试运行的人较多，请等一会儿再试。已办理的步骤都已保存。"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one request may use: its own time, our waiting, memory."""

    seconds: float = 90.0
    wall: float = 150.0
    memory_mib: int = 2048


class RemoteWorld:
    """A world in a process of its own; the verbs are those of ``World``.

    ``token`` is for whoever keeps snapshots: what the world was left at.
    """

    def __init__(self, settings: Settings, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.root = settings.directory / "rehearsals"
        self.place = self.root / "running" / f"{os.getpid()}-{new_id()[:8]}"
        self.token, self.world, self.busy = "", "", False
        self.owner = os.getpid()
        self.process = self._start()
        self._call({"verb": "ready"})

    @property
    def alive(self) -> bool:
        """Whether the process is still there."""
        return self.owner == os.getpid() and self.process.poll() is None

    def open(self, order: Order, now: datetime | None = None) -> str:
        """Begin an order's world and return the name of what its snapshots belong to."""
        self.token = ""
        given = {"verb": "open", "order": order.as_json(), "now": iso(now) if now else None}
        answer, _ = self._call(given)
        self.world = str(answer["world"])
        return self.world

    def again(self, world: str, county: str, now: datetime | None = None) -> None:
        """Begin a world whose template is still kept, by its name alone."""
        self.token = ""
        given = {"verb": "again", "world": world, "county": county}
        self._call({**given, "now": iso(now) if now else None})
        self.world = world

    def do(self, act: Mapping[str, Any], *, whole: bool = True) -> Seen:
        """Do one act."""
        return self._seen({"verb": "do", "act": dict(act), "whole": whole})

    def play(self, acts: Sequence[Mapping[str, Any]]) -> list[Seen]:
        """Do acts one after another; stop after the first that fails; look wholly at the last."""
        found: list[Seen] = []
        for number, act in enumerate(acts, 1):
            found.append(self.do(act, whole=number == len(acts)))
            if found[-1].error is not None:
                break
        return found

    def look(self) -> Seen:
        """Return the world as it is."""
        return self._seen({"verb": "look"})

    def snapshot(self) -> bytes:
        """Return the world as it is, in terms of its template."""
        return self._call({"verb": "snapshot"})[1]

    def restore(self, data: bytes) -> None:
        """Become what a snapshot of a world of the same order was taken from."""
        self._call({"verb": "restore"}, data)

    def reset(self) -> None:
        """Begin again."""
        self._call({"verb": "reset"})

    def answers(self, item: str) -> dict[str, Any]:
        """Return what an open step needs on a page: schema, data and invented answers."""
        return dict(self._call({"verb": "answers", "item": item})[0]["form"])

    def paper(self, letter: str) -> bytes:
        """Return a letter of this world as a PDF, typeset as a real one."""
        return self._call({"verb": "paper", "letter": letter})[1]

    def stop(self) -> None:
        """End the process and clear its folder."""
        if self.owner != os.getpid():
            return
        with contextlib.suppress(OSError):
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        shutil.rmtree(self.place, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        self.place.mkdir(parents=True, mode=0o700)
        limits = self.limits
        arguments = [ROOT, PACKAGES, self.root, self.place, limits.memory_mib, limits.seconds]
        return subprocess.Popen(  # noqa: S603  (our own interpreter, our own file)
            [sys.executable, "-I", "-X", "utf8", str(CHILD), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            bufsize=0,
            start_new_session=True,
        )

    def _seen(self, told: dict[str, Any]) -> Seen:
        return seen_of(self._call(told)[0]["seen"])

    def _call(self, told: dict[str, Any], body: bytes = b"") -> frames.Frame:
        sink, source = self.process.stdin, self.process.stdout
        if sink is None or source is None:
            raise errors.WorldLostError(reason="进程未启动")
        try:
            frames.write(sink, told, body)
            answer = frames.read(Patient(source, self.limits.wall))  # type: ignore[arg-type]
        except OSError as error:
            self.stop()
            raise errors.WorldLostError(reason="进程意外结束") from error
        if answer is None:
            self.stop()
            raise errors.WorldLostError(reason="超出时间或内存限制")
        if "error" in answer[0]:
            raise raised(answer[0]["error"])
        return answer


class Patient:
    """Reads a pipe for so long and no longer."""

    def __init__(self, source: IO[bytes], seconds: float) -> None:
        self.descriptor, self.end = source.fileno(), time.monotonic() + seconds

    def read(self, size: int) -> bytes:
        """Return so many bytes, or fewer when the other side goes or time is up."""
        parts, left = [], size
        while left:
            wait = self.end - time.monotonic()
            if wait <= 0 or not select.select([self.descriptor], [], [], wait)[0]:
                break
            part = os.read(self.descriptor, min(left, 1 << 20))
            if not part:
                break
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


def raised(told: Mapping[str, Any]) -> SmallworksError:
    """Return an error as the other process raised it: one of ours here, or one a person mends."""
    name = str(told["kinds"][0])
    kind: type[SmallworksError] = getattr(errors, name, InvalidError)
    error = kind.__new__(kind)
    SmallworksError.__init__(error, str(told["text"]))
    error.details = {**told["details"]}
    if isinstance(error, InvalidError):
        error.fields = {**(told["details"].get("fields") or {})}
    return error


class Pool:
    """The processes of one data directory."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.worlds: list[RemoteWorld] = []
        self.free = threading.Condition()
        clear_abandoned(settings.directory / "rehearsals" / "running")

    @contextmanager
    def taken(self, token: str = "", *, world: str = "") -> Iterator[RemoteWorld]:
        """Yield a process that nobody else uses meanwhile, if it can be the one that knows us."""
        one = self._take(token, world)
        try:
            yield one
        finally:
            with self.free:
                one.busy = False
                self.free.notify()

    def stop(self) -> None:
        """End every process."""
        with self.free:
            for one in self.worlds:
                one.stop()
            self.worlds.clear()

    def _take(self, token: str, world: str) -> RemoteWorld:
        end = time.monotonic() + WAIT_SECONDS
        with self.free:
            while (one := self._fitting(token, world)) is None:
                if not self.free.wait(max(end - time.monotonic(), 0.01)) and end < time.monotonic():
                    raise AllTakenError
            one.busy = True
            return one

    def _fitting(self, token: str, world: str) -> RemoteWorld | None:
        """Return an idle process: one that knows us, one of our world, any, a new one."""
        self.worlds = [one for one in self.worlds if one.alive or one.busy]
        idle = [one for one in self.worlds if not one.busy]
        fit = [one for one in idle if token and one.token == token]
        fit += [one for one in idle if world and one.world == world]
        if not (fit or idle) and len(self.worlds) < MOST:
            idle = [RemoteWorld(self.settings)]
            self.worlds += idle
        return next(iter(fit or idle), None)


def clear_abandoned(running: Path) -> None:
    """Remove the folders of processes that have gone without clearing up."""
    for one in running.iterdir() if running.is_dir() else ():
        owner = one.name.partition("-")[0]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(one, ignore_errors=True)


_pools: dict[str, Pool] = {}
_lock = threading.Lock()


def pool(settings: Settings) -> Pool:
    """Return this process's pool for a data directory."""
    key = str(settings.directory.resolve())
    with _lock:
        if key not in _pools:
            _pools[key] = Pool(settings)
        return _pools[key]


def stop_all() -> None:
    """End every process of every pool."""
    for one in list(_pools.values()):
        one.stop()
    _pools.clear()


@contextmanager
def rehearsed(
    settings: Settings, order: Order, now: datetime | None = None
) -> Iterator[RemoteWorld]:
    """Yield an order's world at its beginning, in a process of its own."""
    with pool(settings).taken(world=world_of(order)) as world:
        world.open(order, now)
        yield world


def _forget() -> None:
    # in a forked child: the processes belong to the parent
    _pools.clear()


atexit.register(stop_all)
os.register_at_fork(after_in_child=_forget)
