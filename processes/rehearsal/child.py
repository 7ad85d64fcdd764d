"""A world's own process: reads what to do on stdin, writes what came of it on stdout.

Started by path with ``python -I`` and an empty environment, so that it knows of no database; it
makes its own in the folder it is given and can reach nothing else (``confining``).
"""

import os
import select
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

IDLE_SECONDS = 900.0
LOOKING = ("answers", "paper")
"""What changes nothing: a fault in it is told, and the process stays."""
Told = dict[str, Any]
Answer = tuple[Told, bytes]


class Stage:
    """Holds the one world of this process and does what is asked of it."""

    def __init__(self, root: Path, place: Path) -> None:
        self.root, self.place = root, place
        self.world: Any = None
        self.known = ""
        self.verbs: dict[str, Callable[[Told, bytes], Answer]] = {
            "ready": lambda _told, _body: ({}, b""),
            "open": self.open,
            "again": self.again,
            "do": lambda told, _: self._seen(self.world.do(told["act"], whole=told["whole"])),
            "look": lambda _told, _body: self._seen(self.world.look()),
            "snapshot": lambda _told, _body: ({}, self.world.snapshot()),
            "restore": self.restore,
            "reset": self.reset,
            "answers": lambda told, _: ({"form": self.world.answers(told["item"])}, b""),
            "paper": lambda told, _: ({}, self.world.paper(told["letter"])),
        }

    def open(self, told: Told, _: bytes) -> Answer:
        """Make an order's world; the same again begins it anew."""
        from processes.rehearsal.orders import Order, world_of  # noqa: PLC0415 - late path
        from processes.rehearsal.templates import template  # noqa: PLC0415

        order = Order.from_json(told["order"])
        if not self._is_known(world_of(order), told):
            self._enter(template(self.root / "worlds", order), order.county, told)
        return {"world": world_of(order)}, b""

    def again(self, told: Told, _: bytes) -> Answer:
        """Make a world of a template that is still kept."""
        from processes.rehearsal.errors import WorldGoneError  # noqa: PLC0415 - late path

        kept = self.root / "worlds" / told["world"]
        if not self._is_known(kept.name, told):
            if not kept.is_dir():
                raise WorldGoneError
            self._enter(kept, told["county"], told)
        return {}, b""

    def _is_known(self, world: str, told: Told) -> bool:
        """Return whether this is the world we have, which then begins anew."""
        is_same = self.world is not None and self.known == f"{world} {told.get('now') or ''}"
        if is_same:
            self.world.reset()
        return is_same

    def _enter(self, made: Path, county: str, told: Told) -> None:
        from processes.rehearsal.world import World  # noqa: PLC0415 - late path

        self._leave()
        now = datetime.fromisoformat(told["now"]) if told.get("now") else None
        self.world = World.open(made, self.place / "world", county, now=now)
        self.known = f"{made.name} {told.get('now') or ''}"

    def restore(self, _: Told, body: bytes) -> Answer:
        """Become what a snapshot was taken from."""
        self.world.restore(body)
        return {}, b""

    def reset(self, _told: Told, _body: bytes) -> Answer:
        """Begin again."""
        self.world.reset()
        return {}, b""

    def _leave(self) -> None:
        if self.world is not None:
            self.world.close()
        self.world, self.known = None, ""
        if (self.place / "world").exists():
            shutil.rmtree(self.place / "world")

    def _seen(self, seen: Any) -> Answer:  # noqa: ANN401 - Seen
        return {"seen": seen.as_dict()}, b""


def serve(stage: Stage, source: IO[bytes], sink: IO[bytes], seconds: float) -> None:
    """Answer until the other side goes, or has not asked for long."""
    from models.errors import SmallworksError  # noqa: PLC0415
    from processes.rehearsal import confining, frames  # noqa: PLC0415
    from processes.rehearsal.errors import PageFaultyError  # noqa: PLC0415

    while select.select([source], [], [], IDLE_SECONDS)[0]:
        frame = frames.read(source)
        if frame is None:
            return
        told, body = frame
        confining.hurry(seconds)
        try:
            answer, data = stage.verbs[told["verb"]](told, body)
        except SmallworksError as error:
            answer, data = {"error": error_of(error)}, b""
        except MemoryError:
            return
        except Exception as error:
            if told["verb"] not in LOOKING:
                raise  # the world may be half done: a new process begins from what was kept
            answer, data = {"error": error_of(PageFaultyError(reason=type(error).__name__))}, b""
        finally:
            confining.hurry(0)
        frames.write(sink, answer, data)


def error_of(error: Any) -> Told:  # noqa: ANN401 - SmallworksError
    """Return an error as a frame carries it."""
    names = [one.__name__ for one in type(error).__mro__]
    return {"code": error.code, "kinds": names, "text": error.text, "details": error.details}


def main() -> None:
    """Start, confine, serve."""
    top, packages, root, place, memory_mib, seconds = sys.argv[1:]
    sys.path.extend([top, packages])
    source, sink = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    os.fsync = _nothing  # type: ignore[assignment]  # nothing here outlives a power cut
    from processes.rehearsal import confining, templates, world  # noqa: F401, PLC0415
    from processes.sandbox.helper import CHILD  # noqa: PLC0415

    data = Path(root).parent
    confining.limit(int(memory_mib))
    confining.stay_inside(Path(root), data, CHILD)
    serve(Stage(Path(root), Path(place)), source, sink, float(seconds))


def _nothing(_: int) -> None:
    """Take the place of waiting for the disk."""


if __name__ == "__main__":
    main()
