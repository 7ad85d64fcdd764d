"""The form of one log entry: an object with the log's fields, in canonical form."""

import json

from models.selection.verifier import RefusedError, parse

FIELDS = {"time", "actor", "role", "action", "object", "before", "after", "request"}


def encoded_entry(entry: object) -> bytes | None:
    """Return an entry's bytes; None when it is not one entry in canonical form."""
    if not isinstance(entry, str):
        return None
    try:
        encoded = entry.encode()
        value = parse(encoded)
    except (RefusedError, UnicodeEncodeError):
        return None
    if not isinstance(value, dict) or set(value) != FIELDS:
        return None
    exact = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return encoded if exact == entry else None
