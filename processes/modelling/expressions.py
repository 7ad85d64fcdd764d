"""One expression, script or time as it is typed: what is wrong, where, and what it comes to now."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import SmallworksError
from processes.functions import functions_for
from processes.lint.names_used import rule_keys
from processes.lint.rules.events import EXAMPLES, timer_problem
from processes.sandbox import source
from processes.sandbox.errors import SandboxError
from processes.sandbox.sandbox import Problem, Sandbox

Kind = Literal["expression", "script", "timer", "duration"]
KINDS = ("expression", "script", "timer", "duration")
CHINESE = {"true": "True", "false": "False", "null": "None", "none": "None", "是": "True"}
MAX_EXAMPLE = 200


@dataclass(frozen=True)
class Ask:
    """What is asked: the text, which kind it is, and the variables known where it stands.

    ``names`` left out means that they are not known: then no variable is doubted.
    """

    text: str
    kind: Kind = "expression"
    timer: str = "timeDate"
    names: frozenset[str] | None = None
    rules: frozenset[str] | None = None

    @property
    def timer_kind(self) -> str:
        """Which of the three times it is."""
        return "timeDuration" if self.kind == "duration" else self.timer


@dataclass(frozen=True)
class Trouble:
    """Where it is and what to do; a warning does not forbid publishing."""

    line: int
    column: int
    level: Literal["error", "warning"]
    message: str


@dataclass(frozen=True)
class Reading:
    """What the platform made of a text."""

    troubles: list[Trouble] = field(default_factory=list)
    reads: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    example: str = ""
    """What it comes to now, when it asks for nothing but rules and the calendar."""


def read(session: Session, county: str, ask: Ask) -> Reading:
    """Check a text and, where it can be told already, say what it comes to now."""
    found = troubles(session, county, ask)
    if not ask.text.strip() or any(each.level == "error" for each in found):
        return Reading(found)
    parsed = _parsed(ask)
    example, failed = _example(session, county, ask, parsed)
    return Reading([*found, *failed], _reads(parsed, session, county), _sets(parsed), example)


def troubles(session: Session, county: str, ask: Ask) -> list[Trouble]:
    """Return everything wrong with a text."""
    if not ask.text.strip():
        return [Trouble(1, 1, "error", "没有内容，请填写或删除。")]
    sandbox = _sandbox(session, county)
    kind: Literal["expression", "script"] = "script" if ask.kind == "script" else "expression"
    problems = sandbox.compile_check(kind, ask.text)
    if problems:
        return [_located(ask.text, each) for each in problems]
    return [*_time(ask), *_unknown_rules(ask), *_unknown_names(ask, sandbox.functions)]


def _sandbox(session: Session, county: str) -> Sandbox:
    return Sandbox(functions_for(session, county, business_now().date()))


def _parsed(ask: Ask) -> source.Source | source.Constant | source.Variable:
    return source.script(ask.text) if ask.kind == "script" else source.expression(ask.text)


def _located(text: str, problem: Problem) -> Trouble:
    named = re.search(r"没有名为 (\S+) 的函数", problem.message)
    if named and not problem.column:
        return Trouble(*_place(text, named[1]), "error", problem.message)
    return Trouble(problem.line, problem.column or 1, "error", problem.message)


def _place(text: str, name: str) -> tuple[int, int]:
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    before = text[: found.start()] if found else ""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _time(ask: Ask) -> Iterator[Trouble]:
    if ask.kind not in {"timer", "duration"}:
        return
    problem = timer_problem(ask.timer_kind, ask.text.strip())
    if problem:
        example = EXAMPLES[ask.timer_kind]
        yield Trouble(1, 1, "error", f"{problem}，请改正，例如 {example}。")


def _unknown_rules(ask: Ask) -> Iterator[Trouble]:
    if ask.rules is None:
        return
    for key in rule_keys(ask.text, script=ask.kind == "script"):
        if key not in ask.rules:
            advice = _alike(key, ask.rules)
            words = f"规则表里没有“{key}”，请改为已有的规则{advice}。"
            yield Trouble(*_place(ask.text, key), "error", words)


def _unknown_names(ask: Ask, functions: Iterable[str]) -> Iterator[Trouble]:
    if ask.names is None:
        return
    parsed = _parsed(ask)
    known = ask.names | set(functions) | source.PURE | set(_sets(parsed))
    for name in _names(parsed):
        if name in known:
            continue
        place = _place(ask.text, name)
        if name in CHINESE:
            yield Trouble(*place, "error", f"“{name}”请写成 {CHINESE[name]}。")
            continue
        words = f"变量“{name}”到这里还没有赋过值，请在之前的环节填写；若是文字请加引号写成 '{name}'"
        yield Trouble(*place, "warning", f"{words}{_alike(name, ask.names)}。")


def _alike(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"（是不是 {near[0]}？）" if near else ""


def _names(parsed: source.Source | source.Constant | source.Variable) -> tuple[str, ...]:
    if isinstance(parsed, source.Variable):
        return (parsed.name,)
    return parsed.reads if isinstance(parsed, source.Source) else ()


def _reads(
    parsed: source.Source | source.Constant | source.Variable, session: Session, county: str
) -> tuple[str, ...]:
    known = set(_sandbox(session, county).functions) | source.PURE
    return tuple(name for name in _names(parsed) if name not in known)


def _sets(parsed: source.Source | source.Constant | source.Variable) -> tuple[str, ...]:
    return parsed.binds if isinstance(parsed, source.Source) else ()


def _example(
    session: Session,
    county: str,
    ask: Ask,
    parsed: source.Source | source.Constant | source.Variable,
) -> tuple[str, list[Trouble]]:
    """Return what the text comes to when it needs no variable, or why it fails."""
    if ask.kind == "script" or _reads(parsed, session, county):
        return "", []
    try:
        value: Any = _sandbox(session, county).evaluate(ask.text, {})
    except SandboxError as error:
        return "", [Trouble(1, 1, "error", error.text)]
    except SmallworksError as error:  # a rule or a calendar that is missing today
        return "", [Trouble(1, 1, "warning", error.text)]
    except Exception as error:  # noqa: BLE001 - a function of ours that was given nonsense
        words = f"算不出来（{str(error)[:80]}），请检查函数的参数。"
        return "", [Trouble(1, 1, "error", words)]
    problem = (
        timer_problem(ask.timer_kind, repr(value)) if ask.kind in {"timer", "duration"} else ""
    )
    if problem:
        return "", [Trouble(1, 1, "error", f"算得 {str(value)[:MAX_EXAMPLE]}：{problem}，请改正。")]
    return str(value)[:MAX_EXAMPLE], []
