"""Kinds of jobs: what to do outside a transaction, and what to store in the one that ends it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy.orm import Session

from models.settings import Settings

Args = Mapping[str, Any]
Prepare = Callable[[Args, Settings], Any]
Store = Callable[[Session, Args, Any, Settings], None]


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """One kind. ``prepare`` may be slow and may run more than once; ``store`` counts once.

    ``store`` shares its transaction with the job row, so what it writes is stored exactly once.
    """

    name: str
    store: Store
    prepare: Prepare | None = None
    daily_at: time | None = None


class JobKindUnknownError(LookupError):
    """A job row names a kind that no module has registered."""


_kinds: dict[str, JobKind] = {}


def register(
    name: str, store: Store, *, prepare: Prepare | None = None, daily_at: time | None = None
) -> JobKind:
    """Register a kind of job; with ``daily_at`` it is owed once a day, ``args["day"]`` tells which.

    A daily job missed while the machine was down is owed for every day missed.
    """
    if name in _kinds:
        raise ValueError(f"two jobs are called {name}")
    _kinds[name] = JobKind(name=name, store=store, prepare=prepare, daily_at=daily_at)
    return _kinds[name]


def forget(name: str) -> None:
    """Take a kind out again (tests)."""
    _kinds.pop(name, None)


def kind_of(name: str) -> JobKind:
    """Return a kind by its name."""
    try:
        return _kinds[name]
    except KeyError:
        raise JobKindUnknownError(name) from None


def daily_kinds() -> Iterator[JobKind]:
    """Yield the kinds that are owed once a day."""
    return (kind for kind in list(_kinds.values()) if kind.daily_at is not None)
