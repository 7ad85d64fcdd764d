"""Patterns that mean the same in browser and server and cannot be made to run for ever.

Both sides read them as Unicode text. Allowed are literals, classes, groups, alternatives, anchors
and repetition of single characters. The number of ways a text could be tried is bounded from the
pattern itself, so that a hostile one is refused before it ever meets a text.
"""

import re
from functools import lru_cache
from math import prod

from processes.forms.limits import MAX_PATTERN, MAX_TEXT

MAX_WAYS = 2_000_000  # about a tenth of a second at worst
FOREIGN = re.compile(r"\\[^dDwWntr^$\\.*+?()\[\]{}|/-]|\(\?(?!:)|\[\^?\]|[*+?}][+?]")
PIECE = re.compile(r"(?P<escape>\\.)|(?P<class>\[(?:\\.|[^\]\\])*\])|(?P<end>\$)", re.DOTALL)
COUNT = re.compile(r"\{(\d+)(,?)(\d*)\}")
STRAY = re.compile(r"[{}\]]")
REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{)")


def pattern_problem(pattern: str) -> str | None:
    """Return why a pattern is refused, or None."""
    if len(pattern) > MAX_PATTERN:
        return f"超过{MAX_PATTERN}个字符"
    if FOREIGN.search(pattern):
        return "用了浏览器和服务器理解不同的写法"
    try:
        compiled(pattern)
    except re.error:
        return "不是有效的正则表达式"
    return _shape_problem(PIECE.sub(_plain, pattern))


def fits(pattern: str, text: str) -> bool:
    """Tell whether the pattern is found in a text of ordinary length."""
    if len(text) > MAX_TEXT or pattern_problem(pattern):
        return False
    return compiled(pattern).search(text) is not None


@lru_cache(maxsize=500)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern for Python, where ``$`` must not also match before a last line break."""
    return re.compile(PIECE.sub(_for_python, pattern), re.ASCII)


def _for_python(piece: re.Match[str]) -> str:
    return r"\Z" if piece["end"] else piece[0]


def _plain(piece: re.Match[str]) -> str:
    if piece["escape"] == r"\-":
        return (
            "}"  # only a class may hold it; elsewhere browsers refuse it as they do a stray brace
        )
    return piece[0] if piece["end"] else "x"


def _shape_problem(plain: str) -> str | None:
    if REPEATED_GROUP.search(plain):
        return "不能重复括号里的内容"
    if STRAY.search(COUNT.sub("", plain)):
        return "括号没有配对，或在字符集之外用了减号转义"
    ways = prod(map(_ways, COUNT.finditer(plain)))
    open_ended = COUNT.sub("", plain)
    ways *= MAX_TEXT ** (len(re.findall(r"[*+]", open_ended)) + (not plain.startswith("^")))
    ways *= 2 ** len(re.findall(r"(?<!\()\?|\|", open_ended))
    return None if ways <= MAX_WAYS else "可能的匹配方式太多，请减少不限次数的重复并以^开头"


def _ways(count: re.Match[str]) -> int:
    low, comma, high = count.groups()
    if not comma:
        return 1
    return max(int(high) - int(low), 0) + 1 if high else MAX_TEXT
