"""The table of routes as a page to read, and back."""

import re
from collections.abc import Mapping

from tests.web.route_table import Row, Tried

SHORT: Mapping[str, str] = {"": "signed out"}
HEAD = """# Routes, roles, counties

Made by trying: one county with cases in every state, every route with every method as a person of
every role. Written anew by `python -m tests.web.route_table`; `tests/web/test_route_table.py`
tries all of it again and compares.

- `✓` let in: the answer was the page, or a word about what was missing in an otherwise allowed
  request (the bodies sent are empty or harmless).
- `401` nobody is signed in; `403` not for this role; `404` not shown to this person, who is told no
  more than of something that does not exist; `405` the screen is for looking only.
- Several words in one cell: the person whose case it is, somebody of the same role in another
  party, somebody of the same role in another county. For analyst and publisher: everywhere, and in
  another county alone. One word stands for all of them. The back office and pages that name nothing
  are tried with one person of each role, and so is a role that a guard does not name: guards know
  no county.
- `<item of the owner>`, `<item of the centre>` and `<item of the officer>` are work items of three
  cases that wait for these people. `<id>`, `<draw_id>` and `<project_id>` belong to a project that
  is announced, under `/results` and `/api/v1/public` to one whose result is published.

"""


MARK = "# Huairou\n"
HUAIROU = f"""
{MARK}
The same, in the cases of a county with comparisons, emergency works and reports of units: an
entrusted and a self-managed comparison, emergency works in progress, a landscaping enterprise that
enrols. Only routes that name something of a case; each cell tells of the person whose case it is,
of somebody of the same role and county in another party, and of somebody in Dazhou.

- `organiser` is nobody's role by itself: the agency plays it where a town entrusts it
  (`<item of the entrusted agency>`), the town where it contracts by itself
  (`<item of the contracting town>`).
- `<id>`, `<draw_id>`, `<project_id>` and `<instance_id>` belong to the entrusted project, for which
  registration is open; under `/results` to one whose result is published; `<document_id>` is a
  paper of the entrusted project.
"""


def parts(page: str) -> tuple[str, str]:
    """Return the two tables of the page."""
    first, mark, second = page.partition(f"\n{MARK}")
    return first, f"{mark}{second}"


def write_huairou(tried: Tried, guards: Mapping[str, str]) -> str:
    """Return the second table, on the cases of Huairou."""
    return f"{HUAIROU}\n{_tables(tried, guards)}"


def write(tried: Tried, guards: Mapping[str, str]) -> str:
    """Return the page's first part: one table for each first part of the addresses."""
    return HEAD + _tables(tried, guards)


def _tables(tried: Tried, guards: Mapping[str, str]) -> str:
    pages: dict[str, list[str]] = {}
    for (method, address), cells in tried.rows.items():
        declared = guards[re.sub(r"<item of the [\w ]+>", "<item_id>", address)]
        words = " | ".join(cells.values())
        line = f"| {method} | `{address}` | {declared} | {words} |"
        pages.setdefault(_chapter(address), []).append(line)
    roles = next(iter(tried.rows.values()))
    titles = " | ".join(SHORT.get(role, role) for role in roles)
    top = f"| | address | guard | {titles} |\n|{' --- |' * (len(roles) + 3)}\n"
    chapters = (f"## {name}\n\n{top}" + "\n".join(lines) + "\n" for name, lines in pages.items())
    return "\n".join(chapters)


def read(page: str) -> dict[Row, dict[str, str]]:
    """Return the rows of a page that ``write`` made."""
    rows: dict[Row, dict[str, str]] = {}
    names: list[str] = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| | address"):
            names = ["" if cell == SHORT[""] else cell for cell in cells[3:]]
        elif line.startswith("| ") and not line.startswith("| ---"):
            rows[cells[0], cells[1].strip("`")] = dict(zip(names, cells[3:], strict=True))
    return rows


def _chapter(address: str) -> str:
    first = address.split("/")[1]
    return {"admin": "Back office", "api": "Interface for programs"}.get(first, "Pages")
