"""The warm helper process as seen from here: one per process of ours, replaced when it fails."""

import atexit
import contextlib
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import starlark

import processes
from processes.sandbox.errors import SandboxLimitError

ROOT = Path(processes.__file__).parent.parent
PACKAGES = Path(starlark.__file__).parent.parent
CHILD = Path(__file__).with_name("child.py")
REQUEST = struct.Struct("<BIII")
REPLY = struct.Struct("<BI")
EXPRESSION, SCRIPT, CHECK, STRAIGHT = 1, 2, 3, 4
RESULT, FAILED, BROKEN, CALL = 0, 1, 2, 3
MAX_REPLY = 4 << 20
MAX_DATA = 4 << 20
START_SECONDS = 15.0

Functions = Mapping[str, Callable[..., Any]]


class StarlarkFailureError(Exception):
    """Starlark refused or stopped a text; carries its own words."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one call may use.

    The language stops itself after ``seconds`` of its own time; what it cannot stop the kernel
    ends after ``hard_seconds``; ``wall`` is how long we wait, whatever happens.
    """

    seconds: float = 0.25
    hard_seconds: float = 0.75
    wall: float = 4.0
    memory_mib: int = 384


class Helper:
    """Talks to one child process; threads take turns, a fork starts anew."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.stop)

    def call(self, kind: int, source: str, names: str, data: bytes, functions: Functions) -> bytes:
        """Send one request and return the JSON answer."""
        if len(data) > MAX_DATA:
            raise SandboxLimitError("表达式或脚本用到的数据过大，请减少后重试。")
        with self._lock:
            process = self._running()
            try:
                return Exchange(process, self.limits.wall, functions).run(kind, source, names, data)
            except StarlarkFailureError:
                raise
            except (EOFError, OSError, TimeoutError) as error:
                self._discard()
                raise SandboxLimitError from error
            except BaseException:
                # half an exchange is left in the pipes
                self._discard()
                raise

    def stop(self) -> None:
        """End the child process."""
        with self._lock:
            self._discard()

    def _running(self) -> subprocess.Popen[bytes]:
        process = self._process
        if process is not None and process.poll() is None:
            return process
        self._discard()
        return self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        limits = self.limits
        arguments = [ROOT, PACKAGES, limits.memory_mib, limits.seconds, limits.hard_seconds]
        self._process = subprocess.Popen(  # noqa: S603  (our own interpreter, our own file)
            [sys.executable, "-I", str(CHILD), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            bufsize=0,
            start_new_session=True,
        )
        self._owner = os.getpid()
        self.starts += 1
        # The first answer waits for the interpreter to start; a call's own limit must not.
        Exchange(self._process, START_SECONDS, {}).run(EXPRESSION, "0", "||", b"{}")
        return self._process

    def _discard(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            if self._owner == os.getpid():
                process.kill()
                process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _forget(self) -> None:
        # In a forked child: the pipes belong to the parent, and a lock held there stays held here.
        self._lock = threading.Lock()
        process, self._process = self._process, None
        if process is None:
            return
        process.returncode = 0  # not our child: nothing to reap
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


class Exchange:
    """One request and what follows until its answer."""

    def __init__(self, process: subprocess.Popen[bytes], wall: float, functions: Functions) -> None:
        if process.stdin is None or process.stdout is None:
            raise EOFError
        self.sink, self.source = process.stdin.fileno(), process.stdout.fileno()
        self.end, self.functions = time.monotonic() + wall, functions
        self.failure: BaseException | None = None

    def run(self, kind: int, source: str, names: str, data: bytes) -> bytes:
        """Send the request, serve the calls it makes, return the answer."""
        parts = (source.encode(), names.encode(), data)
        self._write(REQUEST.pack(kind, *map(len, parts)) + b"".join(parts))
        while True:
            status, length = REPLY.unpack(self._read(REPLY.size))
            if length > MAX_REPLY:
                raise OSError
            body = self._read(length)
            if status == RESULT:
                return body
            if status == CALL:
                self._serve(body)
                continue
            self._raise(status, body)

    def _raise(self, status: int, body: bytes) -> None:
        if self.failure is not None:
            raise self.failure
        if status == BROKEN:
            raise EOFError
        raise StarlarkFailureError(body.decode(errors="replace"))

    def _serve(self, body: bytes) -> None:
        name, args, kwargs = orjson.loads(body)
        try:
            answer = orjson.dumps(self.functions[name](*args, **kwargs))
        except Exception as error:  # noqa: BLE001  (raised again once the child has let go)
            self.failure = error
            self._write(REPLY.pack(FAILED, 0))
        else:
            self._write(REPLY.pack(RESULT, len(answer)) + answer)

    def _write(self, frame: bytes) -> None:
        view = memoryview(frame)
        while view:
            _, ready, _ = select.select([], [self.sink], [], self._left())
            if not ready:
                raise TimeoutError
            view = view[os.write(self.sink, view[: select.PIPE_BUF]) :]

    def _read(self, length: int) -> bytes:
        chunks = bytearray()
        while len(chunks) < length:
            ready, _, _ = select.select([self.source], [], [], self._left())
            if not ready:
                raise TimeoutError
            chunk = os.read(self.source, length - len(chunks))
            if not chunk:
                raise EOFError
            chunks += chunk
        return bytes(chunks)

    def _left(self) -> float:
        return max(0.0, self.end - time.monotonic())
