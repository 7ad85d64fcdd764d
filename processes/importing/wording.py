"""Expressions and times of other tools, written as this platform writes them."""

import re
from collections.abc import Callable
from datetime import datetime

from processes.lint.rules.events import timer_problem
from processes.sandbox import source
from processes.sandbox.errors import SandboxError

WRAPPED = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"&&", " and "),
        (r"\|\|", " or "),
        (r"!(?!=)", " not "),
        (r"\bAND\b", "and"),
        (r"\bOR\b", "or"),
        (r"\bNOT\b", "not"),
        (r"\btrue\b", "True"),
        (r"\bfalse\b", "False"),
        (r"\bnull\b", "None"),
        (r"<>", "!="),
        (r"===", "=="),
        (r"!==", "!="),
        (r"(?<![=!<>])=(?!=)", "=="),
    )
)
FOREIGN = re.compile(r"\b(?:true|false|null)\b")
DURATION = re.compile(r"P(?=\w)[\dYMWDTHS.]+")
CYCLE = re.compile(r"R\d*/.+")


def expression(text: str) -> str:
    """Return a condition or value as an expression; what cannot be understood stays as it is."""
    given = text.strip()
    if compiles(given) and not FOREIGN.search(given):
        return given
    wrapped = WRAPPED.fullmatch(given)
    inner = wrapped[1] if wrapped else given.removeprefix("=")
    for attempt in (_rewritten(inner).strip(), inner.strip()):
        if attempt and compiles(attempt):
            return attempt
    return given


def _rewritten(text: str) -> str:
    parts = QUOTED.split(text)
    return "".join(each if number % 2 else _outside(each) for number, each in enumerate(parts))


def _outside(text: str) -> str:
    for pattern, replacement in WORDS:
        text = pattern.sub(replacement, text)
    return re.sub(r"[ \t]{2,}", " ", text)


def compiles(text: str) -> bool:
    """Return whether a text is an expression of this platform."""
    try:
        source.expression(text)
    except SandboxError:
        return False
    return True


def timer(kind: str, text: str) -> str:
    """Return a time as an expression: literals in quotes, dates with their zone."""
    given = text.strip()
    if QUOTED.fullmatch(given) and not timer_problem(kind, given):
        return given
    literal = LITERALS[kind](given.strip("\"'"))
    return repr(literal) if literal else expression(text)


def _date(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return text if moment.tzinfo else f"{moment.isoformat()}+08:00"


def _duration(text: str) -> str:
    return text if DURATION.fullmatch(text) else ""


def _cycle(text: str) -> str:
    return text if CYCLE.fullmatch(text) else ""


LITERALS: dict[str, Callable[[str], str]] = {
    "timeDate": _date,
    "timeDuration": _duration,
    "timeCycle": _cycle,
}
