"""Files that the editors open and make, and what a form's fields may be asked about."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from lxml import etree
from sqlalchemy.orm import Session

from models.errors import InvalidError, NotFoundError, SmallworksError
from processes.catalogue import stem
from processes.desks.uses import Files, Use, uses_of_form
from processes.forms import Finding
from processes.lint.diagram import Diagram
from processes.modelling import Context, variables_at
from processes.packs.files import FOLDERS, NAME
from processes.properties import form_path
from processes.proposals.titles import form_titles, title_of
from processes.xml import safe_dmn, safe_tree

RESERVED = frozenset({"new"})
"""Names that stand for pages of the editors."""
MOST_USES = 5
"""Steps that are asked for what they know; a form used more often is a common one."""
SCHEMA_VERSION = 18
EMPTY_DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="definitions_x" name="" namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="x" name="">
    <decisionTable id="table_x" hitPolicy="UNIQUE">
      <input id="input_1" label="条件"><inputExpression id="expression_1" typeRef="string"><text>condition</text></inputExpression></input>
      <output id="output_1" label="结果" name="result" typeRef="string" />
      <rule id="rule_1">
        <inputEntry id="when_1"><text></text></inputEntry>
        <outputEntry id="then_1"><text>""</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="diagram_x">
      <dmndi:DMNShape id="shape_x" dmnElementRef="x"><dc:Bounds height="80" width="180" x="160" y="100" /></dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""  # noqa: E501 - a file


class FileMissingError(NotFoundError):
    """The address names no form or decision of the county."""

    message = "本区县没有这个文件，请从“表单与文书”重新打开。"


class NewFileWrongError(InvalidError):
    """A new form or decision cannot be called that, or start from that."""

    message = "没有新建，请按提示改正。"


@dataclass(frozen=True)
class NewFile:
    """What somebody asked for: the name of the file, what people call it, what it starts from."""

    name: str = ""
    title: str = ""
    copy_of: str = ""


def path_of(folder: str, name: str) -> str:
    """Return where a file of a name lies; a name that none can have is refused."""
    file = f"{name}{FOLDERS[folder]}"
    if not NAME.fullmatch(file) or name in RESERVED:
        raise FileMissingError
    return f"{folder}/{file}"


def existing(files: Files, folder: str, name: str) -> str:
    """Return the path of a file that the county has."""
    path = path_of(folder, name)
    if path not in files:
        raise FileMissingError
    return path


def listed(files: Files, folder: str) -> list[tuple[str, str]]:
    """Return name and title of every file of a folder, by title."""
    diagrams = (body for path, body in files.items() if path.startswith("diagrams/"))
    shown = form_titles(diagrams) if folder == "forms" else {}
    paths = [(path, stem(path)) for path in files if path.startswith(f"{folder}/")]
    named = [(name, shown.get(name) or title_of(path, files[path])) for path, name in paths]
    return sorted(named, key=itemgetter(1))


def new_form(files: Files, given: NewFile) -> tuple[str, bytes]:
    """Return path and content of a new form, with ids of its own."""
    path, before = _new(files, "forms", given)
    schema: dict[str, Any] = {"type": "default", "schemaVersion": SCHEMA_VERSION, "components": []}
    if before is not None:
        schema = json.loads(before)
        _renamed(schema, given.copy_of, given.name)
    elif given.title:
        heading = {"type": "text", "text": f"### {given.title}", "id": f"{given.name}_heading"}
        schema["components"] = [heading]
    schema = {"type": "default", "id": given.name, **{k: v for k, v in schema.items() if k != "id"}}
    return path, f"{json.dumps(schema, ensure_ascii=False, indent=2)}\n".encode()


def _renamed(schema: dict[str, Any], old: str, new: str) -> None:
    """Give the fields of a copy ids that begin with its own name."""
    layer = [schema]
    while layer:
        for one in layer:
            if isinstance(one.get("id"), str) and one["id"].startswith(f"{old}_"):
                one["id"] = new + one["id"][len(old) :]
        layer = [inner for one in layer for inner in one.get("components") or []]


def new_decision(files: Files, given: NewFile) -> tuple[str, bytes]:
    """Return path and content of a new decision: its id is its name, as flows call it."""
    path, before = _new(files, "decisions", given)
    root = safe_dmn(before or EMPTY_DECISION.encode())
    old = given.copy_of or "x"
    for element in root.iter():
        for name in ("id", "dmnElementRef"):
            value = element.get(name, "")
            if value == old or value.endswith(f"_{old}"):
                element.set(name, value[: len(value) - len(old)] + given.name)
    decisions = [one for one in root if str(one.tag).endswith("}decision")]
    for one in (root, *decisions[:1]):
        one.set("name", given.title or given.name)
    body: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return path, body + b"\n"


def _new(files: Files, folder: str, given: NewFile) -> tuple[str, bytes | None]:
    wrong: dict[str, str] = {}
    try:
        path = path_of(folder, given.name)
    except FileMissingError:
        wrong["name"] = "名称以小写字母开头，只用小写字母、数字和下划线，请改正。"
        path = ""
    if path in files:
        wrong["name"] = "已有同名的文件，请另取名称，或直接打开它修改。"
    source = f"{folder}/{given.copy_of}{FOLDERS[folder]}"
    if given.copy_of and source not in files:
        wrong["copy_of"] = "没有这个可以照抄的文件，请重新选择。"
    if wrong:
        raise NewFileWrongError(fields=wrong)
    return path, files.get(source) if given.copy_of else None


def facts_before(session: Session, context: Context, files: Files, used: list[Use]) -> list[str]:
    """Return the names of the case's data that are known where a form is filled."""
    if not used:
        return []
    catalogue = context.catalogue(session)
    found: set[str] = set()
    for use in used[:MOST_USES]:
        body = files.get(f"diagrams/{use.key}.bpmn")
        if body is not None:
            known = variables_at(Diagram(body), catalogue, use.element)
            found |= {one.name for one in known if use.element not in one.set_by}
    return sorted(found)


def lost_keys(files: Files, name: str, text: str) -> Iterator[Finding]:
    """Find what flows read that the form gave before and gives no longer."""
    before = _keys(files.get(form_path(name), b"{}"))
    gone = before - _keys(text.encode(errors="replace"))
    if not gone:
        return
    for use in uses_of_form(files, name):
        for key in sorted(gone & _read_in(files.get(f"diagrams/{use.key}.bpmn", b""))):
            told = (
                f"流程“{use.flow}”要用“{key}”，表单里已经没有这个数据名称，请改回或一并修改流程。"
            )
            yield Finding("", "warning", told)


def _read_in(body: bytes) -> set[str]:
    """Return every word in the conditions, scripts, parameters and properties of a diagram."""
    try:
        elements = list(safe_tree(body).iter())
    except SmallworksError:
        return set()
    texts = [one.text or "" for one in elements]
    texts += [one.get("value", "") for one in elements]
    return set(_words(" ".join(texts)))


def _words(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() or sign == "_" else " " for sign in text).split()


def _keys(body: bytes) -> set[str]:
    try:
        schema = json.loads(body)
    except (ValueError, RecursionError):
        return set()
    found: set[str] = set()
    layer: list[Any] = [schema] if isinstance(schema, Mapping) else []
    while layer:
        found |= {str(one.get("key") or one.get("path") or "").partition(".")[0] for one in layer}
        inner = [one.get("components") for one in layer]
        layer = [one for each in inner if isinstance(each, list) for one in each]
        layer = [one for one in layer if isinstance(one, Mapping)]
    return found - {""}
