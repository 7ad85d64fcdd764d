"""What is wrong with a form schema, found before it is published."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from processes.forms.cycles import cycle_findings
from processes.forms.finding import Finding, error
from processes.forms.limits import MAX_COMPONENTS, MAX_SCHEMA_CHARACTERS, MAX_SCHEMA_DEPTH
from processes.forms.schema import (
    GROUP,
    LIST,
    SUPPORTED,
    Component,
    bound_names,
    components_of,
    join,
    segments,
    walk,
)
from processes.forms.settings import setting_findings

__all__ = ["Finding", "schema_findings"]

OF_PLATFORM = frozenset({"county", "project", "parties", "people"})
# Names that reach into the browser's own objects, or that expressions keep for themselves.
FORBIDDEN_NAMES = frozenset({"__proto__", "constructor", "prototype", "this", "parent", "i"})


def schema_findings(schema: object) -> list[Finding]:
    """Return every finding of a form schema; an error forbids publishing."""
    problem = shape_problem(schema)
    if problem is not None:
        return [problem]
    components = components_of(schema)  # type: ignore[arg-type]
    found = [*_placed(components, ""), *_repeated_ids(components), *_taken(components)]
    return found or [*setting_findings(components, ""), *cycle_findings(components)]


def _taken(components: list[Component]) -> Iterator[Finding]:
    """Find fields that would be dropped: the platform keeps these names of a case for itself."""
    for name in sorted(bound_names(components) & OF_PLATFORM):
        yield error(name, f"“{name}”是平台自用的名称，填的内容不会入案卷，请换一个键。")


def shape_problem(schema: object) -> Finding | None:
    """Return why something is no form at all, or too large or deep, or None."""
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        return error("", "表单定义须是带 components 列表的 JSON 对象，请用表单设计器重新保存。")
    depth, count, layer = 0, 0, schema["components"]
    while layer:
        depth, count = depth + 1, count + len(layer)
        if depth > MAX_SCHEMA_DEPTH or count > MAX_COMPONENTS:
            return error(
                "", f"表单最多{MAX_COMPONENTS}个字段、{MAX_SCHEMA_DEPTH}层，请拆成几个环节。"
            )
        wrong = next((one for one in layer if not _is_component(one)), None)
        if wrong is not None:
            return error("", "表单里有不是字段的内容，请用表单设计器打开并重新保存。")
        layer = [inner for one in layer for inner in one.get("components") or []]
    return _size_problem(schema)


def _is_component(one: object) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("type"), str):
        return False
    mappings = all(
        isinstance(one.get(name, {}), dict) for name in ("validate", "conditional", "properties")
    )
    return mappings and isinstance(one.get("components", []), list)


def _size_problem(schema: dict[str, Any]) -> Finding | None:
    try:
        size = len(json.dumps(schema, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        return error("", "表单定义里有无法保存的内容，请用表单设计器重新保存。")
    if size <= MAX_SCHEMA_CHARACTERS:
        return None
    return error("", f"表单定义超过{MAX_SCHEMA_CHARACTERS}个字符，请删减说明文字。")


def _placed(components: list[Any], base: str) -> Iterator[Finding]:
    """Yield findings about types and places; they come first because the others build on them."""
    taken: list[str] = []
    for component in components:
        yield from _kind_and_name(component, base)
        if segments(component):
            taken.append(join(base, component))
        if component["type"] in {GROUP, LIST}:
            inner = join(base, component) + ("[]" if component["type"] == LIST else "")
            yield from _placed(components_of(component), inner)
    yield from _clashes(taken)


def _kind_and_name(component: Any, base: str) -> Iterator[Finding]:  # noqa: ANN401
    kind, place = component["type"], segments(component)
    path = join(base, component) or str(component.get("id") or kind)
    if kind not in SUPPORTED:
        yield error(path, f"不支持“{kind}”类型的字段，请换成支持的类型。")
    needs_place = kind in SUPPORTED and kind not in {
        GROUP,
        "text",
        "image",
        "separator",
        "spacer",
        "table",
    }
    if needs_place and not place:
        yield error(path, "字段没有名称，数据无处存放，请填写字段键或路径。")
    if any(not name.isidentifier() or name in FORBIDDEN_NAMES for name in place):
        yield error(path, "字段名称只能用文字、数字和下划线，不能用保留名称，请改名。")


def _clashes(paths: list[str]) -> Iterator[Finding]:
    for path, times in Counter(paths).items():
        if times > 1:
            yield error(path, "字段名称重复，两处会互相覆盖，请改名。")
        if any(other.startswith(f"{path}.") for other in paths if other != path):
            yield error(path, "字段名称同时是另一字段的上级，请改名。")


def _repeated_ids(components: list[Any]) -> Iterator[Finding]:
    ids = Counter(one["id"] for one in walk(components) if one.get("id"))
    for name, times in ids.items():
        if times > 1:
            yield error(str(name), "字段标识 id 重复，浏览器无法打开表单，请用表单设计器重新生成。")
