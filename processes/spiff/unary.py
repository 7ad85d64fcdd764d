"""A decision table's tests as expressions of the sandbox.

Tables are written in the subset of FEEL that analysts use: ``"a","b"``, ``< 300000``, ``[1..5]``,
``not("a")``, ``true``, ``-``, and ``?`` for the input's value.
"""

import re
from collections.abc import Callable, Iterator

from processes.sandbox import source

QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
WORDS = {"true": "True", "false": "False", "null": "None"}
WORD = re.compile(r"\b(true|false|null)\b")
EQUALS = re.compile(r"(?<![<>=!])=(?!=)")
COMPARISON = re.compile(r"\s*(<=|>=|!=|==|=|<|>)(.*)", re.DOTALL)
RANGE = re.compile(r"\s*([\[(\]])(.+?)\.\.(.+?)([\])\[])\s*", re.DOTALL)
NEGATION = re.compile(r"\s*not\s*\((.*)\)\s*", re.DOTALL)
ANYTHING = ("", "-")
DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def condition(given: str, test: str | None) -> str:
    """Return the expression that says whether the input ``given`` meets ``test``.

    Raises ``SandboxSyntaxError`` for what is no test.
    """
    if test is None or test.strip() in ANYTHING:
        return "True"
    negated = NEGATION.fullmatch(test)
    if negated is not None:
        return f"not ({condition(given, negated[1])})"
    subject = f"({words(given.strip())})"
    parts = [single(subject, words(each)) for each in alternatives(test)]
    expression = parts[0] if len(parts) == 1 else " or ".join(f"({each})" for each in parts)
    source.expression(expression)
    return expression


def single(subject: str, test: str) -> str:
    """Return the expression of one test without alternatives."""
    span = RANGE.fullmatch(test)
    if span is not None:
        low = "<=" if span[1] == "[" else "<"
        high = "<=" if span[4] == "]" else "<"
        return f"{span[2].strip()} {low} {subject} and {subject} {high} {span[3].strip()}"
    if any("?" in each for each in QUOTED.split(test)[::2]):
        return outside(test, lambda text: EQUALS.sub("==", text).replace("?", subject))
    compared = COMPARISON.fullmatch(test)
    if compared is not None:
        sign = "==" if compared[1] == "=" else compared[1]
        return f"{subject} {sign} {compared[2].strip()}"
    return f"{subject} == ({test.strip()})"


def words(text: str) -> str:
    """Write FEEL's words for truth and nothing as the sandbox knows them."""
    return outside(text, lambda part: WORD.sub(lambda found: WORDS[found[0]], part))


def outside(text: str, change: Callable[[str], str]) -> str:
    """Change a text everywhere but within quotes."""
    parts = QUOTED.split(text)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def alternatives(test: str) -> Iterator[str]:
    """Yield the parts of a test between commas outside quotes and brackets."""
    depth, part = 0, ""
    for number, piece in enumerate(QUOTED.split(test)):
        if number % 2:
            part += piece
            continue
        for sign in piece:
            depth += DEPTH.get(sign, 0)
            if sign == "," and depth == 0:
                yield part
                part = ""
            else:
                part += sign
    yield part
