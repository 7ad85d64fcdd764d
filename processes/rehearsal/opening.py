"""How a flow is begun in a rehearsal: by itself, by a newcomer, or about a project come so far."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from processes.lint.diagram import Diagram
from processes.packs.storing import DIAGRAMS, key_of
from processes.references import References, named_in, takes_of
from processes.rehearsal.coming import Act

NEWCOMER, APPLICANT, PLATFORM = "newcomer", "applicant", "platform"
ENROL = "enrolment.begin"
USUAL_KIND = "agency"
USUAL_COMPANY = "contractor1"
FIRST = ("random_selection", "reverse_auction", "comparative_selection", "emergency_works")
"""The ways to select, in the order in which one is taken to ask for something about it."""
STARTERS: tuple[Act, ...] = ({}, {"by": "owner"}, {"by": "$winner"})
"""Who may begin a request: whoever its lane names, the owner as organiser, the winner."""
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Opening:
    """What is done first; of ``starts`` the first that is not refused begins the flow."""

    before: tuple[Act, ...]
    starts: tuple[Act, ...]
    phases: frozenset[str] = frozenset()
    """Where ``before`` is to be walked on to; empty when it is enough by itself."""


def openings(files: Files, flow: str, withheld: Collection[str] = ()) -> list[Opening]:
    """Return the ways to begin a flow, the likeliest first; none for a mere part of others."""
    body = files.get(f"{DIAGRAMS}{flow}.bpmn")
    named = _named(body) if body is not None else None
    if body is None or named is None:
        return [Opening((), ({"start": flow},))]
    if is_part(files, flow):
        return []
    if named.phases:
        mains = [one for one in begun_by_people(files) if one not in withheld and one != flow]
        return [_about(main, flow, frozenset(named.phases)) for main in mains]
    if APPLICANT in named.starters and (kind := _kind_of(Diagram(body))):
        start = {"start": flow, "by": NEWCOMER, "data": {"kind": kind}}
        return [Opening(({"event": "register", "kind": kind},), (start,))]
    about = {"about": USUAL_COMPANY} if "enterprise" in takes_of(Diagram(body)) else {}
    return [Opening((), ({"start": flow, **about},))]


def _about(main: str, flow: str, phases: frozenset[str]) -> Opening:
    starts = tuple({"start": flow, "about": main, **who} for who in STARTERS)
    return Opening(({"start": main},), starts, phases)


def is_part(files: Files, flow: str) -> bool:
    """Return whether a flow is begun by other flows alone."""
    body = files.get(f"{DIAGRAMS}{flow}.bpmn")
    named = _named(body) if body is not None else None
    return named is not None and PLATFORM in named.starters


def begun_by_people(files: Files) -> list[str]:
    """Return the flows that a person begins from nothing, the ways to select first."""
    found = dict(_begun(files))
    listed = [key for key in FIRST if key in found]
    return [*listed, *sorted(key for key in found if key not in FIRST)]


def _begun(files: Files) -> Iterator[tuple[str, References]]:
    for path, body in files.items():
        named = _named(body) if path.startswith(DIAGRAMS) else None
        if named is None or named.phases or PLATFORM in named.starters:
            continue
        if APPLICANT not in named.starters and not takes_of(Diagram(body)):
            yield key_of(path), named


def _named(body: bytes) -> References | None:
    try:
        return named_in(body)
    except Exception:  # noqa: BLE001 - its own finding says what is wrong with it
        return None


def _kind_of(diagram: Diagram) -> str:
    """Return as what a newcomer registers for an enrolment; nothing when it is none."""
    for one in diagram.root.iter("{*}serviceTaskOperator"):
        if one.get("id") == ENROL:
            given = [each for each in one.iter("{*}parameter") if each.get("id") == "kind"]
            value = str(given[0].get("value")) if given else ""
            return value.strip("'\"") if value[:1] in ("'", '"') else USUAL_KIND
    return ""
