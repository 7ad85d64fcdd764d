"""One finding about a form schema."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """Where it is, how grave, and a Chinese sentence that says what to do."""

    path: str
    level: Literal["error", "warning"]
    message: str


def error(path: str, message: str) -> Finding:
    """Return a finding that forbids publishing."""
    return Finding(path, "error", message)


def warning(path: str, message: str) -> Finding:
    """Return a finding that the author should look at."""
    return Finding(path, "warning", message)
