"""File fields hold references to stored documents; the server's own reference is what is kept."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from processes.forms import messages
from processes.forms.limits import MAX_FILES
from processes.forms.schema import Component

Documents = Callable[[str], Mapping[str, Any] | None]
"""Gives ``id, sha256, name, size`` of a document this person may attach, or None."""

KEPT = ("id", "sha256", "name", "size")


def file_problem(component: Component, value: object, documents: Documents | None) -> str | None:
    """Return what is wrong with the documents of a field, or None."""
    if not isinstance(value, list):
        return messages.WRONG_KIND
    if len(value) > 1 and component.get("multiple") is not True:
        return messages.ONE_FILE
    if len(value) > MAX_FILES:
        return messages.TOO_MANY_FILES.format(limit=MAX_FILES)
    found = [_document(reference, documents) for reference in value]
    if None in found:
        return messages.FILE_GONE
    return _kind_problem(component, [str(one["name"]) for one in found if one])


def references(value: object, documents: Documents | None) -> list[dict[str, Any]]:
    """Return the stored documents behind what was submitted; the sender's own words are dropped."""
    listed = value if isinstance(value, list) else []
    found = [_document(reference, documents) for reference in listed[:MAX_FILES]]
    return [{name: one[name] for name in KEPT} for one in found if one is not None]


def accepted_endings(component: Component) -> list[str]:
    """Return the file endings the field takes, in lower case; empty means any."""
    accept = component.get("accept") or ""
    return [part.strip().lower() for part in str(accept).split(",") if part.strip().startswith(".")]


def _kind_problem(component: Component, names: list[str]) -> str | None:
    endings = accepted_endings(component)
    if not endings or all(PurePosixPath(name).suffix.lower() in endings for name in names):
        return None
    return messages.FILE_KIND.format(limit="、".join(endings))


def _document(reference: object, documents: Documents | None) -> Mapping[str, Any] | None:
    if documents is None or not isinstance(reference, Mapping):
        return None
    known = documents(str(reference.get("id")))
    if known is None or reference.get("sha256", known["sha256"]) != known["sha256"]:
        return None
    return known
