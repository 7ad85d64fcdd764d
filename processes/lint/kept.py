"""Which rules found nothing in which diagram: asked again of the same file, they need not look.

A rule is a function of the file and of what it reads of the catalogue, so silence is kept with
exactly that. Findings are not kept: one may come of a moment's trouble, and there may be many.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from processes.lint.catalogue import Catalogue

FILES = 512
"""Of how many files something is kept; the least recently asked go first."""
CATALOGUES = 6
"""How many catalogues are kept of one rule and file: about one for each county."""
Read = Mapping[str, Any]


class Watched:
    """A catalogue that notes what is read of it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.read: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Return a field of the catalogue."""
        value = self.read[name] = getattr(self._catalogue, name)
        return value


class Silence:
    """What rules were silent about, by the hash of the file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, dict[object, list[Read]]] = OrderedDict()

    def rules(self, digest: str, catalogue: Catalogue) -> frozenset[object]:
        """Return the rules that are known to find nothing in a file."""
        with self._lock:
            kept = self._kept.get(digest, {})
            if kept:
                self._kept.move_to_end(digest)
            return frozenset(rule for rule, reads in kept.items() if _holds(reads, catalogue))

    def keep(self, digest: str, rule: object, read: Read) -> None:
        """Note that a rule found nothing in a file where the catalogue says this."""
        with self._lock:
            reads = self._kept.setdefault(digest, {}).setdefault(rule, [])
            reads.append(read)
            del reads[:-CATALOGUES]
            while len(self._kept) > FILES:
                self._kept.popitem(last=False)


def _holds(reads: list[Read], catalogue: Catalogue) -> bool:
    return any(
        all(getattr(catalogue, name) == value for name, value in read.items()) for read in reads
    )
