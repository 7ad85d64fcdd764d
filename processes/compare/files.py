"""Any file of a pack against its other version; what cannot be read is compared line by line."""

import difflib
from collections.abc import Callable

from models.errors import InvalidError
from processes.compare.change import Change, Kind
from processes.compare.decision import decision_changes
from processes.compare.diagram import diagram_changes
from processes.compare.form import form_changes
from processes.compare.toml import rules_changes, text_changes

BY_SUFFIX: dict[str, Callable[[bytes, bytes], list[Change]]] = {
    "bpmn": diagram_changes,
    "json": form_changes,
    "dmn": decision_changes,
    "toml": text_changes,
}
RULES = "rules.toml"
MOST_LINES = 5_000


def changes(path: str, before: bytes | None, after: bytes | None) -> list[Change]:
    """Return what differs between two versions of a file, one of which may not exist."""
    if before == after:
        return []
    if before is None or after is None:
        kind = Kind.ADDED if before is None else Kind.REMOVED
        return [Change("", kind, "整个文件", title=path, aspect="file")]
    compare = rules_changes if path == RULES else BY_SUFFIX.get(path.rpartition(".")[2])
    try:
        return compare(before, after) if compare else line_changes(before, after)
    except (InvalidError, RecursionError, ValueError, TypeError):  # or nested too deep to be told
        return line_changes(before, after)


def line_changes(before: bytes, after: bytes) -> list[Change]:
    """Return the runs of lines that differ; ``element`` is the first line's number after."""
    old, new = _lines(before), _lines(after)
    found = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=True).get_opcodes():
        if tag == "equal":
            continue
        kind = {"insert": Kind.ADDED, "delete": Kind.REMOVED}.get(tag, Kind.CHANGED)
        shown = ("\n".join(old[a:b]), "\n".join(new[c:d]))
        found.append(Change(f"line:{c + 1}", kind, f"第{c + 1}行", *shown, "文件", "lines"))
    return found


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()[:MOST_LINES]
