"""A county's own versions of the base's flows, where what they name means something else there.

What a diagram names is bound when it is published. A flow of the base that calls a part, or
shows a text, which a county has changed would go on using the base's. So the county gets a
version of the same diagram bound to the county's; it is given up when nothing differs any more.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import InvalidError
from models.flow.definition import BASE, Asset, Definition, DefinitionStatus
from models.identity.actor import PLATFORM, Actor
from models.identity.county import County
from processes import contents, publishing
from processes.meaning import Meaning
from processes.references import named_in

BOUND = ("forms/", "decisions/", "notices/", "letters/")
"""Where the files lie that a version pins."""


class CircularCallsError(InvalidError):
    """Flows call one another in a circle."""

    message = "这些流程互相调用，不能发布，请拆开：{flows}。"


def publish_all(
    session: Session,
    county: str,
    own: Mapping[str, bytes],
    actor: Actor,
    *,
    author: str | None = None,
    rebased: Mapping[str, str] | None = None,
) -> bool:
    """Publish a county's (or the base's) own diagrams and what follows from them in the county.

    With an ``author`` the caller has made sure that the actor may publish that account's work.
    ``rebased`` says of flows by key which diagram of the base they start from now.
    """
    below = {} if county == BASE else _in_force(session, BASE)
    digests = {key: row.diagram for key, row in below.items()}
    bodies = contents.get_all(session, digests) | dict(own)
    changed = _give_up(session, county, set(bodies))
    now, held = Meaning(session, county), _in_force(session, county)
    for key, body in in_order(bodies):
        mine = held.get(key)
        if key in own:
            changed |= _publish(now, mine, body, actor, author)
            if key in (rebased or {}) and county != BASE:
                row = _in_force(session, county)[key]
                row.base_id = _version_of(session, key, (rebased or {})[key])
        else:
            changed |= _inherit(now, mine, below[key], body)
    return changed


def _version_of(session: Session, key: str, diagram: str) -> str | None:
    """Return the base's newest version of a flow with this diagram."""
    same = (Definition.key == key, Definition.county_code == BASE, Definition.diagram == diagram)
    query = select(Definition.id).where(*same).order_by(Definition.version.desc())
    return session.scalar(query.limit(1))


def _give_up(session: Session, county: str, known: set[str]) -> bool:
    """Retire what a county has of the base that the base has no longer."""
    gone = [
        row
        for key, row in _in_force(session, county).items()
        if key not in known and is_inherited(session, row)
    ]
    for row in gone:
        row.status = DefinitionStatus.RETIRED
    session.flush()
    return bool(gone)


def follow(session: Session, county: str) -> None:
    """Let what is inherited follow a flow just published in a county, or in the base."""
    every = select(County.code).order_by(County.code)
    for code in session.scalars(every).all() if county == BASE else [county]:
        if code != BASE and _differs(session, code):
            publish_all(session, code, {}, PLATFORM)


def is_inherited(session: Session, row: Definition) -> bool:
    """Return whether a county's version is a diagram of the base that nobody changed there."""
    same = (Definition.key == row.key, Definition.county_code == BASE)
    query = select(Definition.id).where(*same, Definition.diagram == row.diagram).limit(1)
    return row.county_code != BASE and session.scalar(query) is not None


def in_order(bodies: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield diagrams by key, called flows before their callers."""
    waiting = {key: named_in(body).calls for key, body in sorted(bodies.items())}
    while waiting:
        ready = [key for key, calls in waiting.items() if not calls & set(waiting)]
        if not ready:
            raise CircularCallsError(flows="、".join(waiting))
        for key in ready:
            del waiting[key]
            yield key, bodies[key]


def _inherit(now: Meaning, mine: Definition | None, base: Definition, body: bytes) -> bool:
    """Give the county a version of a base's diagram, or give it up."""
    if mine is not None and not is_inherited(now.session, mine):
        return False
    if now.pins(named_in(body)) != dict(base.resources):
        return _publish(now, mine, body, PLATFORM, None)
    if mine is not None:
        mine.status = DefinitionStatus.RETIRED
        now.session.flush()
        now.forget()
    return mine is not None


def _publish(
    now: Meaning, mine: Definition | None, body: bytes, actor: Actor, author: str | None
) -> bool:
    if publishing.is_in_force(mine, body, now):
        return False
    publishing.publish_at_once(now, body, actor, author=author)
    return True


def _in_force(session: Session, county: str) -> dict[str, Definition]:
    query = select(Definition).where(
        Definition.county_code == county, Definition.status == DefinitionStatus.PUBLISHED
    )
    return {row.key: row for row in session.scalars(query)}


def _differs(session: Session, county: str) -> bool:
    """Return whether a county has any diagram or text of its own."""
    paths = session.scalars(select(Asset.path).where(Asset.county_code == county))
    return any(path.startswith(BOUND) for path in paths) or bool(_in_force(session, county))
