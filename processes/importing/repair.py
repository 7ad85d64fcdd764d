"""The repair proposal: a diagram of another tool, made so that it can be run, with what is to do.

Nothing is dropped in silence: every change is a line, the original is kept beside it, and what
stands for something unknown is marked in the diagram until somebody has seen to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from models.errors import InvalidError
from processes.importing import beginnings, data, events, layout, splitting, tasks, ways
from processes.importing.report import Change
from processes.importing.sheet import Sheet, called
from processes.lint.checker import MAX_FLOWS, MAX_NODES
from processes.lint.diagram import NODES, B, kind_of
from processes.xml import Element, safe_tree

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
MAX_PROCESSES = 20


class NothingToImportError(InvalidError):
    """The file is BPMN and holds no process that could be run."""

    message = "文件里没有画出流程（可能是编排图或空白图），没有可导入的内容，请检查后重新选择文件。"


class TooManyProcessesError(InvalidError):
    """A file with more processes than anybody would look through."""

    message = "文件里有超过 {limit} 个流程，请先在原来的工具里拆分后再导入。"


class TooLargeToImportError(InvalidError):
    """One process is larger than any that could be published."""

    message = (
        "流程“{title}”有 {nodes} 个环节、{flows} 条连线，超过每个流程 {most} 个环节的限度，"
        "请先在原来的工具里拆分后再导入。"
    )


class BadKeyError(InvalidError):
    """The key cannot be a flow's."""

    message = (
        "流程标识“{key}”不能用：只能用小写字母、数字和下划线，以字母开头，最多 60 个字符，请改正。"
    )


@dataclass(frozen=True)
class ImportedFlow:
    """One flow of the file: as it was by itself, as repaired, and what was changed."""

    key: str
    title: str
    original: bytes
    bpmn: bytes
    changes: tuple[Change, ...]


def imported(bpmn: bytes, key: str) -> list[ImportedFlow]:
    """Return the flows of a file, repaired; the first one gets the key."""
    if not KEY.fullmatch(key):
        raise BadKeyError(key=key[:60])
    root = safe_tree(bpmn)
    found = splitting.processes(root)
    if not found:
        raise NothingToImportError
    if len(found) > MAX_PROCESSES:
        raise TooManyProcessesError(limit=MAX_PROCESSES)
    for each in found:
        _check_size(each)
    keys = dict(zip((each.get("id", "") for each in found), _keys(key, len(found)), strict=True))
    return [_flow(root, each, keys, bpmn) for each in found]


def _check_size(process: Element) -> None:
    kinds = [kind_of(each) for each in process.iter()]
    nodes, flows = sum(kind in NODES for kind in kinds), kinds.count("sequenceFlow")
    if nodes > MAX_NODES or flows > MAX_FLOWS:
        raise TooLargeToImportError(title=called(process), nodes=nodes, flows=flows, most=MAX_NODES)


def key_of(name: str) -> str:
    """Return a flow's key from a file's name."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:50]
    return plain if KEY.fullmatch(plain) else f"flow_{plain}".rstrip("_")


def _keys(key: str, count: int) -> Iterator[str]:
    yield key
    for number in range(2, count + 1):
        yield f"{key[:56]}_{number}"


def _flow(root: Element, process: Element, keys: dict[str, str], bpmn: bytes) -> ImportedFlow:
    several = len(keys) > 1
    single = splitting.alone(root, process.get("id", ""))
    sheet = Sheet(single, _process(single, process.get("id", "")))
    original = _text(single) if several else bpmn
    for step in (_executable, events.repair, tasks.repair, data.repair):
        step(sheet)
    ways.repair(sheet)
    ways.close(sheet)
    beginnings.starts(sheet)
    events.reserved(sheet)
    _ends_of_flows(sheet)
    _rename(sheet, keys)
    layout.draw(sheet)
    if several:
        others = "、".join(one for one in keys.values() if one != keys[process.get("id", "")])
        sheet.done(sheet.process, f"文件里有 {len(keys)} 个流程，各成一份：另有 {others}。")
    title = str(sheet.process.get("name") or sheet.process.get("id"))[:200]
    return ImportedFlow(
        keys[process.get("id", "")], title, original, _text(single), tuple(sheet.changes)
    )


def _process(root: Element, process_id: str) -> Element:
    return next(each for each in root.iterfind(f"{B}process") if each.get("id") == process_id)


def _executable(sheet: Sheet) -> None:
    if sheet.process.get("isExecutable") != "true":
        sheet.process.set("isExecutable", "true")
        sheet.done(sheet.process, f"流程{called(sheet.process)}已标为可执行。")


def _rename(sheet: Sheet, keys: dict[str, str]) -> None:
    """Give the process the key as its id, here and where the file's other processes call it."""
    for former, key in keys.items():
        for each in sheet.process.iter(f"{B}callActivity"):
            if each.get("calledElement", "").rpartition(":")[2] == former:
                each.set("calledElement", key)
    former, key = sheet.process.get("id", ""), keys[sheet.process.get("id", "")]
    if former == key:
        return
    taken = [each for each in sheet.root.iter() if each.get("id") == key]
    if taken:
        events.rename(sheet.root, key, sheet.fresh(f"{key}_element"))
    events.rename(sheet.root, former, key)
    sheet.changes.append(Change(key, "done", f"流程编号“{former}”已改为“{key}”。"))


def _ends_of_flows(sheet: Sheet) -> None:
    """Write each node's list of its flows anew: the schema wants it in order, and true."""
    for scope in sheet.scopes():
        for node in scope:
            listed = [each for each in node if kind_of(each) in {"incoming", "outgoing"}]
            for each in listed:
                node.remove(each)
        for flow in scope.iterfind(f"{B}sequenceFlow"):
            _list(scope, flow.get("sourceRef"), "outgoing", flow.get("id"))
            _list(scope, flow.get("targetRef"), "incoming", flow.get("id"))


def _list(scope: Element, node_id: str, kind: str, flow: str) -> None:
    node = next((each for each in scope if each.get("id") == node_id), None)
    if node is None:
        return
    heads = {"documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef"}
    heads |= {"incoming"} if kind == "incoming" else {"incoming", "outgoing"}
    place = sum(1 for each in node if kind_of(each) in heads)
    made = etree.Element(f"{B}{kind}")
    made.text = flow
    node.insert(place, made)


def _text(root: Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
