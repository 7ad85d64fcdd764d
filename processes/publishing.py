"""From an uploaded diagram to a version in force: checked, stored, pinned, published."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.definition import BASE, Definition, DefinitionStatus
from models.flow.rules import load_rules
from models.identity.actor import PLATFORM, Actor
from models.identity.county import County
from models.ids import new_id
from models.ledger.log import record
from processes import contents
from processes.case_errors import CountyUnknownError
from processes.definitions import pinned
from processes.lint import Finding, check
from processes.meaning import Meaning
from processes.publishing_errors import (
    DiagramFaultyError,
    MayNotEditFlowsError,
    SecondPersonNeededError,
    VersionNotFoundError,
    VersionRetiredError,
)
from processes.references import References, named_in

ANALYST, PUBLISHER = "analyst", "publisher"
APPROVAL = "publishing.approval"
_was_checked: ContextVar[bool] = ContextVar("was_checked", default=False)


def create_draft(
    session: Session,
    bpmn: bytes,
    county: str,
    actor: Actor,
    *,
    also: Collection[str] = (),
    trusted: bool = False,
) -> tuple[Definition, list[Finding]]:
    """Check and store a diagram as a new draft; the newest version's own bytes change nothing.

    ``also`` are keys of flows that are stored in the same go and may be called; ``trusted``: the
    caller has made sure that the actor may.
    """
    if not trusted:
        check_editor(session, actor, county)
    now = Meaning(session, county)
    findings = _checked(now, bpmn, also)
    return _draft(now, bpmn, findings, actor), findings


def _draft(now: Meaning, bpmn: bytes, findings: list[Finding], actor: Actor) -> Definition:
    session, county = now.session, now.county
    named = named_in(bpmn)
    newest = _newest(session, named.key, county)
    digest = contents.put(session, bpmn)
    if newest is not None and newest.diagram == digest and _is_current(newest, now, named):
        return newest
    draft = Definition(
        id=new_id(),
        key=named.key,
        county_code=county,
        version=(newest.version if newest else 0) + 1,
        title=named.title,
        status=DefinitionStatus.DRAFT,
        diagram=digest,
        findings=[asdict(each) for each in findings],
        base_id=_base_of(now, named.key),
        created_at=business_now(),
        created_by=actor.account_id,
    )
    session.add(draft)
    session.flush()
    _log(session, actor, "definition:drafted", draft)
    return draft


def publish(
    session: Session, key: str, county: str, version: int, actor: Actor, *, trusted: bool = False
) -> Definition:
    """Put a version in force in its county and retire the former; twice changes nothing."""
    draft = _version(session, key, county, version)
    if not trusted:
        _check_publisher(session, actor, draft)
    if draft.status == DefinitionStatus.PUBLISHED:
        return draft
    if draft.status == DefinitionStatus.RETIRED:
        raise VersionRetiredError(key=key, version=version)
    now, bpmn = Meaning(session, county), contents.get(session, draft.diagram)
    _put_in_force(now, draft, _checked(now, bpmn, ()), actor)
    return draft


def publish_at_once(
    now: Meaning, bpmn: bytes, actor: Actor, *, author: str | None = None
) -> Definition:
    """Draft a diagram and put it in force in the same go, so that it is checked once.

    With an ``author`` the caller has made sure that the actor may publish that account's work.
    """
    if author is None:
        check_editor(now.session, actor, now.county)
    findings = _checked(now, bpmn, ())
    draft = _draft(now, bpmn, findings, actor)
    draft.created_by = author or draft.created_by
    if author is None:
        _check_publisher(now.session, actor, draft)
    _put_in_force(now, draft, findings, actor)
    return draft


def _put_in_force(now: Meaning, draft: Definition, findings: list[Finding], actor: Actor) -> None:
    session = now.session
    draft.findings = [asdict(each) for each in findings]
    _pin(draft, now, named_in(contents.get(session, draft.diagram)))
    _retire_former(session, draft)
    draft.status, draft.published_at = DefinitionStatus.PUBLISHED, business_now()
    draft.published_by = actor.account_id
    session.flush()
    now.publish(draft)
    _log(session, actor, "definition:published", draft)


def diagram_for(session: Session, key: str, county: str, version: int, actor: Actor) -> bytes:
    """Return the diagram of a version to those who edit flows."""
    check_editor(session, actor, county)
    return contents.get(session, _version(session, key, county, version).diagram)


def is_in_force(row: Definition | None, bpmn: bytes, now: Meaning) -> bool:
    """Return whether a version in force is exactly this diagram, bound as it would be now."""
    if row is None or row.diagram != sha256(bpmn).hexdigest():
        return False
    return dict(row.resources) == now.pins(named_in(bpmn))


def _base_of(now: Meaning, key: str) -> str | None:
    """Return the base's version that a county's own is made from: its predecessor's, or today's."""
    if now.county == BASE:
        return None
    today = now.below[key].id if key in now.below else None
    former = _newest_published(now.session, key, now.county)
    if former is None or former.base_id is None:
        return today
    below = now.session.get(Definition, former.base_id)
    is_own = below is None or below.diagram != former.diagram
    return former.base_id if is_own else today


def _newest_published(session: Session, key: str, county: str) -> Definition | None:
    same = (Definition.key == key, Definition.county_code == county)
    return session.scalar(
        select(Definition).where(*same, Definition.status == DefinitionStatus.PUBLISHED)
    )


def _version(session: Session, key: str, county: str, version: int) -> Definition:
    same = (Definition.key == key, Definition.county_code == county)
    found = session.scalar(select(Definition).where(*same, Definition.version == version))
    if found is None:
        raise VersionNotFoundError(key=key, version=version)
    return found


@contextmanager
def checked_before() -> Iterator[None]:
    """Leave the check out in this block: what is stored here is a copy of what has passed it."""
    token = _was_checked.set(True)
    try:
        yield
    finally:
        _was_checked.reset(token)


def is_checked_before() -> bool:
    """Return whether what is stored now has passed the check where it was stored first."""
    return _was_checked.get()


def _checked(now: Meaning, bpmn: bytes, also: Collection[str]) -> list[Finding]:
    if is_checked_before():
        return []
    findings = check(bpmn, now.catalogue(also))
    if any(each.level == "error" for each in findings):
        raise DiagramFaultyError(findings)
    return findings


def _pin(draft: Definition, now: Meaning, named: References) -> None:
    """Bind the version to the files, flows and roles that its names mean today."""
    draft.resources, titles = now.pins(named), now.titles
    draft.lanes = {lane: titles[lane] for lane in named.lanes | named.escalates if lane in titles}
    starters = {titles.get(each, each) for each in named.starters or named.first_lanes}
    if not named.starters:
        for key in named.first_calls:
            starters |= set(pinned(now.session, draft.resources[f"calls/{key}"]).starters)
    draft.starters = sorted(starters)
    draft.phases = list(named.phases)
    draft.is_matter = named.is_matter


def _retire_former(session: Session, draft: Definition) -> None:
    session.execute(
        update(Definition)
        .where(
            Definition.key == draft.key,
            Definition.county_code == draft.county_code,
            Definition.status == DefinitionStatus.PUBLISHED,
        )
        .values(status=DefinitionStatus.RETIRED)
    )


def _newest(session: Session, key: str, county: str) -> Definition | None:
    same = (Definition.key == key, Definition.county_code == county)
    newest = select(func.max(Definition.version)).where(*same).scalar_subquery()
    return session.scalar(select(Definition).where(*same, Definition.version == newest))


def _is_current(newest: Definition, now: Meaning, named: References) -> bool:
    """Return whether a version is still what its diagram would be published as now."""
    if newest.status == DefinitionStatus.PUBLISHED:
        return dict(newest.resources) == now.pins(named)
    return newest.status == DefinitionStatus.DRAFT


def check_editor(session: Session, actor: Actor, county: str) -> None:
    """Raise unless the county exists and the actor edits or publishes its flows."""
    if county != BASE and session.get(County, county) is None:
        raise CountyUnknownError(county=county)
    if actor != PLATFORM and not (actor.holds(ANALYST, county) or actor.holds(PUBLISHER, county)):
        raise MayNotEditFlowsError


def _check_publisher(session: Session, actor: Actor, draft: Definition) -> None:
    check_editor(session, actor, draft.county_code)
    if actor == PLATFORM or not wants_two(session, draft.county_code):
        return
    if actor.account_id == draft.created_by or not actor.holds(PUBLISHER, draft.county_code):
        raise SecondPersonNeededError


def wants_two(session: Session, county: str) -> bool:
    """Return whether a second person publishes; what is base's is the city's own to decide."""
    decides = (_city(session) or BASE) if county == BASE else county
    rules = load_rules(session, decides, business_now().date()).rules
    return APPROVAL in rules and bool(rules[APPROVAL].value)


def _city(session: Session) -> str | None:
    """Return the one county above all others, if there is one."""
    query = select(County.code).where(County.parent_code.is_(None), County.is_open)
    roots = session.scalars(query.limit(2)).all()
    return roots[0] if len(roots) == 1 else None


def _log(session: Session, actor: Actor, action: str, definition: Definition) -> None:
    after: dict[str, Any] = {
        "key": definition.key,
        "county": definition.county_code,
        "version": definition.version,
        "sha256": definition.diagram,
    }
    record(session, actor, action, definition.id, at=business_now(), after=after)
