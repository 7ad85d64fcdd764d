"""Two decision tables: inputs, outputs, hit policy, and rule by rule."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from processes.compare.change import Change, Kind, differing
from processes.compare.facets import MOST_ATTRIBUTES, tag_of
from processes.compare.order import keeping_order
from processes.xml import BadDiagramError, Element, safe_dmn

SIDES = {
    "@name": "名称",
    "@label": "标题",
    "@hitPolicy": "命中方式",
    "@aggregation": "汇总方式",
    "@typeRef": "类型",
    "expression": "取值",
    "values": "可选值",
    "description": "说明",
}
POLICY = {"@hitPolicy": "UNIQUE"}


@dataclass
class Part:
    """One input, output, rule or the table itself."""

    title: str
    says: dict[str, str] = field(default_factory=dict)


def decision_changes(before: bytes, after: bytes) -> list[Change]:
    """Return what differs; an unreadable file raises."""
    left, right = _parts(safe_dmn(before)), _parts(safe_dmn(after))
    found = [
        *(_whole(each, left[each], Kind.REMOVED) for each in left if each not in right),
        *(_whole(each, right[each], Kind.ADDED) for each in right if each not in left),
    ]
    for each in right:
        if each in left:
            found += _changed(each, left[each], right[each])
    return [*found, *_moved(left, right)]


def _parts(root: Element) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    for decision in root:
        if tag_of(decision) != "decision":
            continue
        name = decision.get("name") or decision.get("id", "")
        made = Part(f"决策“{name}”", _attributes(decision))
        parts[decision.get("id", "")] = made
        for table in decision:
            if tag_of(table) == "decisionTable":
                made.says |= POLICY | _attributes(table)
                parts |= _columns_and_rules(table)
            elif not tag_of(table).endswith("Information") and tag_of(table) != "variable":
                made.says[tag_of(table)] = _all_text(table)
    return parts


def _columns_and_rules(table: Element) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    columns: dict[str, list[str]] = {"input": [], "output": []}
    rules = 0
    for child in table:
        kind = tag_of(child)
        if kind in columns:
            columns[kind].append(_column(parts, child, kind, len(columns[kind])))
        if kind == "rule":
            rules += 1
            parts[child.get("id") or f"rule#{rules}"] = _rule(child, rules, columns)
    return parts


def _column(parts: dict[str, Part], xml: Element, kind: str, number: int) -> str:
    expression = xml.find("{*}inputExpression")
    text = _all_text(expression) if expression is not None else ""
    label = xml.get("label") or xml.get("name") or text or f"第{number + 1}列"
    says = _attributes(xml)
    if expression is not None:
        says |= {"expression": text} | _attributes(expression)
    allowed = xml.find(f"{{*}}{kind}Values")
    if allowed is not None:
        says["values"] = _all_text(allowed)
    word = "输入" if kind == "input" else "输出"
    key = xml.get("id") or f"{kind}#{number}"
    parts[key] = Part(f"{word}“{label}”", says)
    return f"{word}“{label}”\x00{key}"


def _rule(xml: Element, number: int, columns: dict[str, list[str]]) -> Part:
    made = Part(f"第{number}条规则")
    cells = {"inputEntry": list(columns["input"]), "outputEntry": list(columns["output"])}
    for child in xml:
        kind = tag_of(child)
        if cells.get(kind):
            made.says[cells[kind].pop(0)] = _cell(_all_text(child))
        elif kind == "description":
            made.says["description"] = _all_text(child)
    return made


def _cell(text: str) -> str:
    return "" if text == "-" else text  # both mean: whatever it is


def _attributes(xml: Element) -> dict[str, str]:
    names = xml.keys()
    if len(names) > MOST_ATTRIBUTES:
        raise BadDiagramError("决策表的元素属性过多，请从决策编辑器重新保存。")
    return {f"@{name}": xml.get(name, "") for name in names if name != "id" and name[:1] != "{"}


def _all_text(xml: Element) -> str:
    return "".join(xml.itertext()).strip()


def _side(aspect: str) -> str:
    word, _, key = aspect.partition("\x00")
    return word if key else SIDES.get(aspect, aspect.removeprefix("@"))


def _whole(element: str, part: Part, kind: Kind) -> Change:
    said = "；".join(f"{_side(name)}：{value}" for name, value in part.says.items() if value)
    old, new = (said, "") if kind == Kind.REMOVED else ("", said)
    return Change(element, kind, "整项", old, new, part.title, "element")


def _changed(element: str, before: Part, after: Part) -> Iterator[Change]:
    # a column is the same when its id is, whatever it is called now
    left = {_key(name): value for name, value in before.says.items()}
    right = {_key(name): value for name, value in after.says.items()}
    words = {_key(name): _side(name) for name in (*before.says, *after.says)}
    for aspect, old, new in differing(left, right):
        yield Change(element, Kind.CHANGED, words[aspect], old, new, after.title, aspect)


def _key(aspect: str) -> str:
    return aspect.partition("\x00")[2] or aspect


def _moved(left: dict[str, Part], right: dict[str, Part]) -> Iterator[Change]:
    before = [each for each in left if each in right]
    after = [each for each in right if each in left]
    kept = keeping_order(before, after)
    for each in before:
        if each not in kept:
            # which rule is tried first decides: this is more than its place on the page
            given = (left[each].title, right[each].title)
            yield Change(each, Kind.MOVED, "次序", *given, right[each].title, "order")
