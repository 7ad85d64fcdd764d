"""Ends a step at any of its statements, as a power cut would, and tells what was stored.

An *ending* is a place where the process may stop: before each SQL statement, before each commit and
after it. ``count`` numbers them in an undisturbed run; ``end_at`` stops at one of them.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session


class EndedError(BaseException):
    """The process ends here; no handler of ordinary errors may catch it."""


class Endings:
    """Counts the endings of what runs inside the block and acts at one of them."""

    def __init__(self, at: int | None, act: Callable[[], None]) -> None:
        self.at = at
        self.act = act
        self.count = 0
        self.commits: list[int] = []
        self.over = False

    def reach(self, *, commit: bool = False) -> None:
        """Pass one ending."""
        if self.over:
            raise EndedError  # a dead process does nothing more, not even in a finally block
        self.count += 1
        if commit:
            self.commits.append(self.count)
        if self.count == self.at:
            self.over = True
            self.act()


def raise_ended() -> None:
    """End inside this process: the block is left and nothing it does afterwards is stored."""
    raise EndedError


def end_process() -> None:
    """End for real, without one more instruction of ours."""
    os._exit(9)


@contextmanager
def endings(
    engine: Engine, at: int | None = None, act: Callable[[], None] = raise_ended
) -> Iterator[Endings]:
    """Watch the statements and commits of ``engine`` inside the block."""
    passed = Endings(at, act)

    def statement(*_: object) -> None:
        passed.reach()

    def commit(*_: object) -> None:
        passed.reach()

    def committed(session: Session) -> None:
        # the broker keeps sessions of its own, in a thread that outlives the block
        if session.get_bind() is engine:
            passed.reach(commit=True)

    watched = (
        (engine, "before_cursor_execute", statement),
        (engine, "commit", commit),
        (Session, "after_commit", committed),
    )
    for target, name, listener in watched:
        event.listen(target, name, listener)
    try:
        yield passed
    except EndedError:
        pass
    finally:
        for target, name, listener in watched:
            event.remove(target, name, listener)
