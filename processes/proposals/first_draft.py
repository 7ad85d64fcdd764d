"""What a new flow begins with: lanes, a first step of whoever begins it, and that step's form."""

import json
from xml.sax.saxutils import escape, quoteattr

SUBJECT = "title"
PLATFORM = "平台"
FLOW = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="definitions_{key}" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:collaboration id="collaboration_{key}">
    <bpmn:participant id="participant_{key}" name={title} processRef="{key}" />
  </bpmn:collaboration>
  <bpmn:process id="{key}" name={title} isExecutable="true">
    <bpmn:documentation>{summary}</bpmn:documentation>
    <bpmn:extensionElements>
      <spiffworkflow:properties>
        <spiffworkflow:property name="starters" value="{role}" />
        <spiffworkflow:property name="subject" value="{subject}" />
        <spiffworkflow:property name="facts" value="{subject},content" />
      </spiffworkflow:properties>
    </bpmn:extensionElements>
    <bpmn:laneSet id="lanes_{key}">
      <bpmn:lane id="lane_first_{key}" name={lane}>
        <bpmn:flowNodeRef>start_{key}</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>fill_{key}</bpmn:flowNodeRef>
      </bpmn:lane>
      <bpmn:lane id="lane_platform_{key}" name="{platform}">
        <bpmn:flowNodeRef>end_{key}</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="start_{key}" name="开始">
      <bpmn:outgoing>flow_start_fill</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="flow_start_fill" sourceRef="start_{key}" targetRef="fill_{key}" />
    <bpmn:userTask id="fill_{key}" name="填报">
      <bpmn:extensionElements>
        <spiffworkflow:properties>
          <spiffworkflow:property name="formJsonSchemaFilename" value="{form}" />
        </spiffworkflow:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>flow_start_fill</bpmn:incoming>
      <bpmn:outgoing>flow_fill_end</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="flow_fill_end" sourceRef="fill_{key}" targetRef="end_{key}" />
    <bpmn:endEvent id="end_{key}" name="办结">
      <bpmn:incoming>flow_fill_end</bpmn:incoming>
    </bpmn:endEvent>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram_{key}">
    <bpmndi:BPMNPlane id="plane_{key}" bpmnElement="collaboration_{key}">
      <bpmndi:BPMNShape id="shape_participant_{key}" bpmnElement="participant_{key}" isHorizontal="true">
        <dc:Bounds x="120" y="80" width="1000" height="320" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="shape_lane_first_{key}" bpmnElement="lane_first_{key}" isHorizontal="true">
        <dc:Bounds x="150" y="80" width="970" height="160" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="shape_lane_platform_{key}" bpmnElement="lane_platform_{key}" isHorizontal="true">
        <dc:Bounds x="150" y="240" width="970" height="160" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="shape_start_{key}" bpmnElement="start_{key}">
        <dc:Bounds x="202" y="142" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="209" y="185" width="22" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="shape_fill_{key}" bpmnElement="fill_{key}">
        <dc:Bounds x="290" y="120" width="100" height="80" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="shape_end_{key}" bpmnElement="end_{key}">
        <dc:Bounds x="1022" y="302" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="1029" y="345" width="22" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="edge_start_fill" bpmnElement="flow_start_fill">
        <di:waypoint x="238" y="160" />
        <di:waypoint x="290" y="160" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="edge_fill_end" bpmnElement="flow_fill_end">
        <di:waypoint x="390" y="160" />
        <di:waypoint x="706" y="160" />
        <di:waypoint x="706" y="320" />
        <di:waypoint x="1022" y="320" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""  # noqa: E501 - a file


def form_name(key: str) -> str:
    """Return the name of the first step's form, within what a file may be called."""
    return f"fill_{key}"[:54]


def first_draft(key: str, title: str, role: str, lane: str, summary: str) -> dict[str, bytes]:
    """Return the files of a new flow that a role begins: its diagram and its first form."""
    name = form_name(key)
    flow = FLOW.format(
        key=key,
        title=quoteattr(title),
        summary=escape(summary or title),
        role=role,
        lane=quoteattr(lane),
        subject=SUBJECT,
        form=name,
        platform=PLATFORM,
    )
    return {f"diagrams/{key}.bpmn": flow.encode(), f"forms/{name}.json": _form(name)}


def _form(name: str) -> bytes:
    fields = [
        _field(name, SUBJECT, "textfield", "事项名称", 60),
        _field(name, "content", "textarea", "内容", 1000),
    ]
    form = {"type": "default", "id": name, "schemaVersion": 18, "components": fields}
    return (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode()


def _field(form: str, key: str, kind: str, label: str, most: int) -> dict[str, object]:
    return {
        "type": kind,
        "key": key,
        "label": label,
        "validate": {"required": True, "maxLength": most},
        "id": f"{form}_{key}",
    }
