"""Turns what an analyst types as an expected fact into its value, and back."""

from typing import Any

from models.errors import InvalidError
from processes.cases.facts import TITLES

LISTS = frozenset({"next", "notices", "requests", "returns", "messages", "roles"})
NUMBERS = frozenset(
    {
        *("forms", "round", "tickets", "filed", "price", "contracts", "reports"),
        *("total", "rounds", "suspensions"),
    }
)
FLAGS = frozenset({"answered", "suspended"})
YES, NO = "是", "否"
SEPARATORS = str.maketrans(dict.fromkeys("，、,；;\n\t", " "))
MOST = 500


class FactWrongError(InvalidError):
    """An expected fact is none of those there are, or of another kind."""

    message = "“{name}”{reason}，请改正后保存。"


def typed(name: str, text: str) -> Any:  # noqa: ANN401 - a fact
    """Return the value of a fact as typed."""
    title = TITLES.get(name)
    if title is None:
        raise FactWrongError(name=name[:40], reason="不是能核对的结果")
    text = text.strip()
    if len(text) > MOST:
        raise FactWrongError(name=title, reason=f"超过{MOST}字")
    if name in LISTS:
        return text.translate(SEPARATORS).split()
    if name in FLAGS:
        if text not in (YES, NO):
            raise FactWrongError(name=title, reason=f"须写“{YES}”或“{NO}”")
        return text == YES
    if name in NUMBERS:
        if not (text.isascii() and text.isdecimal()):
            raise FactWrongError(name=title, reason="须是整数")
        return int(text)
    return text


def shown(value: Any) -> str:  # noqa: ANN401 - a fact
    """Return a fact as one types it."""
    if isinstance(value, bool):
        return YES if value else NO
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
