"""Two files of rules, texts, roles or cases, key by key."""

import tomllib
from collections.abc import Iterator
from typing import Any

import orjson

from models.errors import InvalidError
from processes.compare.change import Change, Kind, differing

SIDES = {
    "title": "标题",
    "body": "正文",
    "facts": "要点",
    "head": "版头",
    "number": "文号",
    "addressee": "抬头",
    "opening": "开头",
    "rows": "表格",
    "closing": "结尾",
    "sign": "落款",
    "seal": "印章",
    "check": "核验说明",
    "kind": "种类",
    "label": "名称",
    "unit": "单位",
    "minimum": "最小值",
    "maximum": "最大值",
    "choices": "选项",
    "synonyms": "别称",
    "of": "由谁担任",
    "name": "名称",
    "flow": "流程",
    "given": "已知",
    "expect": "应有结果",
    "acts": "办理过程",
    "source": "依据",
    "value": "值",
}
IDENTITIES = ("id", "name", "key")
MAX_DEPTH = 12


class UnreadableTextError(InvalidError):
    """One of the two is no TOML."""

    message = "文件不是正确的 TOML，请在编辑器中检查后重新保存。"


def rules_changes(before: bytes, after: bytes) -> list[Change]:
    """Return what differs between two ``rules.toml``: each rule, each value from its day on."""
    return _tables(_rules(before), _rules(after), "规则")


def text_changes(before: bytes, after: bytes) -> list[Change]:
    """Return what differs between two files of texts, roles or cases, key by key."""
    left, right = _parts(_read(before)), _parts(_read(after))
    return _tables(left, right, "项")


def _tables(left: dict[str, Any], right: dict[str, Any], word: str) -> list[Change]:
    found = [
        *(_whole(each, left[each], Kind.REMOVED, word) for each in left if each not in right),
        *(_whole(each, right[each], Kind.ADDED, word) for each in right if each not in left),
    ]
    for each, says in right.items():
        if each in left:
            found += _changed(each, left[each], says, word)
    return found


def _read(data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise UnreadableTextError from error


def _rules(data: bytes) -> dict[str, dict[str, str]]:
    rules: dict[str, dict[str, str]] = {}
    for key, table in _dotted(_read(data), ""):
        says = {name: _text(value) for name, value in table.items() if name != "values"}
        values = table["values"] if isinstance(table["values"], list) else []
        for each in values:
            if isinstance(each, dict):
                told = f"{_text(each.get('value'))}（{_text(each.get('source'))}）"
                says[f"from:{_text(each.get('from'))}"] = told
        rules[key] = says
    return rules


def _dotted(tables: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    # [draw.minimum_candidates] is a table in a table; a rule is what has values
    for name, value in tables.items():
        if not isinstance(value, dict) or path.count(".") > MAX_DEPTH:
            continue
        if "values" in value:
            yield path + name, value
        else:
            yield from _dotted(value, f"{path}{name}.")


def _parts(given: dict[str, Any]) -> dict[str, dict[str, str]]:
    parts: dict[str, dict[str, str]] = {"": {}}
    for name, value in given.items():
        if _is_list_of_tables(value):
            for number, each in enumerate(value, 1):
                key = _identity(each) or str(number)
                parts[f"{name}[{key}]"] = _flat(each)
        elif isinstance(value, dict):
            parts[name] = _flat(value)
        else:
            parts[""][name] = _text(value)
    return parts


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _identity(table: dict[str, Any]) -> str:
    return next((str(table[name]) for name in IDENTITIES if table.get(name)), "")


def _flat(table: dict[str, Any], path: str = "") -> dict[str, str]:
    says: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict) and path.count(".") < MAX_DEPTH:
            says |= _flat(value, f"{path}{name}.")
        else:
            says[path + name] = _text(value)
    return says


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip("\n")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | dict):
        return _lines(value)
    return str(value)


def _lines(value: list[Any] | dict[str, Any]) -> str:
    if isinstance(value, list):
        return "\n".join(
            "：".join(map(_text, each)) if isinstance(each, list) else _text(each) for each in value
        )
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def side(aspect: str) -> str:
    """Return what a person calls a key."""
    if aspect.startswith("from:"):
        return f"自{aspect.removeprefix('from:')}起的值"
    return SIDES.get(aspect, aspect)


def _title(element: str, says: dict[str, str], word: str) -> str:
    if not element:
        return "文件"
    return f"{word}“{says.get('label') or says.get('title') or says.get('name') or element}”"


def _whole(element: str, says: dict[str, str], kind: Kind, word: str) -> Change:
    said = "；".join(f"{side(name)}：{value}" for name, value in says.items() if value)
    old, new = (said, "") if kind == Kind.REMOVED else ("", said)
    return Change(element, kind, "整项", old, new, _title(element, says, word), "element")


def _changed(
    element: str, before: dict[str, str], after: dict[str, str], word: str
) -> Iterator[Change]:
    for aspect, old, new in differing(before, after):
        title = _title(element, {**before, **after}, word)
        yield Change(element, Kind.CHANGED, side(aspect), old, new, title, aspect)
