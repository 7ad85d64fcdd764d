"""Acts of a worked case as rows of an editor: who, what, and each answer with its field's words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json import dumps, loads
from typing import Any

from models.errors import InvalidError
from models.money import MoneyTextError, parse_yuan
from processes.cases.format import KEYS, VERBS, Act, act_problem
from processes.cases.words import Field, Words

YES, NO = "是", "否"
TEXT, NUMBER, MONEY, FLAG, TABLE = "text", "number", "money", "flag", "table"
MOST_DIGITS = 6
"""A longer wait leads past every calendar, and Python reads no number of thousands of digits."""
LONG = 60
"""A text that is longer gets an area of its own."""
WAIT_WORDS = {
    "next": "到下一个期限",
    "until": "到某一时刻",
    "working_days": "再过几个工作日",
    "days": "再过几天",
    "hours": "再过几小时",
    "minutes": "再过几分钟",
}
KEY_WORDS = {
    "about": "关于（流程标识或单位）",
    "as": "给案卷起的名称",
    "data": "带入的数据",
    "note": "备注",
    "case": "案卷（流程标识）",
    "fen": "最低限价",
    "exact": "只交写明的填报",
    "offers": "报价（分）",
    "reason": "原因",
    "kind": "种类",
    "unit": "换成的单位",
    "answering": "谁应答",
    "began": "停机开始",
    "recovered": "恢复",
    "cause": "停机原因",
    "key": "规则标识",
    "value": "值",
    "flow": "流程标识",
    "who": "谁",
    "number": "序号",
    "name": "名称",
    "contact": "联系方式",
    "remark": "说明",
}
OF_KIND: Mapping[str, tuple[str, ...]] = {
    "start": ("about", "as", "note"),
    "step": ("case", "fen", "exact", "note"),
    "wait": ("note",),
    "event": (
        *("offers", "reason", "kind", "unit", "answering", "began", "recovered", "cause"),
        *("key", "value", "flow", "case", "note"),
    ),
}


class RowWrongError(InvalidError):
    """A row of the editor of acts cannot be an act."""

    message = "{reason}"


@dataclass
class Cell:
    """One answer or detail of an act: what it is called, of which kind, as one types it."""

    key: str
    label: str
    kind: str
    text: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether it wants room."""
        return self.kind == TABLE or len(self.text) > LONG or "\n" in self.text


@dataclass
class Row:
    """One act: its kind, what it names, who does it, its details and its answers."""

    kind: str
    name: str = ""
    by: list[str] = field(default_factory=list)
    amount: str = ""
    details: list[Cell] = field(default_factory=list)
    answers: list[Cell] = field(default_factory=list)
    error: str = ""


def row_of(act: Act, words: Words) -> Row:
    """Return the row of an act."""
    kind = next(verb for verb in VERBS if verb in act)
    by = act.get("by", [])
    row = Row(kind, by=[by] if isinstance(by, str) else [str(one) for one in by])
    if kind == "wait":
        row.name, row.amount = _waited(act["wait"])
    else:
        row.name = str(act[kind])
    fields = {one.key: one for one in words.forms.get(row.name, ())} if kind == "step" else {}
    row.answers = [_cell(key, one, fields.get(key)) for key, one in act.get("form", {}).items()]
    row.details = [
        _cell(key, one, None) for key, one in act.items() if key not in (kind, "by", "form")
    ]
    return row


def _waited(given: Any) -> tuple[str, str]:  # noqa: ANN401 - as an act writes it
    if given == "next":
        return "next", ""
    if isinstance(given, Mapping) and len(given) == 1:
        name, count = next(iter(given.items()))
        return str(name), str(count)
    return "until", given if isinstance(given, str) else dumps(given, ensure_ascii=False)


def _cell(key: str, value: Any, of: Field | None) -> Cell:  # noqa: ANN401 - any JSON value
    label = of.label if of else KEY_WORDS.get(key, key)
    options = of.options if of else ()
    if isinstance(value, bool):
        return Cell(key, label, FLAG, YES if value else NO, ((YES, YES), (NO, NO)))
    is_money = key == "fen" if of is None else of.is_money
    if isinstance(value, int) and is_money:
        return Cell(key, f"{label}（元）", MONEY, f"{value / 100:.2f}")
    if isinstance(value, int | float):
        return Cell(key, label, NUMBER, str(value))
    if isinstance(value, str):
        held = dict(options)
        fit = options if value in held else ()
        return Cell(key, label, TEXT, value, fit)
    return Cell(key, label, TABLE, dumps(value, ensure_ascii=False))


def empty_cell(key: str, of: Field | None) -> Cell:
    """Return a cell to be filled in."""
    if of is None:
        if key == "exact":
            return _cell(key, True, None)  # noqa: FBT003 - the value itself
        return _cell(key, {"fen": 0, "offers": {}, "data": {}}.get(key, ""), None)
    first = of.options[0][0] if of.options else ""
    empty: dict[str, Any] = {FLAG: True, NUMBER: 0, MONEY: 0, TABLE: []}
    return _cell(key, empty.get(of.kind, first), of)


def act_of(row: Row) -> dict[str, Any]:
    """Return the act that a row says, or raise what is wrong with it."""
    act: dict[str, Any] = {row.kind: _named(row)}
    if row.by:
        act["by"] = row.by if row.kind == "event" and len(row.by) > 1 else row.by[0]
    answers = {one.key: _value(one) for one in row.answers}
    if row.kind == "step" and answers:
        act["form"] = answers
    act |= {one.key: _value(one) for one in row.details}
    if problem := act_problem(act):
        raise RowWrongError(reason=f"这个动作{problem}")
    return act


def _named(row: Row) -> Any:  # noqa: ANN401 - what an act has for its verb
    if row.kind != "wait":
        if not row.name:
            raise RowWrongError(reason="请先选择办什么。")
        return row.name
    if row.name == "next":
        return "next"
    text = row.amount.strip()
    if row.name == "until":
        if not text:
            raise RowWrongError(reason="请写明等到什么时刻。")
        is_table = text.startswith("{")
        return _value(Cell("wait", "时刻", TABLE, text)) if is_table else text.replace(" ", "T")
    if not (text.isascii() and text.isdecimal()):
        raise RowWrongError(reason="等多久须是整数。")
    if len(text) > MOST_DIGITS:
        raise RowWrongError(reason=f"等多久最多{MOST_DIGITS}位数字，请改小。")
    return {row.name: int(text)}


def _value(one: Cell) -> Any:  # noqa: ANN401 - any JSON value
    text = one.text.strip() if one.kind != TEXT else one.text
    try:
        if one.kind == FLAG:
            return text == YES
        if one.kind == MONEY:
            return parse_yuan(text) if text not in ("0", "0.00") else 0
        if one.kind == NUMBER:
            return int(text) if text.lstrip("-").isdecimal() else float(text)
        return loads(text) if one.kind == TABLE else text
    except (ValueError, RecursionError, MoneyTextError):
        wanted = {MONEY: "须是金额（元）", NUMBER: "须是数字", TABLE: "须是正确的 JSON"}
        raise RowWrongError(reason=f"“{one.label}”{wanted[one.kind]}，请改正。") from None


def changed(rows: Sequence[Row], order: str, words: Words) -> list[Row]:
    """Return the rows after an order of the page, such as ``up:2`` or ``add:1:step``."""
    verb, _, rest = order.partition(":")
    place, _, named = rest.partition(":")
    if not place.isdecimal() or int(place) > len(rows):
        return list(rows)
    return list(_changed(list(rows), verb, int(place), named, words))


def _changed(rows: list[Row], verb: str, at: int, named: str, words: Words) -> list[Row]:
    if verb == "add" and named in VERBS:
        return [*rows[:at], Row(named, "next" if named == "wait" else ""), *rows[at:]]
    if at >= len(rows):
        return rows
    other = {"up": at - 1, "down": at + 1}.get(verb)
    if other is not None and 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
    elif verb == "copy":
        rows.insert(at, rows[at])
    elif verb == "drop":
        del rows[at]
    elif verb == "field" and named:
        fields = {one.key: one for one in words.forms.get(rows[at].name, ())}
        is_answer = rows[at].kind == "step" and named in fields
        cells = rows[at].answers if is_answer else rows[at].details
        if named not in {one.key for one in cells}:
            cells.append(empty_cell(named, fields.get(named)))
    return rows


def addable(row: Row, words: Words) -> Iterator[tuple[str, str]]:
    """Yield what may still be said of an act: the fields of its form, then its details."""
    held = {one.key for one in (*row.answers, *row.details)}
    if row.kind == "step":
        yield from (
            (one.key, one.label) for one in words.forms.get(row.name, ()) if one.key not in held
        )
    known = KEYS.get(row.kind)
    for key in OF_KIND[row.kind]:
        if key not in held and (known is None or key in known):
            yield key, KEY_WORDS[key]
