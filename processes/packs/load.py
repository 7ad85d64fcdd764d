"""Loads a pack: rules, roles, texts and forms as they are now, diagrams as published versions.

Loading the same pack again changes nothing; a changed file makes new versions of the flows that
refer to it, and running cases stay on theirs.
"""

from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import InvalidError
from models.flow.definition import BASE, Asset, RuleValue
from models.flow.rules import forget_rules
from models.identity.actor import Actor
from models.identity.county import County
from models.ids import new_id
from models.ledger.log import record
from processes import contents, inherited
from processes.lint import Finding
from processes.lint.diagram import Diagram
from processes.packs.check import content_findings
from processes.packs.pack import Pack, open_pack
from processes.references import references_of

DIAGRAMS = "diagrams/"


class PackFaultyError(InvalidError):
    """The check found errors; nothing of the pack was stored."""

    message = "规则包“{pack}”有{count}处错误，没有载入：{first}"

    def __init__(self, pack: str, findings: list[Finding]) -> None:
        first = f"{findings[0].element}：{findings[0].message}"
        told = [f"{one.element}：{one.message}" for one in findings]
        super().__init__(pack=pack, count=len(findings), first=first, findings=told)
        self.findings = findings


class BaseMissingError(InvalidError):
    """A county's pack was loaded before the base."""

    message = "请先载入基础包，再载入区县“{pack}”的规则包。"


def load_pack(session: Session, folder: Path, actor: Actor) -> Pack:
    """Store a pack, all of it or nothing, and publish what changed."""
    pack = open_pack(folder)
    findings = [*pack.findings, *content_findings(pack)]
    if errors := [one for one in findings if one.level == "error"]:
        raise PackFaultyError(pack.code, errors)
    if pack.code != BASE:
        _county(session, pack)
    changed = _assets(session, pack)
    changed |= _rules(session, pack)
    session.flush()
    forget_rules()
    changed |= _flows(session, pack, actor)
    if changed and pack.code == BASE:
        inherited.follow(session, BASE)
    if changed:
        after = {"pack": pack.code, "files": len(pack.files)}
        record(session, actor, "pack:loaded", f"pack/{pack.code}", at=business_now(), after=after)
    return pack


def _county(session: Session, pack: Pack) -> None:
    if session.scalar(select(Asset.id).where(Asset.county_code == BASE).limit(1)) is None:
        raise BaseMissingError(pack=pack.code)
    parent = pack.manifest.get("parent")
    if parent is not None and session.get(County, parent) is None:
        raise BaseMissingError(pack=str(parent))
    county = session.get(County, pack.code) or County(code=pack.code, is_open=True)
    county.name, county.parent_code = str(pack.manifest["name"]), parent
    session.add(county)
    session.flush()


def _assets(session: Session, pack: Pack) -> bool:
    """Make the stored files those of the pack; diagrams are kept as definitions instead."""
    files = {path: body for path, body in pack.files.items() if not path.startswith(DIAGRAMS)}
    query = select(Asset).where(Asset.county_code == pack.code)
    stored = {row.path: row for row in session.scalars(query)}
    changed = set(stored) != set(files)
    for path in set(stored) - set(files):
        session.delete(stored[path])
    for path, body in sorted(files.items()):
        digest = contents.put(session, body)
        row = stored.get(path)
        if row is None:
            row = Asset(id=new_id(), county_code=pack.code, path=path, sha256=digest)
            session.add(row)
        changed |= row.sha256 != digest
        row.sha256 = digest
    return changed


def _rules(session: Session, pack: Pack) -> bool:
    """Make the stored rule values those of the pack."""
    wanted = {
        (rule.key, one.from_on): (rule.label, rule.unit, one.value, one.source)
        for rule in pack.rules.values()
        for one in rule.values
    }
    query = select(RuleValue).where(RuleValue.county_code == pack.code)
    stored = {
        (row.key, row.from_on): (row.label, row.unit, row.value, row.source)
        for row in session.scalars(query)
    }
    if wanted == stored:
        return False
    session.execute(delete(RuleValue).where(RuleValue.county_code == pack.code))
    for (key, from_on), (label, unit, value, source) in sorted(wanted.items()):
        row = RuleValue(county_code=pack.code, key=key, from_on=from_on, label=label, unit=unit)
        row.value, row.source = value, source
        session.add(row)
    return True


def _flows(session: Session, pack: Pack, actor: Actor) -> bool:
    own = {
        references_of(Diagram(body)).key: body
        for path, body in sorted(pack.files.items())
        if path.startswith(DIAGRAMS)
    }
    try:
        return inherited.publish_all(session, pack.code, own, actor)
    except inherited.CircularCallsError as error:
        raise PackFaultyError(
            pack.code, [Finding(pack.code, "calls", "error", error.text)]
        ) from error
