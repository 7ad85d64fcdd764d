"""Which things of a list kept their order: the others are the ones that were moved."""

from bisect import bisect_left
from collections.abc import Sequence


def keeping_order(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Return a longest run of names that stand in the same order in both lists."""
    places = {name: number for number, name in enumerate(after)}
    names = [name for name in before if name in places]
    ends: list[int] = []  # the lowest place at which a run of each length ends
    tails: list[int] = []  # and the index of its last name
    links: list[int | None] = []
    for index, name in enumerate(names):
        at = bisect_left(ends, places[name])
        links.append(tails[at - 1] if at else None)
        ends[at : at + 1] = [places[name]]
        tails[at : at + 1] = [index]
    return set(_run(names, links, tails[-1] if tails else None))


def _run(names: Sequence[str], links: Sequence[int | None], last: int | None) -> list[str]:
    run = []
    while last is not None:
        run.append(names[last])
        last = links[last]
    return run
