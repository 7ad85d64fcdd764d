"""Reading uploaded diagrams and decision tables without trusting them."""

from typing import Any

from lxml import etree

from models.errors import InvalidError

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
BPMN_ROOT = f"{{{BPMN}}}definitions"
DMN_EDITIONS = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
DMN_ROOTS = frozenset(f"{{{edition}}}definitions" for edition in DMN_EDITIONS)
MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

# Spelled out, although lxml's defaults are close: a changed default must not open a file.
SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    # a comment inside an expression cuts its text: "ok <!-- c --> and approved" would run as "ok"
    "remove_comments": True,
    "remove_pis": True,
}

Element = Any  # lxml has no types


class BadDiagramError(InvalidError):
    """The file is not a diagram or decision table this platform takes in."""

    message = "流程图文件无法读取，请在建模器中检查后重新上传。"


def safe_tree(data: bytes) -> Element:
    """Return the root of a BPMN file; anything hostile or foreign raises ``BadDiagramError``."""
    root = _parse(data)
    if root.tag != BPMN_ROOT:
        raise BadDiagramError(
            "文件不是 BPMN 2.0 流程图，请从建模器导出后重新上传。", root=str(root.tag)[:80]
        )
    return root


def safe_dmn(data: bytes) -> Element:
    """Return the root of a DMN file; anything hostile or foreign raises ``BadDiagramError``."""
    root = _parse(data)
    if root.tag not in DMN_ROOTS:
        raise BadDiagramError(
            "文件不是 DMN 决策表，请从建模器导出后重新上传。", root=str(root.tag)[:80]
        )
    return root


def _parse(data: bytes) -> Element:
    _refuse_by_text(data)
    try:
        root = etree.fromstring(data, etree.XMLParser(**SAFE))
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise BadDiagramError(
            f"文件第 {line} 行不是正确的 XML，请在建模器中重新导出。", line=line, reason=error.msg
        ) from None
    except ValueError:  # an encoding declaration that libxml2 does not know
        raise BadDiagramError("文件编码无法识别，请以 UTF-8 编码保存后重新上传。") from None
    _refuse_by_shape(root)
    return root


def _refuse_by_text(data: bytes) -> None:
    # Before the parser looks at the file: nothing of a DTD is ever read. In UTF-16 or UTF-32 this
    # search would be blind, so only UTF-8 comes in.
    if len(data) > MAX_BYTES:
        raise BadDiagramError("文件超过 2 MB，请拆分流程后重新上传。", bytes=len(data))
    if data[:2] in UTF16_MARKS or b"\x00" in data[:4096]:
        raise BadDiagramError("文件编码不是 UTF-8，请以 UTF-8 编码保存后重新上传。")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise BadDiagramError("文件含有 DOCTYPE 或实体定义，不予接收，请删除后重新上传。")


def _refuse_by_shape(root: Element) -> None:
    if root.getroottree().docinfo.doctype:
        raise BadDiagramError("文件含有 DOCTYPE，不予接收，请删除后重新上传。")
    count = sum(1 for _ in root.iter())
    if count > MAX_ELEMENTS:
        raise BadDiagramError("流程图元素过多，请拆分为若干子流程后重新上传。", elements=count)
