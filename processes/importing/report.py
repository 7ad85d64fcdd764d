"""What an import changed, and what its author has still to do."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["done", "check", "todo"]
TITLES = {"done": "已转换", "check": "请核对", "todo": "待办"}


@dataclass(frozen=True)
class Change:
    """One line: at which element, what was done, and what to do now."""

    element: str
    kind: Kind
    message: str

    @property
    def title(self) -> str:
        """How grave it is, in a word."""
        return TITLES[self.kind]
