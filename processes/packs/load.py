"""Loads a pack: rules, roles, texts and forms as they are now, diagrams as published versions.

Loading the same pack again changes nothing; a changed file makes new versions of the flows that
refer to it, and running cases stay on theirs.
"""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.definition import BASE, Asset
from models.identity.actor import Actor
from models.identity.county import County
from models.ledger.log import record
from processes.packs.check import content_findings
from processes.packs.checked import is_sound, keep_sound
from processes.packs.errors import BaseMissingError, PackFaultyError
from processes.packs.pack import RULES, Pack, open_pack
from processes.packs.storing import DIAGRAMS, By, own_diagrams, store_files
from processes.publishing import is_checked_before


def load_pack(session: Session, folder: Path, actor: Actor) -> Pack:
    """Store a pack, all of it or nothing, and publish what changed."""
    pack = open_pack(folder)
    known = is_checked_before() or is_sound(session, pack)
    findings = [*pack.findings, *(() if known else content_findings(pack))]
    if errors := [one for one in findings if one.level == "error"]:
        raise PackFaultyError(pack.code, errors)
    if pack.code != BASE:
        _county(session, pack)
    files = {**_taken_away(session, pack), **pack.files}
    changed = store_files(session, pack.code, files, By(actor), load=True)
    if not known:
        keep_sound(session, pack)
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


def _taken_away(session: Session, pack: Pack) -> dict[str, bytes | None]:
    """Return what is stored of a county's own and no longer stands in its pack."""
    stored = set(session.scalars(select(Asset.path).where(Asset.county_code == pack.code)))
    stored |= {f"{DIAGRAMS}{key}.bpmn" for key in own_diagrams(session, pack.code)}
    stored |= {RULES}
    return dict.fromkeys(stored - set(pack.files))
