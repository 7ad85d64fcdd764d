"""How close to a part, or to a branch of it, recorded cases lead: what to rehearse from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from processes.cases.format import WorkedCase
from processes.cases.running import readable, runs_of
from processes.cases.touching import flows_below
from processes.lint.diagram import Diagram
from processes.packs.storing import DIAGRAMS, key_of
from processes.rehearsal.coming import Act
from processes.rehearsal.rows import Wanted
from processes.rehearsal.seen import Seen

MOST = 3
"""So many recordings are tried; each costs a second or two."""


@dataclass(frozen=True)
class Goal:
    """What is to be reached: an element of a flow, or any step of it."""

    flow: str
    element: str = ""
    below: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Flow → every flow that it comes through."""

    def is_reached(self, seen: Seen) -> bool:
        """Return whether the element waits or was done, or anything of the flow waits."""
        trail = seen.trail.get(self.flow)
        if trail is None:
            return False
        if not self.element:
            return bool(trail.current)
        return self.element in {*trail.current, *trail.done}

    def is_passed(self, seen: Seen) -> bool:
        """Return whether the element was done, so that the act before leads up to it."""
        trail = seen.trail.get(self.flow)
        return bool(trail and self.element in trail.done and self.element not in trail.current)


def goal_of(files: Mapping[str, bytes], flow: str, branch: str) -> Goal:
    """Return where a branch leaves: the element its flow comes from, or its event sits on."""
    keys = [key_of(path) for path in files if path.startswith(DIAGRAMS)]
    below = {key: flows_below(files, key) for key in keys}
    body = files.get(f"{DIAGRAMS}{flow}.bpmn")
    return Goal(flow, _leaves(body, branch) if body and branch else "", below)


def _leaves(body: bytes, branch: str) -> str:
    try:
        diagram = Diagram(body)
    except Exception:  # noqa: BLE001 - its own finding says what is wrong with it
        return ""
    if branch in diagram.flows:
        return diagram.flows[branch].source.id
    node = diagram.nodes.get(branch)
    return "" if node is None else str(node.xml.get("attachedToRef") or node.id)


def recordings(
    session: Session, wanted: Wanted, files: Mapping[str, bytes], goal: Goal
) -> list[list[Act]]:
    """Return the acts of worked cases that lead to a goal: as they ran last, or by their flow."""
    runs = {
        (one.path, one.name): one.walked
        for proposal in dict.fromkeys((wanted.proposal_id, None))
        for one in runs_of(session, wanted.county or wanted.owner, proposal)
    }
    found = []
    for path, file in readable(files)[0]:
        for case in file.cases:
            if isinstance(case, WorkedCase) and not file.now_of(case):
                walked = runs.get((path, case.name), {}).get(goal.flow, ())
                fits = goal.element in walked if goal.element and walked else bool(walked)
                if fits or case.flow == goal.flow:
                    found.append((not fits, [dict(act) for act in file.acts_of(case)]))
    ordered = sorted(found, key=lambda one: (one[0], len(one[1])))
    return [acts for _, acts in ordered[:MOST]]
