"""Puts changed files of a county's pack in force: texts, rules and flows, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.flow.definition import BASE, Asset, Definition, DefinitionStatus, RuleValue
from models.flow.rules import forget_rules
from models.identity.actor import Actor
from models.identity.county import County
from models.ids import new_id
from models.session import after_commit
from processes import contents, inherited
from processes.kept_titles import forget_role_titles
from processes.lint import Finding
from processes.packs.errors import PackFaultyError
from processes.packs.pack import MANIFEST, RULES, read_manifest
from processes.packs.roles import PATH as ROLES
from processes.packs.rules import Declared, read_rules
from processes.references import named_in

DIAGRAMS = "diagrams/"


@dataclass(frozen=True)
class By:
    """Who puts files in force, and whose work they are."""

    actor: Actor
    author: str | None = None
    """The account that edited them, when another one publishes."""
    rebased: Mapping[str, str] = field(default_factory=dict)
    """Path → the base's file that the county's now starts from, as after an upgrade."""


def store_files(
    session: Session, county: str, files: Mapping[str, bytes | None], by: By, *, load: bool = False
) -> bool:
    """Put files of a county in force (nothing = take away); return whether anything changed.

    Rights are the caller's affair. ``load``: a whole pack, made for the base as it is now.
    """
    texts = {path: body for path, body in files.items() if not path.startswith(DIAGRAMS)}
    changed = _assets(session, county, texts, None if load else by.rebased)
    if RULES in texts:
        changed |= _rules(session, county, texts[RULES])
    if texts.get(MANIFEST) and county != BASE:
        _name(session, county, texts[MANIFEST] or b"")
    session.flush()
    forget_rules()
    after_commit(session, forget_rules)  # another request may have read the old ones meanwhile
    if ROLES in texts:
        after_commit(session, forget_role_titles)
    bound = any(path.startswith(inherited.BOUND) for path in texts)
    if load or bound or len(texts) < len(files):
        changed |= _flows(session, county, files, by)
    if changed and county == BASE:
        inherited.follow(session, BASE)
    return changed


def own_diagrams(session: Session, county: str) -> dict[str, Definition]:
    """Return the flows in force that are a county's own work, by key."""
    query = select(Definition).where(
        Definition.county_code == county, Definition.status == DefinitionStatus.PUBLISHED
    )
    rows = {row.key: row for row in session.scalars(query)}
    if county == BASE or not rows:
        return rows
    theirs = select(Definition.key, Definition.diagram).where(
        Definition.county_code == BASE, Definition.key.in_(rows)
    )
    shared = {(key, digest) for key, digest in session.execute(theirs)}
    return {key: row for key, row in rows.items() if (key, row.diagram) not in shared}


def _assets(
    session: Session,
    county: str,
    files: Mapping[str, bytes | None],
    rebased: Mapping[str, str] | None,
) -> bool:
    """Store texts; ``rebased`` is nothing when every changed one starts from the base's."""
    stored = _by_path(session, county)
    below = {} if county == BASE else {k: v.sha256 for k, v in _by_path(session, BASE).items()}
    changed = False
    for path, body in sorted(files.items()):
        row = stored.get(path)
        if body is None:
            if row is not None:
                session.delete(row)
                changed = True
            continue
        digest = contents.put(session, body)
        if row is None:
            row = Asset(id=new_id(), county_code=county, path=path, sha256="")
            session.add(row)
        if not row.sha256 or (rebased is None and row.sha256 != digest):
            row.base_sha256 = below.get(path)
        row.base_sha256 = (rebased or {}).get(path, row.base_sha256)
        changed |= row.sha256 != digest
        row.sha256 = digest
    return changed


def _by_path(session: Session, county: str) -> dict[str, Asset]:
    query = select(Asset).where(Asset.county_code == county)
    return {row.path: row for row in session.scalars(query)}


def _rules(session: Session, county: str, body: bytes | None) -> bool:
    """Make the stored rule values those of a file."""
    wanted = {
        (rule.key, one.from_on): (rule.label, rule.unit, one.value, one.source)
        for rule in declared(session, county, body or b"").values()
        for one in rule.values
    }
    query = select(RuleValue).where(RuleValue.county_code == county)
    stored = {
        (row.key, row.from_on): (row.label, row.unit, row.value, row.source)
        for row in session.scalars(query)
    }
    if wanted == stored:
        return False
    session.execute(delete(RuleValue).where(RuleValue.county_code == county))
    for (key, from_on), (label, unit, value, source) in sorted(wanted.items()):
        row = RuleValue(county_code=county, key=key, from_on=from_on, label=label, unit=unit)
        row.value, row.source = value, source
        session.add(row)
    return True


def declared(session: Session, county: str, body: bytes) -> dict[str, Declared]:
    """Return the rules of a county's file; raise when one is wrong."""
    below: dict[str, Declared] | None = None
    if county != BASE:
        digest = contents.assets(session, BASE, RULES).get(RULES)
        below = read_rules(contents.get(session, digest), None)[0] if digest else {}
    rules, found = read_rules(body, below)
    if found:
        raise PackFaultyError(county, found)
    return rules


def _name(session: Session, code: str, body: bytes) -> None:
    """Give the county the name and the parent that its manifest says."""
    manifest: dict[str, Any] = read_manifest(body)
    county = session.get_one(County, code)
    county.name = str(manifest.get("name", county.name))
    county.parent_code = manifest.get("parent")


def _flows(session: Session, county: str, files: Mapping[str, bytes | None], by: By) -> bool:
    held = own_diagrams(session, county)
    given = {path: body for path, body in files.items() if path.startswith(DIAGRAMS)}
    taken = {key_of(path) for path, body in given.items() if body is None} & set(held)
    own = {key: contents.get(session, row.diagram) for key, row in held.items()}
    own |= {named_in(body).key: body for body in given.values() if body is not None}
    for key in taken:
        held[key].status = DefinitionStatus.RETIRED
        del own[key]
    session.flush()
    starts = {key_of(path): one for path, one in by.rebased.items() if path.startswith(DIAGRAMS)}
    try:
        done = inherited.publish_all(
            session, county, own, by.actor, author=by.author or by.actor.account_id, rebased=starts
        )
    except inherited.CircularCallsError as error:
        raise PackFaultyError(county, [Finding(county, "calls", "error", error.text)]) from error
    return done or bool(taken)


def key_of(path: str) -> str:
    """Return the key of the flow whose diagram lies at a path."""
    return path.removeprefix(DIAGRAMS).removesuffix(".bpmn")
