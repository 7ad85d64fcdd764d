"""What a file of a pack calls itself; forms go by the steps that show them."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from models.errors import SmallworksError
from processes.lint.diagram import Diagram
from processes.lint.variables import form_of
from processes.references import named_in
from processes.xml import safe_dmn

BLANK = re.compile(r"\{[a-z_.]+\}")
"""What a case fills in: no name."""
TITLES: Mapping[str, str] = {
    "rules.toml": "县区规则",
    "roles.toml": "角色和名称",
    "pack.toml": "规则包说明",
}


MOST_STEPS = 3


@lru_cache(maxsize=1024)
def title_of(path: str, body: bytes) -> str:
    """Return what a file calls itself, or its name when it does not say."""
    folder, name = path.rpartition("/")[0], path.rpartition("/")[2].rpartition(".")[0]
    try:
        said = READERS[folder](body) if folder in READERS else ""
    except Exception:  # noqa: BLE001 - a file that cannot be read has a name all the same
        said = ""
    return TITLES.get(path) or str(said).strip()[:60] or name


def _toml_title(body: bytes) -> str:
    said = str(tomllib.loads(body.decode()).get("title", ""))
    return BLANK.sub("…", said).lstrip("…")


def _case_title(body: bytes) -> str:
    first = body.decode().partition("\n")[0]
    return first.strip("# ").rstrip("。") if first.startswith("#") else ""


def _decision_title(body: bytes) -> str:
    return str(safe_dmn(body).get("name", ""))


def _flow_title(body: bytes) -> str:
    return named_in(body).title


READERS: Mapping[str, Any] = {
    "diagrams": _flow_title,
    "notices": _toml_title,
    "letters": _toml_title,
    "decisions": _decision_title,
    "cases": _case_title,
}


def form_titles(diagrams: Iterable[bytes]) -> dict[str, str]:
    """Return name of a form → the steps of some diagrams that show it."""
    found: dict[str, list[str]] = {}
    for body in diagrams:
        for form, step in _steps(body):
            if step not in found.setdefault(form, []):
                found[form].append(step)
    return {form: "、".join(steps[:MOST_STEPS])[:60] for form, steps in found.items()}


@lru_cache(maxsize=512)
def _steps(body: bytes) -> tuple[tuple[str, str], ...]:
    try:
        nodes = Diagram(body).nodes.values()
    except (SmallworksError, ValueError, LookupError):
        return ()  # a diagram that cannot be read has findings of its own
    return tuple((form_of(one), one.name or one.id) for one in nodes if form_of(one))
