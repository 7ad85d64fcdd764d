"""Which worked cases a change may touch: those that begin a flow that leads to what was changed."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from models.errors import SmallworksError
from processes.cases.format import FOLDER
from processes.cases.playing import Plan
from processes.lint.diagram import Diagram
from processes.packs.storing import DIAGRAMS, key_of
from processes.proposals.checking import WIDE, users_of
from processes.references import PEOPLE, named_in

RULES = "rules.toml"
OUTSIDE = "publishing"
"""The rules on how changes themselves are published: no case ever meets one."""


def touched(
    plans: Sequence[Plan],
    visible: Mapping[str, bytes],
    changed: Collection[str] | None,
    flows: Collection[str] | None = None,
) -> list[Plan]:
    """Return the cases that changed files may touch, or that lead through some flows."""
    if changed is None and flows is None:
        return list(plans)
    paths = set(changed or ())
    if paths & set(WIDE):
        return list(plans)
    keys = set(flows or ()) | {key_of(one) for one in paths if one.startswith(DIAGRAMS)}
    keys |= {key_of(one) for one in users_of(visible, _used(paths))}
    leads = _closures(visible)
    return [
        one
        for one in plans
        if one.path in paths
        or one.case.flow in keys
        or any(leads.get(start, {start}) & keys for start in _started(one))
    ]


def flows_below(visible: Mapping[str, bytes], key: str) -> list[str]:
    """Return a flow and every flow it comes through that can be seen, itself first."""
    below = _closures(visible).get(key, {key}) - {key}
    return [key, *sorted(one for one in below if f"{DIAGRAMS}{one}.bpmn" in visible)]


def met_by_cases(
    changed: Mapping[str, bytes | None], held: Mapping[str, bytes]
) -> dict[str, bytes | None]:
    """Return the changed files without rules that differ in nothing a case could meet."""
    met = dict(changed)
    new, old = _met(changed.get(RULES)), _met(held.get(RULES))
    if new is not None and new == old:
        met.pop(RULES, None)
    return met


def _met(rules: bytes | None) -> dict[str, object] | None:
    """Return the rules that cases may meet; nothing when they cannot be read."""
    with suppress(ValueError):
        read = tomllib.loads(rules.decode()) if rules else {}
        return {name: values for name, values in read.items() if name != OUTSIDE}
    return None


def _used(paths: Collection[str]) -> set[str]:
    """Return the files a diagram may name; a sample counts as its form."""
    return {
        f"forms/{one.rpartition('/')[2].removesuffix('.toml')}.json"
        if one.startswith("samples/")
        else one
        for one in paths
        if not one.startswith(FOLDER)
    }


def _started(plan: Plan) -> set[str]:
    return {str(act["start"]) for act in plan.acts if "start" in act}


def _closures(visible: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Return for each flow every flow it comes through, itself among them."""
    calls = {key_of(path): _calls(visible[path]) for path in visible if path.startswith(DIAGRAMS)}
    found: dict[str, set[str]] = {}
    for key in calls:
        reached, waiting = {key}, [key]
        while waiting:
            new = calls.get(waiting.pop(), frozenset()) - reached
            reached |= new
            waiting += new
        found[key] = reached
    return found


def _calls(body: bytes) -> frozenset[str]:
    try:
        return named_in(body).calls
    except (SmallworksError, ValueError, LookupError):
        return frozenset()  # its own finding says what is wrong with it


def steps_in(diagram: bytes) -> set[str]:
    """Return the ids of a diagram's user tasks; none when it cannot be read."""
    try:
        nodes = Diagram(diagram).nodes.values()
    except Exception:  # noqa: BLE001 - its own finding says what is wrong with it
        return set()
    return {node.id for node in nodes if node.kind in PEOPLE}
