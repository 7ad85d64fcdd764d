"""What a rehearsal can be asked to do by name: begin a flow, change a rule."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from models.flow.definition import BASE
from processes import proposals
from processes.modelling.names import rules_declared
from processes.references import References, named_in
from processes.rehearsal import rows
from processes.rehearsal.opening import PLATFORM
from web.workbench.rehearsal_view import View

DIAGRAMS, PART = "diagrams/", "（其他流程的一部分）"
Files = Mapping[str, bytes]
Named = Sequence[tuple[str, str]]


def flows_in(files: Files) -> Named:
    """Return the flows one can start, by key and title, parts of other flows last."""
    found = [_titled(named) for named in map(_named, _diagrams(files)) if named]
    return sorted(found, key=lambda one: (one[1].endswith(PART), one[1]))


def _diagrams(files: Files) -> list[bytes]:
    return [body for path, body in files.items() if path.startswith(DIAGRAMS)]


def _named(body: bytes) -> References | None:
    try:
        return named_in(body)
    except Exception:  # noqa: BLE001 - a diagram that cannot be read is not offered
        return None


def _titled(named: References) -> tuple[str, str]:
    title = named.title or named.key
    return named.key, f"{title}{PART}" if PLATFORM in named.starters else title


def offers(session: Session, view: View) -> dict[str, Named]:
    """Return ``flows`` and ``rules`` that the rehearsed county knows, by key and title."""
    files = rows.files_of(session, rows.wanted_of(session, view.row), view.row.county_code)
    rules = rules_declared(files, proposals.files_in(session, BASE))
    return {
        "flows": flows_in(files),
        "rules": [(key, rule["title"]) for key, rule in rules.items()],
    }
