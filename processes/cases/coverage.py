"""Which branches of a diagram worked cases have walked: sequence flows and boundary events."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from processes.lint import Finding
from processes.xml import BPMN, safe_tree

RULE = "branch_untested"
BRANCHES = (f"{{{BPMN}}}sequenceFlow", f"{{{BPMN}}}boundaryEvent")
DIAGRAM = "diagrams/{}.bpmn"


@dataclass(frozen=True)
class Branch:
    """One sequence flow or boundary event, and how a person would call it."""

    element: str
    words: str


@dataclass(frozen=True)
class Coverage:
    """The branches of one diagram, and which of them were walked."""

    branches: tuple[Branch, ...]
    walked: frozenset[str]

    @property
    def missing(self) -> list[Branch]:
        """The branches that nothing walked, as they are drawn."""
        return [one for one in self.branches if one.element not in self.walked]

    @property
    def percent(self) -> int:
        """How many of a hundred branches were walked; a diagram without any counts as walked."""
        if not self.branches:
            return 100
        held = sum(one.element in self.walked for one in self.branches)
        return 100 * held // len(self.branches)


def coverage(diagram: bytes, walked: Collection[str]) -> Coverage:
    """Return how far a diagram was walked."""
    return Coverage(tuple(branches(diagram)), frozenset(walked))


def branches(diagram: bytes) -> Iterator[Branch]:
    """Yield every branch of a diagram in the order of its text."""
    root = safe_tree(diagram)
    names = {one.get("id"): " ".join((one.get("name") or "").split()) for one in root.iter()}
    for one in root.iter(*BRANCHES):
        element = one.get("id") or ""
        if one.tag == BRANCHES[1]:
            attached = names.get(one.get("attachedToRef"), "")
            yield Branch(element, f"“{attached}”上的“{names.get(element) or element}”")
            continue
        ends = [names.get(one.get(end)) or one.get(end) for end in ("sourceRef", "targetRef")]
        word = f"（{names[element]}）" if names.get(element) else ""
        yield Branch(element, f"“{ends[0]}”到“{ends[1]}”{word}")


def findings(diagrams: Mapping[str, bytes], walked: Mapping[str, Collection[str]]) -> list[Finding]:
    """Return a warning for every branch that no worked case walks, by the diagrams' flow keys."""
    return [one for key in sorted(diagrams) for one in _of(key, diagrams[key], walked.get(key, ()))]


def _of(key: str, diagram: bytes, walked: Collection[str]) -> Iterator[Finding]:
    path = DIAGRAM.format(key)
    if not walked:
        told = "没有一个办理样例走过这个流程，请试运行一遍并存为办理样例。"
        yield Finding(path, RULE, "warning", told)
        return
    for one in coverage(diagram, walked).missing:
        told = f"没有一个办理样例走过{one.words}，请试运行这一支并存为办理样例。"
        yield Finding(f"{path}:{one.element}", RULE, "warning", told)
