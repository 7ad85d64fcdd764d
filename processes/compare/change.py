"""One difference between two versions of a file."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What became of an element; ``moved`` is a matter of the drawing or the order alone."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


KIND_WORDS = {
    Kind.ADDED: "新增",
    Kind.REMOVED: "删除",
    Kind.CHANGED: "修改",
    Kind.MOVED: "移动",
}
LONGEST = 2_000


@dataclass(frozen=True)
class Change:
    """``what`` says in Chinese which side of the element changed; ``aspect`` says it to programs.

    ``title`` is what a person calls the element: 用户任务“核对并发布公告”.
    """

    element: str
    kind: Kind
    what: str
    before: str = ""
    after: str = ""
    title: str = ""
    aspect: str = ""

    @property
    def words(self) -> str:
        """The kind in Chinese."""
        return KIND_WORDS[self.kind]

    def as_json(self) -> dict[str, str]:
        """Return it for a page's script; very long texts are cut there."""
        return {name: str(value)[:LONGEST] for name, value in asdict(self).items()}


def differing(
    before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield every side of an element that differs: its name, its value before and after."""
    for aspect in dict.fromkeys((*before, *after)):
        old, new = before.get(aspect, ""), after.get(aspect, "")
        if old != new:
            yield aspect, old, new
