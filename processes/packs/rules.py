"""Reads and checks ``rules.toml``: dated values with unit, bounds and source.

The base declares its rules (label, unit, bounds); a county gives them values of its own and nothing
else. What the base does not have a county may declare for itself, with a label and a unit, so that
a misspelt key or a wrong unit cannot pass.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from processes.lint import Finding

UNITS: Mapping[str, type] = {
    "working_day": int,
    "day": int,
    "count": int,
    "fen": int,
    "boolean": bool,
    "time": str,
    "choice": str,
    "text": str,
}
DECLARED = frozenset({"label", "unit", "minimum", "maximum", "choices", "values"})
VALUE = frozenset({"from", "value", "source"})
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
KEY = re.compile(r"[a-z][a-z0-9_]{1,39}\.[a-z][a-z0-9_]{1,49}", re.ASCII)
UNKNOWN = "基础包没有这条规则，请检查写法；本县自己的新规则须写明名称（label）和单位（unit）。"
MAX_SOURCE = 200
MAX_RULES = 1_000


@dataclass(frozen=True)
class Value:
    """A value from one day on, with the article it comes from."""

    from_on: date
    value: Any
    source: str


@dataclass(frozen=True)
class Declared:
    """A rule as the base declares it, or as a county gives values for it."""

    key: str
    label: str
    unit: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    values: tuple[Value, ...] = field(default=())


def read_rules(
    data: bytes, base: Mapping[str, Declared] | None
) -> tuple[dict[str, Declared], list[Finding]]:
    """Return the sound rules of a file and what is wrong with the others."""
    try:
        tables = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        return {}, [_error("", f"rules.toml 不是正确的 TOML（{error}），请改正。")]
    entries = list(_entries(tables))
    if len(entries) > MAX_RULES:
        return {}, [_error("", f"rules.toml 有超过 {MAX_RULES} 条规则，请删去不用的。")]
    rules: dict[str, Declared] = {}
    found: list[Finding] = []
    for key, table in entries:
        problems = list(_problems(key, table, base))
        found += [_error(key, problem) for problem in problems]
        if not problems:
            rules[key] = _declared(key, table, base)
    return rules, found


def _entries(tables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for group, inner in tables.items():
        if not isinstance(inner, dict):
            yield group, inner
            continue
        for name, table in inner.items():
            yield f"{group}.{name}", table


def _declared(key: str, table: dict[str, Any], base: Mapping[str, Declared] | None) -> Declared:
    values = tuple(
        sorted(
            (Value(one["from"], one["value"], one["source"]) for one in table["values"]),
            key=lambda value: value.from_on,
        )
    )
    known = base.get(key) if base is not None else None
    if known is not None:
        return Declared(
            key, known.label, known.unit, known.minimum, known.maximum, known.choices, values
        )
    bounds = (table.get("minimum"), table.get("maximum"), tuple(table.get("choices", ())))
    return Declared(key, table["label"], table["unit"], *bounds, values)


def _problems(key: str, table: object, base: Mapping[str, Declared] | None) -> Iterator[str]:
    if not isinstance(table, dict) or not isinstance(table.get("values"), list):
        yield "写法不对，须是 [组.名称] 并带 values 列表，请改正。"
        return
    if unknown := set(table) - DECLARED:
        yield f"有不认识的项目：{'、'.join(sorted(unknown))}，请删除。"
        return
    declared = _head_problem(key, table, base)
    if declared:
        yield declared
        return
    head = (base or {}).get(key) or _head(key, table)
    if not table["values"]:
        yield "没有数值，请至少写一个带日期和依据的数值。"
    days = [one.get("from") for one in table["values"] if isinstance(one, dict)]
    if len(set(map(str, days))) < len(days):
        yield "同一天有两个数值，请只留一个。"
    for one in table["values"]:
        yield from _value_problems(head, one)


def _head(key: str, table: Mapping[str, Any]) -> Declared:
    bounds = (table.get("minimum"), table.get("maximum"), tuple(table.get("choices", ())))
    return Declared(key, table["label"], table["unit"], *bounds)


def _head_problem(
    key: str, table: Mapping[str, Any], base: Mapping[str, Declared] | None
) -> str | None:
    if base is not None and key in base:
        return _county_problem(table, base[key])
    if base is not None and not {"label", "unit"} & set(table):
        return UNKNOWN
    if base is not None and not KEY.fullmatch(key):
        return "标识须写成 组.名称，用小写字母、数字和下划线，请改正。"
    if not isinstance(table.get("label"), str) or not table["label"].strip():
        return "没有名称（label），请补写。"
    if not isinstance(table.get("unit"), str) or table["unit"] not in UNITS:
        return f"单位须是 {'、'.join(UNITS)} 之一，请改正。"
    return _bounds_problem(table)


def _bounds_problem(table: Mapping[str, Any]) -> str | None:
    bounds = [table.get("minimum"), table.get("maximum")]
    if any(type(one) not in {int, type(None)} for one in bounds):
        return "范围须是整数，请改正。"
    choices = table.get("choices", [])
    if not isinstance(choices, list) or not all(isinstance(one, str) for one in choices):
        return "选项须是文字的列表，请改正。"
    return None


def _county_problem(table: Mapping[str, Any], known: Declared) -> str | None:
    if table.get("unit", known.unit) != known.unit:
        return f"单位须与基础包一致（{known.unit}），请改正。"
    if set(table) - {"values", "unit"}:
        return "名称和范围由基础包规定，区县只写数值、日期和依据，请删去其他项目。"
    return None


def _value_problems(head: Declared, one: object) -> Iterator[str]:
    if not isinstance(one, dict) or set(one) != VALUE:
        yield "每个数值须有 from、value、source 三项，不多不少，请改正。"
        return
    if type(one["from"]) is not date:
        yield "from 须是日期，如 2026-01-01，请改正。"
    source = one["source"]
    if not isinstance(source, str) or not source.strip() or len(source) > MAX_SOURCE:
        yield "没有写依据（source），请写明文件和条款。"
    problem = value_problem(head, one["value"])
    if problem:
        yield problem


def head_lines(rule: Declared) -> Iterator[str]:
    """Yield the lines by which a file declares a rule, its heading and values apart."""
    yield f"label = {json.dumps(rule.label, ensure_ascii=False)}"
    yield f"unit = {json.dumps(rule.unit)}"
    for name in ("minimum", "maximum"):
        bound = getattr(rule, name)
        if bound is not None:
            yield f"{name} = {bound}"
    if rule.choices:
        yield f"choices = {json.dumps(list(rule.choices), ensure_ascii=False)}"


def value_problem(head: Declared, value: object) -> str | None:
    """Return why a value does not fit its rule's unit and bounds, or None."""
    if type(value) is not UNITS[head.unit]:
        return f"数值的类型与单位“{head.unit}”不符，请改正。"
    if head.choices and value not in head.choices:
        return f"数值须是 {'、'.join(head.choices)} 之一，请改正。"
    if head.unit == "time" and not TIME.fullmatch(str(value)):
        return "时刻须写成如 17:30，请改正。"
    if isinstance(value, int) and not isinstance(value, bool):
        low, high = head.minimum, head.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            return f"数值须在 {low} 至 {high} 之间，请改正。"
    return None


def _error(key: str, message: str) -> Finding:
    return Finding(key, "rules", "error", message)
