"""What an act left behind, as the pages and the worked cases read it."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(kw_only=True)
class Open:
    """A work item that waits: whose it is (``who``: user names of the cast) and where it stands."""

    item: str
    case: str
    flow: str
    step: str
    title: str
    role: str
    role_title: str
    who: list[str]
    form: str
    due: str | None = None


@dataclass(kw_only=True)
class Trail:
    """Where a flow was walked: element ids by what became of them, sequence flows by their ids."""

    title: str
    definition: str
    done: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Failure:
    """Why an act, or what the platform did by itself after it, did not succeed."""

    code: str
    message: str
    flow: str = ""
    element: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Seen:
    """The world after an act; ``messages``, ``notices`` and ``letters`` are those of this act."""

    clock: str
    next: str | None
    open: list[Open]
    cases: list[dict[str, str]]
    phase: str = ""
    status: str = ""
    error: Failure | None = None
    refused: bool = False
    """Whether the act itself did not happen; otherwise an ``error`` came of what followed it."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What a worked case may expect, by name (``processes.cases.facts``)."""
    answers: dict[str, Any] = field(default_factory=dict)
    """The form as it was handed in by a step, invented answers included."""
    invented: list[str] = field(default_factory=list)
    trail: dict[str, Trail] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, str]] = field(default_factory=list)
    notices: list[dict[str, str]] = field(default_factory=list)
    letters: list[dict[str, str]] = field(default_factory=list)
    diagrams: dict[str, str] = field(default_factory=dict)
    """Of the first step: the hash of every diagram that it began with, by the flow's key."""

    @property
    def steps(self) -> list[str]:
        """The steps that wait for somebody, in order of their names."""
        return sorted(one.step for one in self.open)

    @property
    def walked(self) -> dict[str, list[str]]:
        """Flow key → ids of the sequence flows and elements it went through."""
        return {key: sorted({*one.flows, *one.done}) for key, one in self.trail.items()}

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def seen_of(plain: dict[str, Any]) -> Seen:
    """Return what ``as_dict`` was made from."""
    values = dict(plain)
    values["open"] = [Open(**one) for one in plain["open"]]
    values["trail"] = {key: Trail(**one) for key, one in plain["trail"].items()}
    values["error"] = Failure(**plain["error"]) if plain["error"] else None
    return Seen(**values)
