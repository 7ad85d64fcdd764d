"""Our own source, read as Python reads it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from models.settings import ROOT

PACKAGES = ("admin", "handlers", "models", "processes", "web")
NOT_OURS = ("web/frontend/", "web/static/", "models/migrations/")


def modules() -> list[Path]:
    """Return every Python file of the five packages, but migrations."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return sorted(file for file in files if not name_of(file).startswith(NOT_OURS))


def name_of(file: Path) -> str:
    """Return a file's path inside the project."""
    return file.relative_to(ROOT).as_posix()


@cache
def tree_of(file: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(file.read_text("utf-8"), filename=str(file))


def calls(file: Path) -> Iterator[tuple[str, int]]:
    """Yield each call's dotted name and line, such as ``session.commit`` or ``datetime.now``."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def imports(file: Path) -> Iterator[str]:
    """Yield the first part of each module a file imports."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
