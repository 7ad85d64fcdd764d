"""Published definitions, parsed once and shared by every instance of this process."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from processes.spiff.describe import ElementInfo, describe
from processes.spiff.errors import UnsupportedDiagramError
from processes.spiff.link import Linker, Parsed
from processes.spiff.parsing import parse
from processes.spiff.prepare import prepare

DEFAULT_SIZE = 256


@dataclass(frozen=True)
class Source:
    """One published version: its bytes never change.

    ``calls`` maps the process id of a call activity to the key of the version it is pinned to.
    """

    key: str
    process_id: str
    bpmn: bytes
    dmn: tuple[bytes, ...] = ()
    calls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """A flow ready to run: never written to again, safe to share between threads."""

    key: str
    spec: Any
    subprocess_specs: Mapping[str, Any]
    elements: tuple[ElementInfo, ...]

    def element(self, element_id: str, flow: str | None = None) -> ElementInfo | None:
        """Return the description of an element of this flow or, by key, of one it calls."""
        flow = flow or self.key
        found = (each for each in self.elements if (each.flow, each.id) == (flow, element_id))
        return next(found, None)


class SpecCache:
    """Prepared flows by key; the least recently used go first when it is full."""

    def __init__(self, load: Callable[[str], Source], size: int = DEFAULT_SIZE) -> None:
        self._load, self._size = load, size
        self._lock = threading.RLock()
        self._kept: OrderedDict[str, Prepared] = OrderedDict()

    def get(self, key: str) -> Prepared:
        """Return the flow of a key, parsed at most once at a time."""
        with self._lock:
            prepared = self._kept.get(key)
            if prepared is None:
                prepared = self._kept[key] = build(key, self._load)
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
            return prepared

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._kept))


def build(key: str, load: Callable[[str], Source]) -> Prepared:
    """Parse, link, prepare and describe one flow with everything it calls."""
    sources: dict[str, Source] = {}

    def parsed(each: str) -> Parsed:
        source = sources[each] = load(each)
        return parse(source.process_id, source.bpmn, source.dmn)

    def pinned(caller: str, called: str) -> str:
        key_of = sources[caller].calls.get(called)
        if key_of is None:
            raise UnsupportedDiagramError(
                f"调用的子流程“{called}”没有绑定已发布的版本，请先发布该流程。", called=called
            )
        return key_of

    linker = Linker(parsed, pinned)
    top = linker.link(key)
    prepare(top, linker.subprocesses)
    elements = tuple(describe(linker.flows, linker.subprocesses))
    return Prepared(key, top, MappingProxyType(linker.subprocesses), elements)
