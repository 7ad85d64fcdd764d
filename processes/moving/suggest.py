"""Proposes which element of the new version an old one became, from the difference of both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy.orm import Session

from processes import definitions
from processes.compare.facets import Facets, elements_of
from processes.compare.words import element_title
from processes.lint.diagram import NODES
from processes.moving.attempt import SEPARATOR
from processes.xml import safe_tree

ENOUGH = 0.5
MOST = 100
ENDS = frozenset({"scope", "kind", "@default", "order", "@attachedToRef"})


@dataclass(frozen=True)
class Gone:
    """An element of the old version that the new one lacks, and what it may have become."""

    element: str
    title: str
    guess: str
    choices: tuple[tuple[str, str], ...]
    """Elements of the same kind in the new version, by name, with what a person calls them."""


def suggest(session: Session, from_id: str, to_id: str) -> list[Gone]:
    """Return what the new version lacks, in the flow itself and in the flows it calls."""
    found: list[Gone] = []
    for key, (old, new) in _pairs(session, from_id, to_id).items():
        prefix = f"{key}{SEPARATOR}" if key else ""
        found += _gone(_nodes(session, old), _nodes(session, new), prefix)
    return found


def guessed(gone: list[Gone]) -> dict[str, str]:
    """Return the mapping as far as it could be guessed."""
    return {one.element: one.guess for one in gone if one.guess}


def _pairs(session: Session, from_id: str, to_id: str) -> dict[str, tuple[str, str]]:
    """Return which version of each flow becomes which: the flow itself under no name."""
    old, new = _called(session, from_id), _called(session, to_id)
    pairs = {key: (old[key], new[key]) for key in old if key in new and old[key] != new[key]}
    return {"": (from_id, to_id), **pairs}


def _called(session: Session, definition_id: str) -> dict[str, str]:
    versions = {each.flow for each in definitions.prepared(session, definition_id).elements}
    found = {definitions.pinned(session, each).key: each for each in versions | {definition_id}}
    return {key: each for key, each in found.items() if each != definition_id}


def _nodes(session: Session, definition_id: str) -> dict[str, Facets]:
    elements = elements_of(safe_tree(definitions.diagram(session, definition_id)))
    return {key: each for key, each in elements.items() if each.kind in NODES}


def _gone(old: Mapping[str, Facets], new: Mapping[str, Facets], prefix: str) -> Iterator[Gone]:
    removed = [each for each in old.values() if each.id not in new]
    added = [each for each in new.values() if each.id not in old]
    guesses = _best(removed[:MOST], added[:MOST])
    for one in removed:
        choices = tuple(
            (prefix + each.id, element_title(each.kind, each.name, each.id))
            for each in (*added, *(new[key] for key in new if key in old))
            if each.kind == one.kind
        )
        guess = guesses.get(one.id)
        title = element_title(one.kind, one.name, one.id)
        yield Gone(prefix + one.id, title, prefix + guess if guess else "", choices)


def _best(removed: list[Facets], added: list[Facets]) -> dict[str, str]:
    """Pair what is most alike first; each new element is used once."""
    scored = sorted(
        ((_alike(one, other), one.id, other.id) for one in removed for other in added),
        key=lambda pair: -pair[0],
    )
    pairs: dict[str, str] = {}
    for score, one, other in scored:
        if score >= ENOUGH and one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs


def _alike(one: Facets, other: Facets) -> float:
    if one.kind != other.kind:
        return 0.0
    names = 1.0 if one.name and one.name == other.name else _ratio(one.name, other.name)
    sides = [side for side in {*one.says, *other.says} if side not in ENDS and side != "@name"]
    same = sum(one.says.get(side) == other.says.get(side) for side in sides)
    rest = same / len(sides) if sides else 0.5
    return 0.5 * names + 0.4 * rest + 0.1 * _ratio(one.id, other.id)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio() if one and other else 0.0
