"""``docs/coverage.md`` is true: a row for each requirement, and a proving test for each ``done``."""

import ast
import re
from collections import defaultdict
from functools import cache

from models.settings import ROOT

ROW = re.compile(r"^\| (?P<id>[A-Z]{2}-\S+) \|(?P<rest>.*)\|$", re.MULTILINE)
TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
STATES = {"done", "not yet"}


def rows():
    text = (ROOT / "docs" / "coverage.md").read_text("utf-8")
    found = {}
    for match in ROW.finditer(text):
        assert match["id"] not in found, f"two rows for {match['id']}"
        found[match["id"]] = [cell.strip() for cell in match["rest"].split("|")]
    return found


def required():
    lines = (ROOT / "tests" / "data" / "requirement_ids.txt").read_text("utf-8").split()
    return [line for line in lines if not line.startswith("#")]


@cache
def proofs():
    """Return (file, test) → requirement ids it is marked with."""
    found = defaultdict(set)
    for file in (ROOT / "tests").rglob("test_*.py"):
        name = file.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[name, node.name] |= set(marks_of(node))
    return found


def marks_of(function):
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("mark.req"):
            yield from (arg.value for arg in decorator.args if isinstance(arg, ast.Constant))


def test_every_requirement_has_one_row():
    assert set(rows()) == set(required())


def test_a_row_is_done_or_not_yet_and_promises_nothing_else():
    assert {key: row[1] for key, row in rows().items() if row[1] not in STATES} == {}
    unfinished = {key: row for key, row in rows().items() if row[1] == "not yet"}
    assert {key: row for key, row in unfinished.items() if any(row[2:])} == {}


def test_every_row_that_says_done_is_proven_by_an_existing_marked_test():
    faults = []
    for key, row in rows().items():
        if row[1] != "done":
            continue
        named = TEST.findall(row[-1])
        if not named:
            faults.append(f"{key}: no test named")
        faults += [f"{key}: {test[0]}::{test[1]}" for test in named if key not in proofs()[test]]
    assert faults == []


def test_no_test_claims_a_requirement_that_does_not_exist():
    claimed = {key for keys in proofs().values() for key in keys}
    assert claimed - set(required()) == set()
