"""What a user task's extension properties say, read in one place."""

from collections.abc import Mapping
from typing import Any

FORM_KEY = "formJsonSchemaFilename"


def properties_of(extensions: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the properties, such as ``due``, ``remind``, ``escalate``, ``presence``, ``key``."""
    found: Mapping[str, str] = extensions.get("properties") or {}
    return found


def form_name(extensions: Mapping[str, Any]) -> str | None:
    """Return the name of the task's form without folder and suffix, or None."""
    given = properties_of(extensions).get(FORM_KEY, "").strip()
    return given.rsplit("/", 1)[-1].removesuffix(".json") or None


def form_path(name: str) -> str:
    """Return the resource under which a version pins a form."""
    return f"forms/{name}.json"
