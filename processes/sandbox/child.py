"""The helper process: reads frames on stdin, writes frames on stdout, knows Starlark alone.

Started by path with ``python -I`` and an empty environment; imports nothing of the platform but
``pure``. Data passes as JSON text and is decoded inside Starlark.
"""

import json
import os
import resource
import signal
import struct
import sys
import time
from collections.abc import Callable
from typing import IO, Any

Json = Any  # whatever JSON can say
Compiled = Any  # a module or a tree of Starlark, which has no types
MIB = 1 << 20
REQUEST = struct.Struct("<BIII")
REPLY = struct.Struct("<BI")
EXPRESSION, SCRIPT, CHECK, STRAIGHT = 1, 2, 3, 4
RESULT, FAILED, BROKEN, CALL = 0, 1, 2, 3
MAX_CACHED = 4096
MAX_HOST_CALLS = 1_000
CALL_STACK = 50
UNSET = ("not found", "before assignment", "not yet")


def confine(memory_mib: int) -> None:
    """Give up, for good, what a runaway text could harm the machine with."""
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 16,
        resource.RLIMIT_AS: memory_mib * MIB,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


class Interpreter:
    """Compiles, remembers and runs texts; one at a time."""

    def __init__(self, seconds: float, hard_seconds: float, ask: Callable[..., Any]) -> None:
        import starlark  # noqa: PLC0415  (its place is only known at run time)

        from processes.sandbox.pure import FUNCTIONS  # noqa: PLC0415

        self.starlark, self.functions, self.ask = starlark, FUNCTIONS, ask
        self.seconds, self.hard_seconds, self.end = seconds, hard_seconds, 0.0
        self.dialect = starlark.Dialect.extended()
        self.dialect.enable_f_strings = True
        self.globals = starlark.Globals.extended_by([starlark.LibraryExtension.Json])
        self.options = starlark.EvalOptions(
            check_cancelled=lambda: time.process_time() > self.end, max_callstack_size=CALL_STACK
        )
        self.compiled: dict[tuple[int, str, str], Any] = {}
        self.encoders: dict[str, Any] = {}

    def run(self, kind: int, source: str, names: str, data: str) -> str:
        """Answer one request with JSON text."""
        # Both limits count this process's own time, so that a busy machine fails nobody's form.
        self.end = time.process_time() + self.seconds
        # Some operations cannot be cancelled from inside; then the kernel ends this process, even
        # when the one that waits for it is gone.
        signal.setitimer(signal.ITIMER_PROF, self.hard_seconds)
        try:
            if kind == SCRIPT:
                return self._script(source, names, data)
            if kind == CHECK:
                return self._check(source, names, data)
            return self._function(kind, source, names, data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _module(self, host: str) -> Compiled:
        module = self.starlark.Module()
        for name, function in self.functions.items():
            module.add_callable(name, function)
        for name in filter(None, host.split(",")):
            module.add_callable(name, self._asker(name))
        return module

    def _asker(self, name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: self.ask(name, args, kwargs)

    def _remember(self, key: tuple[int, str, str], compiled: Compiled) -> Compiled:
        if len(self.compiled) > MAX_CACHED:
            self.compiled.clear()
        self.compiled[key] = compiled
        return compiled

    def _function(self, kind: int, source: str, names: str, data: str) -> str:
        key = (kind, source, names)
        module = self.compiled.get(key) or self._remember(key, self._frozen(*key))
        return str(module.call_with(self.options, "function_", data).value)

    def _frozen(self, kind: int, source: str, names: str) -> Compiled:
        """Compile an expression, or a script without branches, into a function of the data."""
        inputs, outputs, host = names.split("|")
        text = f"def function_(js_):\n  d_ = json.decode(js_)\n{unpack(inputs, '  ')}"
        if kind == STRAIGHT:
            text += "".join(f"  {line}\n" for line in source.splitlines())
            source = (
                "{" + ",".join(f'"{name}": {name}' for name in outputs.split(",") if name) + "}"
            )
        text += f"  return json.encode({source})\n"
        module = self._module(host)
        tree = self.starlark.parse("text", text, self.dialect)
        self.starlark.eval(module, tree, self.globals)
        return module.freeze()

    def _script(self, source: str, names: str, data: str) -> str:
        inputs, outputs, host = names.split("|")
        key = (SCRIPT, source, inputs)
        tree = self.compiled.get(key)
        if tree is None:
            text = f"d_ = json.decode(js_)\n{unpack(inputs, '')}{source}"
            tree = self._remember(key, self.starlark.parse("script", text, self.dialect))
        module = self._module(host)
        module["js_"] = data
        self.starlark.eval_with(self.options, module, tree, self.globals)
        parts = [self._output(module, name) for name in outputs.split(",") if name]
        return "{" + ",".join(filter(None, parts)) + "}"

    def _output(self, module: Compiled, name: str) -> str:
        encoder = self.encoders.get(name)
        if encoder is None:
            encoder = self.starlark.parse("output", f"json.encode({name})", self.dialect)
            self.encoders[name] = encoder
        try:
            value = self.starlark.eval_with(self.options, module, encoder, self.globals).value
        except self.starlark.StarlarkError as error:
            if any(mark in str(error) for mark in UNSET):
                return ""  # assigned on a branch that was not taken
            raise
        return f'"{name}":{value}'

    def _check(self, source: str, names: str, data: str) -> str:
        # Only compiled and bound, never run: a check must not depend on data.
        inputs, _, host = names.split("|")
        lines = source.splitlines() if data == "script" else [f"return ({source})"]
        text = f"def check_({inputs}):\n" + "".join(f"  {line}\n" for line in lines)
        tree = self.starlark.parse("check", text, self.dialect)
        self.starlark.eval(self._module(host), tree, self.globals)
        return "true"


def unpack(names: str, indent: str) -> str:
    """Return the lines that bind the inputs."""
    return "".join(f'{indent}{name} = d_["{name}"]\n' for name in names.split(",") if name)


class Channel:
    """The two pipes to the process that asked."""

    def __init__(self) -> None:
        self.source: IO[bytes] = os.fdopen(os.dup(0), "rb")
        self.sink: IO[bytes] = os.fdopen(os.dup(1), "wb")
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nowhere, descriptor)
        self.asked = 0

    def request(self) -> tuple[int, str, str, str] | None:
        """Return the next request, or nothing when the other side has gone."""
        head = self.source.read(REQUEST.size)
        if len(head) < REQUEST.size:
            return None
        self.asked = 0
        kind, *lengths = REQUEST.unpack(head)
        source, names, data = (self.source.read(length).decode() for length in lengths)
        return kind, source, names, data

    def reply(self, status: int, text: str) -> None:
        """Write one frame."""
        body = text.encode()
        self.sink.write(REPLY.pack(status, len(body)) + body)
        self.sink.flush()

    def ask(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Json:
        """Call a function of the platform, by name and with JSON values."""
        self.asked += 1
        if self.asked > MAX_HOST_CALLS:
            raise RuntimeError("too many calls")
        self.reply(CALL, json.dumps([name, args, kwargs]))
        status, length = REPLY.unpack(self.source.read(REPLY.size))
        body = self.source.read(length)
        if status != RESULT:
            raise RuntimeError(f"{name} failed")
        return json.loads(body)


def serve(channel: Channel, interpreter: Interpreter) -> None:
    """Answer requests until the other side goes or something worse than a bad text happens."""
    while (request := channel.request()) is not None:
        try:
            channel.reply(RESULT, interpreter.run(*request))
        except interpreter.starlark.StarlarkError as error:
            channel.reply(FAILED, str(error))
        except BaseException as error:  # noqa: BLE001  (a Rust panic is a BaseException)
            channel.reply(BROKEN, type(error).__name__)
            return


def main() -> None:
    """Start, confine, serve."""
    root, packages, memory_mib, seconds, hard_seconds = sys.argv[1:]
    sys.path.extend([root, packages])
    channel = Channel()
    interpreter = Interpreter(float(seconds), float(hard_seconds), channel.ask)
    confine(int(memory_mib))
    serve(channel, interpreter)


if __name__ == "__main__":
    main()
