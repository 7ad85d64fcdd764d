"""What the publish check says about one element."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Finding:
    """An error forbids publishing; a warning does not. ``element`` is empty for the whole file."""

    element: str
    rule: str
    level: Level
    message: str
