"""Two forms field by field."""

from collections.abc import Iterator
from typing import Any

import orjson

from models.errors import InvalidError
from processes.compare.change import Change, Kind, differing
from processes.compare.order import keeping_order

KINDS = {
    "textfield": "单行文字",
    "textarea": "多行文字",
    "number": "数字",
    "checkbox": "勾选",
    "checklist": "多选",
    "radio": "单选",
    "select": "下拉选择",
    "taglist": "标签选择",
    "datetime": "日期时间",
    "filepicker": "文件",
    "text": "说明文字",
    "html": "说明文字",
    "group": "分组",
    "dynamiclist": "可增减的行",
    "table": "表格",
    "button": "按钮",
    "image": "图片",
    "spacer": "空白",
    "separator": "分隔线",
    "expression": "计算值",
    "iframe": "嵌入页面",
    "documentPreview": "文件预览",
}
SIDES = {
    "label": "标题",
    "dateLabel": "日期标题",
    "timeLabel": "时间标题",
    "description": "说明",
    "text": "文字",
    "type": "字段类型",
    "key": "变量名",
    "path": "变量组",
    "parent": "所在分组",
    "values": "选项",
    "valuesKey": "选项来源",
    "valuesExpression": "选项来源",
    "defaultValue": "缺省值",
    "disabled": "不可填",
    "readonly": "只读",
    "accept": "文件类型",
    "multiple": "可传多个",
    "expression": "算式",
    "subtype": "日期类型",
    "validate.required": "必填",
    "validate.min": "最小值",
    "validate.max": "最大值",
    "validate.minLength": "最少字数",
    "validate.maxLength": "最多字数",
    "validate.pattern": "格式",
    "conditional.hide": "隐藏条件",
    "properties.check": "检查",
    "title": "表单名称",
    "id": "标识",
}
SILENT = frozenset({"components", "layout", "id"})
PLACED = "layout"
SCHEMA = "schemaVersion"
MAX_DEPTH = 30
LONGEST_PATH = 200


class UnreadableFormError(InvalidError):
    """One of the two is no form."""

    message = "表单文件无法读取，请在表单编辑器中检查后重新保存。"


def form_changes(before: bytes, after: bytes) -> list[Change]:
    """Return what differs, field by field; an unreadable file raises."""
    old, new = _schema(before), _schema(after)
    left, right = dict(_fields(old, "", 0)), dict(_fields(new, "", 0))
    found = [
        *(_whole(each, left[each], Kind.REMOVED) for each in left if each not in right),
        *(_whole(each, right[each], Kind.ADDED) for each in right if each not in left),
    ]
    both = [each for each in right if each in left]
    for each in both:
        found += _changed(each, left[each], right[each])
    found += _moved([each for each in left if each in right], both, right)
    return [*_head(old, new), *found]


def _schema(data: bytes) -> dict[str, Any]:
    try:
        given = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise UnreadableFormError from error
    if not isinstance(given, dict):
        raise UnreadableFormError
    return given


def _fields(schema: dict[str, Any], parent: str, depth: int) -> Iterator[tuple[str, Any]]:
    components = schema.get("components")
    if not isinstance(components, list) or depth > MAX_DEPTH:
        return
    for number, each in enumerate(components):
        if not isinstance(each, dict):
            continue
        name = str(each.get("id") or each.get("key") or f"{parent}#{number}")
        yield name, {**each, "parent": parent}
        yield from _fields(each, name, depth + 1)


def title_of(field: dict[str, Any]) -> str:
    """Return what a person calls a field."""
    kind = KINDS.get(str(field.get("type", "")), str(field.get("type", "")))
    named = (field.get(name) for name in ("label", "dateLabel", "timeLabel", "key"))
    text = str(field.get("text") or "").strip().partition("\n")[0].lstrip("# ")
    return f"{kind}“{next((str(name) for name in named if name), text[:20] or field.get('id'))}”"


def _whole(element: str, field: dict[str, Any], kind: Kind) -> Change:
    said = "；".join(f"{side(name)}：{value}" for name, value in _flat(field).items() if value)
    old, new = (said, "") if kind == Kind.REMOVED else ("", said)
    return Change(element, kind, "整个字段", old, new, title_of(field), "element")


def _changed(element: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for aspect, old, new in differing(_flat(before), _flat(after)):
        yield Change(element, Kind.CHANGED, side(aspect), old, new, title_of(after), aspect)
    if before.get(PLACED) != after.get(PLACED):
        given = (_text(before.get(PLACED)), _text(after.get(PLACED)))
        yield Change(element, Kind.MOVED, "所占宽度", *given, title_of(after), PLACED)


def _moved(before: list[str], after: list[str], fields: dict[str, Any]) -> Iterator[Change]:
    """Yield the fields that left their place among those that stayed: as few as possible."""
    kept = keeping_order(before, after)
    places = {element: number for number, element in enumerate(after, 1)}
    for number, element in enumerate(before, 1):
        if element not in kept:
            given = (f"第{number}个", f"第{places[element]}个")
            yield Change(element, Kind.MOVED, "次序", *given, title_of(fields[element]), "order")


def _head(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    left = _flat({name: value for name, value in before.items() if name != SCHEMA})
    right = _flat({name: value for name, value in after.items() if name != SCHEMA})
    for aspect, old, new in differing(left, right):
        yield Change("", Kind.CHANGED, side(aspect), old, new, "表单", aspect)


def _flat(given: dict[str, Any], path: str = "") -> dict[str, str]:
    says: dict[str, str] = {}
    for name, value in given.items():
        if not path and name in SILENT:
            continue
        if isinstance(value, dict) and len(path) < LONGEST_PATH:
            says |= _flat(value, f"{path}{name}.")
        else:
            says[f"{path}{name}"] = _text(value)
    return says


def _text(value: object) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, str):
        return value
    if value is True:
        return "是"
    return orjson.dumps(value).decode()


def side(aspect: str) -> str:
    """Return what a person calls a side of a field."""
    if aspect.startswith("properties.") and aspect not in SIDES:
        return f"属性“{aspect.removeprefix('properties.')}”"
    return SIDES.get(aspect, aspect)
