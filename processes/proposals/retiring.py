"""Taking a flow out of a county: its own goes, one of the base is said to be withheld."""

import tomllib
from typing import Any

from sqlalchemy.orm import Session

from models.errors import InvalidError
from models.flow.definition import BASE
from models.flow.proposal import Proposal
from models.identity.actor import Actor
from models.identity.county import County
from processes.packs.pack import MANIFEST
from processes.packs.toml_edit import edited
from processes.packs.toml_text import toml_text
from processes.proposals import files
from processes.proposals.reading import read_file
from processes.proposals.saving import save_file

WITHHOLDS = "withholds"


class ManifestUnreadableError(InvalidError):
    """The proposal's ``pack.toml`` has a mistake of its own, so nothing can be put into it."""

    message = "改动单里的 pack.toml 写法不对，请先作为文件打开改正，再停办或恢复开办流程。"


def retire(session: Session, proposal: Proposal, key: str, actor: Actor) -> None:
    """Let a proposal take a flow out of its county: no case begins, those under way go on."""
    path = f"diagrams/{key}.bpmn"
    shown = read_file(session, proposal.county_code, path, proposal)
    if shown.source != "base" or proposal.county_code == BASE:
        save_file(session, proposal, path, None, version=shown.version, actor=actor)
    if files.below(session, proposal.county_code, path) is not None:
        _withhold(session, proposal, key, actor, out=True)


def offer_again(session: Session, proposal: Proposal, key: str, actor: Actor) -> None:
    """Let a proposal offer a flow of the base again that its county withholds."""
    _withhold(session, proposal, key, actor, out=False)


def is_withheld(session: Session, county: str, key: str, proposal: Proposal | None = None) -> bool:
    """Return whether a county's manifest, or a proposal's, withholds a flow of the base."""
    body = read_file(session, county, MANIFEST, proposal).body
    return key in tomllib.loads(body.decode()).get(WITHHOLDS, ()) if body else False


def _withhold(session: Session, proposal: Proposal, key: str, actor: Actor, *, out: bool) -> None:
    shown = read_file(session, proposal.county_code, MANIFEST, proposal)
    body = withheld(shown.body or _manifest(session, proposal), key, out=out)
    save_file(session, proposal, MANIFEST, body, version=shown.version, actor=actor)


def withheld(body: bytes, key: str, *, out: bool) -> bytes:
    """Return a manifest with or without a flow among those withheld; its remarks stay."""
    table = _table(body)
    kept = [one for one in table.get(WITHHOLDS, ()) if one != key]
    table[WITHHOLDS] = [*kept, key] if out else kept
    if not table[WITHHOLDS]:
        del table[WITHHOLDS]
    return edited(body, table)


def _table(body: bytes) -> dict[str, Any]:
    try:
        table = tomllib.loads(body.decode())
    except (ValueError, RecursionError):
        raise ManifestUnreadableError from None
    if not isinstance(table.get(WITHHOLDS, []), list):
        raise ManifestUnreadableError
    return table


def _manifest(session: Session, proposal: Proposal) -> bytes:
    county = session.get_one(County, proposal.county_code)
    return toml_text({"code": county.code, "name": county.name, "extends": BASE}).encode()
