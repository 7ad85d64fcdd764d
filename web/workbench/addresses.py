"""Where each file of a proposal is edited."""

from pathlib import PurePosixPath
from urllib.parse import quote

EDITORS = {"diagrams": "modeller", "forms": "forms", "decisions": "decisions", "cases": "cases"}
"""Folder → the first part of its editor's address; the others are written as text."""
TEXTS = ("notices", "letters")
RULES = "rules.toml"


def editor_url(proposal_id: str, path: str) -> str:
    """Return the address at which a file of a proposal is edited."""
    folder, name = path.rpartition("/")[0], PurePosixPath(path).stem
    given = quote(proposal_id, safe="")
    if folder in EDITORS:
        return f"/{EDITORS[folder]}/{given}/{quote(name, safe='')}"
    if folder in TEXTS:
        return f"/texts/{given}/{folder}/{quote(name, safe='')}"
    if path == RULES:
        return f"/rules?proposal={given}"
    return plain_url(proposal_id, path)


def plain_url(proposal_id: str, path: str) -> str:
    """Return the address at which any file of a proposal is edited as text."""
    return f"/files/{quote(proposal_id, safe='')}/{quote(path)}"


def compare_url(proposal_id: str, path: str) -> str:
    """Return the address at which a file of a proposal is compared with what holds."""
    return f"/proposals/{quote(proposal_id, safe='')}/compare/{quote(path)}"
