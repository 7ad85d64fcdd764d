"""Which way the cases of a world went: sequence flows and elements, by the flow's key."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from models.flow.instance import Instance
from processes import contents, definitions
from processes.reading import runtime_of
from processes.rehearsal.seen import Trail
from processes.spiff.walking import Walk

CURRENT = frozenset({"current", "waiting"})
Flows = dict[tuple[str, str], list[str]]


def trails(session: Session, walked: Iterable[Walk]) -> dict[str, Trail]:
    """Return the trail of every flow that was walked or stands anywhere."""
    found: dict[str, Trail] = {}
    for place, left, reached in sorted(walked):
        one = _trail(session, found, place)
        flows = _flows(contents.get(session, definitions.pinned(session, one.definition).diagram))
        one.done.append(left)
        one.flows += flows.get((left, reached), [])
    for instance in session.scalars(select(Instance).options(undefer(Instance.state))):
        _add_states(session, found, instance)
    for one in found.values():
        _tidy(one)
    return found


def _trail(session: Session, found: dict[str, Trail], definition: str) -> Trail:
    version = definitions.pinned(session, definition)
    if version.key not in found:
        found[version.key] = Trail(title=version.title, definition=version.id)
    return found[version.key]


def _add_states(session: Session, found: dict[str, Trail], instance: Instance) -> None:
    for step in runtime_of(session, instance).trail():
        one = _trail(session, found, step.flow)
        if step.state in CURRENT:
            one.current.append(step.element)
        elif step.state == "done":
            one.done.append(step.element)
        elif step.state == "failed":
            one.failed.append(step.element)


def _tidy(one: Trail) -> None:
    for name in ("done", "current", "failed", "flows"):
        setattr(one, name, sorted(set(getattr(one, name))))


@lru_cache(maxsize=256)
def _flows(diagram: bytes) -> Flows:
    """Return the ids of the sequence flows between two elements of a diagram."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    found: Flows = {}
    for one in _sequence_flows(etree.fromstring(diagram, parser)):
        key = (one.get("sourceRef", ""), one.get("targetRef", ""))
        found.setdefault(key, []).append(one.get("id", ""))
    return found


def _sequence_flows(root: Any) -> Iterator[Any]:  # noqa: ANN401 - lxml's elements
    yield from root.iter("{*}sequenceFlow")
