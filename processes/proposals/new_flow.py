"""A new flow: a diagram with a beginning and an end, ready to be drawn on."""

import re
from collections.abc import Collection
from xml.sax.saxutils import quoteattr

from models.errors import InvalidError

KEY = re.compile(r"[a-z][a-z0-9_]{2,59}", re.ASCII)
MAX_TITLE = 60
UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Signs that no line of a diagram can hold: XML has no way to write most of them."""
# a flow's key is part of addresses that have pages of their own
RESERVED = frozenset({"import", "new"})
EMPTY = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="definitions_{key}" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="{key}" name={title} isExecutable="true">
    <bpmn:startEvent id="start_{key}" name="开始">
      <bpmn:outgoing>flow_start_end</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="flow_start_end" sourceRef="start_{key}" targetRef="end_{key}" />
    <bpmn:endEvent id="end_{key}" name="办结">
      <bpmn:incoming>flow_start_end</bpmn:incoming>
    </bpmn:endEvent>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram_{key}">
    <bpmndi:BPMNPlane id="plane_{key}" bpmnElement="{key}">
      <bpmndi:BPMNShape id="shape_start_{key}" bpmnElement="start_{key}">
        <dc:Bounds x="180" y="160" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="187" y="203" width="22" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="shape_end_{key}" bpmnElement="end_{key}">
        <dc:Bounds x="480" y="160" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="487" y="203" width="22" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="edge_start_end" bpmnElement="flow_start_end">
        <di:waypoint x="216" y="178" />
        <di:waypoint x="480" y="178" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""  # noqa: E501 - a file


class NewFlowWrongError(InvalidError):
    """A new flow cannot be called that."""

    message = "没有新建流程，请按提示改正。"


def check_new(key: str, title: str, taken: Collection[str]) -> dict[str, str]:
    """Return what is wrong with a new flow's key and title; ``taken`` are the keys that exist."""
    fields: dict[str, str] = {}
    if not KEY.fullmatch(key) or key in RESERVED:
        fields["key"] = "标识用小写字母、数字和下划线，以字母开头，至少3个字符，请改正。"
    elif key in taken:
        fields["key"] = "本区县已有这个标识的流程，请换一个，或从列表打开它。"
    if not title.strip() or len(title.strip()) > MAX_TITLE:
        fields["title"] = "请填写流程名称，不超过60字。"
    elif UNFIT.search(title.strip()):
        fields["title"] = "名称里有看不见的控制字符（多半是粘贴带来的），请删去后重新输入。"
    return fields


def new_flow(key: str, title: str) -> tuple[str, bytes]:
    """Return the path and the diagram of a new flow that says nothing yet."""
    body = EMPTY.format(key=key, title=quoteattr(title.strip()))
    return f"diagrams/{key}.bpmn", body.encode()
