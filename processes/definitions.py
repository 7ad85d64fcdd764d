"""Published flows as the engine reads them: what they pin, and their specs, cached by version."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFoundError
from models.flow.definition import BASE, Definition, DefinitionStatus
from processes import contents
from processes.specs import Prepared, Source, SpecCache

KEPT = 1024


class FlowNotFoundError(NotFoundError):
    """No published flow of this key is in force in the county."""

    message = "没有已发布的流程“{flow}”，请检查流程标识，或请流程分析员先发布。"


@dataclass(frozen=True)
class Pinned:
    """A published version: nothing of it ever changes, so that it is read once per process."""

    id: str
    key: str
    county_code: str
    version: int
    title: str
    diagram: str
    resources: Mapping[str, str]
    lanes: Mapping[str, str]
    starters: tuple[str, ...]
    phases: tuple[str, ...] = ()


_pinned: dict[str, Pinned] = {}
_session: ContextVar[Session] = ContextVar("session_of_the_loader")


def in_force(session: Session, key: str, county: str) -> Definition:
    """Return the published version that holds in a county: its own, or else the base's."""
    found = session.scalars(
        select(Definition).where(
            Definition.key == key,
            Definition.county_code.in_((county, BASE)),
            Definition.status == DefinitionStatus.PUBLISHED,
        )
    ).all()
    if not found:
        raise FlowNotFoundError(flow=key)
    return min(found, key=lambda each: each.county_code == BASE)


def pinned(session: Session, definition_id: str) -> Pinned:
    """Return what a version pins; a draft is read anew each time."""
    kept = _pinned.get(definition_id)
    if kept is not None:
        return kept
    row = session.get(Definition, definition_id)
    if row is None:
        raise FlowNotFoundError(flow=definition_id)
    made = pinned_of(row)
    if row.status != DefinitionStatus.DRAFT:
        if len(_pinned) >= KEPT:
            _pinned.clear()
        _pinned[definition_id] = made
    return made


def pinned_of(row: Definition) -> Pinned:
    """Return a stored definition as an unchanging value."""
    return Pinned(
        row.id,
        row.key,
        row.county_code,
        row.version,
        row.title,
        row.diagram,
        dict(row.resources),
        dict(row.lanes),
        tuple(row.starters),
        tuple(row.phases),
    )


def get_resource(session: Session, definition: Definition | Pinned, name: str) -> bytes:
    """Return a file a version pins (``forms/x.json``), or else what its county has now."""
    return contents.get(session, _digest(session, definition, name))


def get_json(session: Session, definition: Definition | Pinned, name: str) -> Any:  # noqa: ANN401
    """Return a JSON file a version pins, parsed; it is shared and must not be changed."""
    return contents.get_json(session, _digest(session, definition, name))


def _digest(session: Session, definition: Definition | Pinned, name: str) -> str:
    digest = definition.resources.get(name) or contents.assets(
        session, definition.county_code, name
    ).get(name)
    if digest is None:
        raise contents.ResourceMissingError(name=name)
    return digest


def diagram(session: Session, definition_id: str) -> bytes:
    """Return the diagram of a version as it was uploaded."""
    return contents.get(session, pinned(session, definition_id).diagram)


def prepared(session: Session, definition_id: str) -> Prepared:
    """Return a version ready to run, with everything it calls; parsed once per process."""
    token = _session.set(session)
    try:
        return SPECS.get(definition_id)
    finally:
        _session.reset(token)


def _load(definition_id: str) -> Source:
    session = _session.get()
    version = pinned(session, definition_id)
    resources = version.resources
    return Source(
        key=version.id,
        process_id=version.key,
        bpmn=contents.get(session, version.diagram),
        dmn=tuple(
            contents.get(session, digest)
            for name, digest in sorted(resources.items())
            if name.startswith("decisions/")
        ),
        calls={
            name.removeprefix("calls/"): called
            for name, called in resources.items()
            if name.startswith("calls/")
        },
    )


SPECS = SpecCache(_load)
"""Every version this process has run: shared by all instances and threads."""
