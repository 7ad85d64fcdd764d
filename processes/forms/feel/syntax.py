"""Words of an expression: the tokens, the tree they become, and the error when they do not."""

import re
from dataclasses import dataclass
from typing import Any

from models.errors import InvalidError

MAX_CHARACTERS = 2_000  # a longer rule belongs in a decision table
MAX_TOKENS = 250  # bounds the height of the tree, and with it the evaluator's recursion

TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?|\.\d+)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<sign>\.\.|!=|<=|>=|[-+*/=<>()\[\],.])
    | (?P<name>[^\W\d]\w*)
    )""",
    re.VERBOSE,
)


class FeelSyntaxError(InvalidError):
    """An expression is outside the subset of FEEL that forms use."""

    message = "表达式写法不受支持：{reason}，请改用本平台支持的写法。"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of an expression with its operands."""

    kind: str
    value: Any = None
    parts: tuple["Node", ...] = ()


END = Token("end", "")


def tokens_of(source: str) -> list[Token]:
    """Return the tokens of ``source``, ending with ``END``."""
    if len(source) > MAX_CHARACTERS:
        raise FeelSyntaxError(reason=f"超过{MAX_CHARACTERS}个字符")
    found, place, text = [], 0, source.rstrip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise FeelSyntaxError(reason=f"第{place + 1}个字符处无法识别")
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        place = match.end()
    if len(found) > MAX_TOKENS:
        raise FeelSyntaxError(reason=f"超过{MAX_TOKENS}个词")
    return [*found, END]
