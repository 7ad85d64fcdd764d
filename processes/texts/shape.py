"""A text's file as the fields of a form, and the form's fields as the file again."""

import tomllib
from collections.abc import Mapping
from typing import Any

from models.errors import InvalidError
from models.letter_text import TEXTS
from processes.packs.toml_text import toml_text

NOTICES, LETTERS = "notices", "letters"
LONG = ("body", "opening", "closing")
MAX_FIELD = 20_000
MAX_ROWS = 60
SINGLE = {NOTICES: ("title", "body"), LETTERS: (*TEXTS, "seal")}
ROWS = {NOTICES: "facts", LETTERS: "rows"}


class TextShapeError(InvalidError):
    """The file cannot be shown as a form."""

    message = "这份文字的写法不能按栏目显示（{problem}），请在“源码”里改正。"


class TextTooLongError(InvalidError):
    """More was typed than a notice or letter may say."""

    message = "文字太长：每一栏不超过 20000 字，表格不超过 60 行，请精简。"


def fields_of_text(folder: str, text: str) -> dict[str, Any]:
    """Return the form's fields of a file; raise when it is not written that way."""
    try:
        held = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TextShapeError(problem=str(error)[:200]) from None
    strange = set(held) - {"kind", "sign", ROWS[folder], *SINGLE[folder]}
    if strange:
        raise TextShapeError(problem=f"有不认识的项目：{'、'.join(sorted(strange))[:200]}")
    fields: dict[str, Any] = {"kind": _text(held.get("kind", ""))}
    fields |= {name: _text(held.get(name, "")).strip("\n") for name in SINGLE[folder]}
    fields["rows"] = _rows(held.get(ROWS[folder], []))
    if folder == LETTERS:
        sign = held.get("sign", [])
        if not isinstance(sign, list):
            raise TextShapeError(problem="sign 须是文字的列表")
        fields["sign"] = "\n".join(map(_text, sign))
    return fields


def text_of_fields(folder: str, fields: Mapping[str, Any]) -> str:
    """Return the file that a form's fields say."""
    table: dict[str, Any] = {"kind": _typed(fields.get("kind"))}
    for name in SINGLE[folder]:
        value = _typed(fields.get(name))
        if name in LONG:
            table[name] = f"{value.strip()}\n"
        elif value or name == "title":
            table[name] = " ".join(value.split("\n")).strip()
    rows = fields.get("rows")
    if isinstance(rows, list) and rows:
        table[ROWS[folder]] = [_row(one) for one in rows[: MAX_ROWS + 1]]
    if len(table.get(ROWS[folder], [])) > MAX_ROWS:
        raise TextTooLongError
    if folder == LETTERS:
        table["sign"] = [line for line in _typed(fields.get("sign")).split("\n") if line.strip()]
    return toml_text(table)


def _rows(held: Any) -> list[list[str]]:  # noqa: ANN401 - as the file has it
    if not isinstance(held, list) or not all(_is_pair(one) for one in held):
        raise TextShapeError(problem="表格须是成对的文字")
    return [[_text(one[0]), _text(one[1])] for one in held]


def _is_pair(one: Any) -> bool:  # noqa: ANN401
    return isinstance(one, list) and len(one) == 2  # noqa: PLR2004


def _text(value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, str):
        raise TextShapeError(problem=f"“{str(value)[:60]}”须是文字")
    return value


def _typed(value: Any) -> str:  # noqa: ANN401 - as the page sent it
    text = value if isinstance(value, str) else ""
    if len(text) > MAX_FIELD:
        raise TextTooLongError
    # one way to end a line, nothing that no reader sees
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one in "\n\t" or one.isprintable() or one == "\u3000")


def _row(one: Any) -> list[str]:  # noqa: ANN401
    if not _is_pair(one):
        raise TextTooLongError
    return [" ".join(_typed(part).split("\n")).strip() for part in one]
