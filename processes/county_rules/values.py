"""A rule's value as people type and read it: by its unit, within its bounds."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from models.errors import InvalidError
from models.money import MoneyTextError, format_fen, parse_yuan
from processes.packs.rules import MAX_SOURCE, Declared, Value, value_problem

UNIT_WORDS: Mapping[str, str] = {
    "working_day": "个工作日",
    "day": "天",
    "count": "",
    "fen": "元",
    "boolean": "",
    "time": "时刻",
    "choice": "",
    "text": "",
}
CHOICE_WORDS: Mapping[str, str] = {
    "published": "结果公布后",
    "frozen": "名单冻结后",
    "opened": "当众开启后",
    "clamp": "按最低限价计",
    "reject": "作无效报价处理",
    "tickets": "公开报价和票号",
    "names": "公开报价、票号和企业名称",
    "sha256": "SHA-256",
    "sm3": "SM3",
    "winner": "只公布中选企业",
    "ranking": "公布全部名次",
    "none": "不须核准",
    "regulator": "由行业主管部门核准",
    "30": "到期前30天",
    "30,7": "到期前30天、7天",
    "60,30,7": "到期前60天、30天、7天",
    "90,60,30,7": "到期前90天、60天、30天、7天",
}
NUMBER = re.compile(r"\d{1,9}", re.ASCII)
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
MAX_TEXT = 100
LAST_YEAR = 2100


class RuleFaultyError(InvalidError):
    """What was typed is no value of this rule."""

    message = "规则没有填写正确，请按提示改正后再保存。"


def words_of(head: Declared, value: Any) -> str:  # noqa: ANN401 - the unit decides
    """Return a value as a person reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if head.unit == "fen":
        return format_fen(int(value))
    if head.unit == "choice":
        return CHOICE_WORDS.get(str(value), str(value))
    if head.unit == "working_day" and not value:
        return "当日"
    return f"{value}{UNIT_WORDS[head.unit] if head.unit != 'time' else ''}"


def bounds_of(head: Declared) -> str:
    """Return in words which values the rule takes."""
    if head.unit == "boolean" or head.choices:
        return ""
    if head.minimum is None and head.maximum is None:
        return "写成 17:30" if head.unit == "time" else ""
    low, high = (_bound(head, one) for one in (head.minimum, head.maximum))
    return f"{low} 至 {high}" if low and high else f"至少 {low}" if low else f"最多 {high}"


def typed_value(head: Declared, form: Mapping[str, str], today: date) -> Value:
    """Return the dated value that somebody typed; raise with a sentence for each wrong field."""
    wrong: dict[str, str] = {}
    value = from_on = None
    try:
        value = _value(head, form.get("value", "").strip())
    except ValueError as error:
        wrong["value"] = str(error)
    try:
        from_on = _day(form.get("from_on", ""), today)
    except ValueError as error:
        wrong["from_on"] = str(error)
    source = form.get("source", "").strip()
    if not source:
        wrong["source"] = "没有写依据，请写明文件和条款，如“达市小额工程办法第十二条”。"
    elif len(source) > MAX_SOURCE or UNPRINTABLE.search(source):
        wrong["source"] = f"依据须在 {MAX_SOURCE} 字以内，写在一行，不含看不见的字符，请改正。"
    if wrong or from_on is None:
        raise RuleFaultyError(fields=wrong)
    return Value(from_on, value, source)


def typed_of(head: Declared, value: Any) -> str:  # noqa: ANN401
    """Return a value as it stands in its field."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if head.unit == "fen":
        return f"{int(value) / 100:.2f}"
    return str(value)


def _bound(head: Declared, value: int | None) -> str:
    if value is None:
        return ""
    return format_fen(value) if head.unit == "fen" else str(value)


def _value(head: Declared, text: str) -> Any:  # noqa: ANN401
    if not text:
        raise ValueError("没有填写数值，请填写。")
    value = _read(head, text)
    problem = value_problem(head, value)
    if problem:
        raise ValueError(_in_bounds(head) or problem)
    return value


def _read(head: Declared, text: str) -> Any:  # noqa: ANN401
    if head.unit == "boolean":
        if text not in ("true", "false"):
            raise ValueError("请选“是”或“否”。")
        return text == "true"
    if head.unit == "fen":
        try:
            return parse_yuan(text)
        except MoneyTextError as error:
            raise ValueError(error.text) from None
    if head.unit in ("working_day", "day", "count"):
        if not NUMBER.fullmatch(text):
            raise ValueError("请填写整数，不带单位和小数点。")
        return int(text)
    if len(text) > MAX_TEXT or UNPRINTABLE.search(text):
        raise ValueError(f"须在 {MAX_TEXT} 字以内，写在一行，不含看不见的字符，请改正。")
    return text


def _in_bounds(head: Declared) -> str:
    if head.unit not in ("working_day", "day", "count", "fen"):
        return ""
    return f"须在 {bounds_of(head)} 之间，请改正；范围由基础包规定。"


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("请选从哪一天起，写成 2027-01-01。") from None
    if day < today:
        raise ValueError("不能早于今天：已经办理的案卷不因新的数值改变，请选今天或以后的日期。")
    if day.year > LAST_YEAR:
        raise ValueError(f"不能晚于 {LAST_YEAR} 年，请核对年份。")
    return day
