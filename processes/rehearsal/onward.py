"""Goes on by itself with what is invented, act after act, until the end or until a person must."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from processes.rehearsal.coming import Act, coming
from processes.rehearsal.seen import Seen

MOST = 80
"""So many acts at once: the longest shipped flow takes 26."""
OFTEN = 2
WAIT: Act = {"wait": "next"}
Do = Callable[[Mapping[str, Any]], Seen]
Stop = Callable[[Seen], bool]
Walked = list[tuple[Mapping[str, Any], Seen]]


@dataclass
class Onward:
    """One way onwards: what was walked before, and why it ended."""

    do: Do
    walked: Walked
    stop: Stop = lambda _: False
    most: int = MOST
    failed: Seen | None = None
    """What was seen when the last act did not succeed."""
    looped: str = ""
    """The step that came too often for anybody but a person to leave it."""
    refused: list[str] = field(default_factory=list)
    waited: int = 0

    def steps(self) -> Iterator[tuple[Act, Seen]]:
        """Yield each act that was done with what was seen after it."""
        for _ in range(self.most):
            if self.stop(self.walked[-1][1]):
                return
            given = coming(self.walked, self.refused)
            if given is None:
                self.looped = self._again()
                return
            seen = self.do(given)
            if seen.refused and (later := self._later(given)):
                self.refused.append(later)
                continue
            if seen.refused and self._waits(seen):
                given, seen = WAIT, self.do(WAIT)
                self.waited += 1
            if seen.error is not None:
                self.failed = seen
                return
            yield self._done(given, seen)

    def _done(self, given: Act, seen: Seen) -> tuple[Act, Seen]:
        self.refused = []
        self.waited = self.waited if "wait" in given else 0
        self.walked.append((given, seen))
        return given, seen

    def _later(self, given: Act) -> str:
        """Return what another open step may have to come before, or others may do."""
        name = str(given.get("step") or given.get("event") or "")
        others = coming(self.walked, [*self.refused, name])
        return name if name and others is not None and others != WAIT else ""

    def _waits(self, seen: Seen) -> bool:
        """Return whether a form may be true only later: it was refused, and time is awaited."""
        told = seen.error is not None and bool(seen.error.fields)
        return told and bool(self.walked[-1][1].next) and self.waited < OFTEN

    def _again(self) -> str:
        titles = [one.title for one in self.walked[-1][1].open if one.step not in self.refused]
        return titles[0] if titles else ""


def played(do: Do, acts: Sequence[Act], stop: Stop) -> Iterator[tuple[Act, Seen]]:
    """Yield recorded acts as they are done, until one is refused or enough is seen."""
    for given in acts:
        seen = do(given)
        if seen.refused:
            return
        yield given, seen
        if stop(seen):
            return
