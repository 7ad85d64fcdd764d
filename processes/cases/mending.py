"""Mends worked cases after a change: new steps written in, expectations as they came about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from processes.cases.format import Act, CaseFile, CasesFaultyError, Opening, RuleCase, WorkedCase

Inserted = Sequence[tuple[int, Act]]
"""After how many of a case's acts an act is to be written in."""


def found(file: CaseFile, name: str) -> WorkedCase | RuleCase:
    """Return a case of a file by its name."""
    for one in file.cases:
        if one.name == name:
            return one
    raise CasesFaultyError(reason=f"没有名为“{name}”的样例，请刷新页面。")


def expecting(file: CaseFile, name: str, expect: Mapping[str, Any]) -> CaseFile:
    """Return the file with other expectations of one case."""
    return _with(file, replace(found(file, name), expect=dict(expect)))


def without(file: CaseFile, name: str) -> CaseFile:
    """Return the file without a case, and without beginnings that nothing needs any more."""
    cases = tuple(one for one in file.cases if one.name != name)
    used = {one.begins for one in cases if isinstance(one, WorkedCase)}
    for one in reversed(file.openings):
        if one.name in used:
            used.add(one.begins)
    openings = tuple(one for one in file.openings if one.name in used)
    return replace(file, openings=openings, cases=cases)


def renamed(file: CaseFile, name: str, new: str, source: str) -> CaseFile:
    """Return the file with another name and source of one case."""
    one = replace(found(file, name), name=new, source=source)
    return replace(file, cases=tuple(one if other.name == name else other for other in file.cases))


def mended(file: CaseFile, name: str, inserted: Inserted) -> CaseFile:
    """Return the file with acts written in where a run had to do what no recording says.

    What belongs to a shared beginning is written there, once for all cases that begin so.
    """
    case = found(file, name)
    if isinstance(case, RuleCase):
        return file
    # each act before has moved what follows by one
    for moved, (after, act) in enumerate(sorted(inserted, key=lambda one: one[0])):
        if not _is_there(file, name, after + moved, act):
            file = _inserted(file, name, after + moved, act)
    return file


def _is_there(file: CaseFile, name: str, place: int, act: Act) -> bool:
    """Return whether another case has had the act written into the beginning they share."""
    case = found(file, name)
    if isinstance(case, RuleCase):
        return True
    acts = file.acts_of(case)
    here = place - (1 if file.now_of(case) else 0)
    return here < len(acts) and dict(acts[here]) == dict(act)


def _inserted(file: CaseFile, name: str, after: int, act: Act) -> CaseFile:
    case = found(file, name)
    if isinstance(case, RuleCase):
        return file
    before = len(file.acts_of(case)) - len(case.acts)
    shared = 1 if file.now_of(case) else 0
    place = after - shared
    if place >= before:
        here = place - before
        return _with(file, replace(case, acts=(*case.acts[:here], act, *case.acts[here:])))
    return _in_opening(file, file.opening(case.begins), place, act)


def _in_opening(file: CaseFile, one: Opening, place: int, act: Act) -> CaseFile:
    before = len(file.acts_of(one)) - len(one.acts)
    if place < before:
        return _in_opening(file, file.opening(one.begins), place, act)
    here = place - before
    new = replace(one, acts=(*one.acts[:here], act, *one.acts[here:]))
    openings = tuple(new if other.name == one.name else other for other in file.openings)
    return replace(file, openings=openings)


def _with(file: CaseFile, one: WorkedCase | RuleCase) -> CaseFile:
    cases = tuple(one if other.name == one.name else other for other in file.cases)
    return replace(file, cases=cases)
