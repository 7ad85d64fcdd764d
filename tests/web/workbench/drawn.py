"""A flow that an analyst draws from nothing: fill in, a table by amount, approval, a letter."""

import json

KEY = "flood_watch"
ROLE, ROLE_TITLE = "flood_office", "防汛值班室"
RULE = "flood.report_within"
SUMMARY = "汛期派人上堤值守，登记到岗情况。"
FORM = {
    "type": "default",
    "id": f"fill_{KEY}",
    "schemaVersion": 18,
    "components": [
        {
            "type": "textfield",
            "key": "title",
            "label": "值守地点",
            "validate": {"required": True, "maxLength": 60},
            "id": "f_title",
        },
        {
            "type": "number",
            "key": "heads",
            "label": "派出人数",
            "decimalDigits": 0,
            "validate": {"required": True, "min": 1, "max": 500},
            "id": "f_heads",
        },
    ],
}
APPROVAL = {
    "type": "default",
    "id": f"approve_{KEY}",
    "schemaVersion": 18,
    "components": [
        {
            "type": "radio",
            "key": "decision",
            "label": "审批意见",
            "values": [{"value": "同意", "label": "同意"}, {"value": "不同意", "label": "不同意"}],
            "validate": {"required": True},
            "id": "a_decision",
        }
    ],
}
TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="派工审批" namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="flood_levels" name="派工审批">
    <decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i" label="人数"><inputExpression id="e" typeRef="number"><text>heads</text></inputExpression></input>
      <output id="o" label="须审批" name="approved_by" typeRef="string" />
      <rule id="r1"><inputEntry id="r1i"><text>&lt; 20</text></inputEntry><outputEntry id="r1o"><text>"nobody"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="r2i"><text>&gt;= 20</text></inputEntry><outputEntry id="r2o"><text>"office"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""
LETTER = """kind = "other_letter"
head = "{county}"
number = "防汛派工〔{year}〕{sequence}号"
title = "值守派工单"
opening = "请派{case_heads}人到{subject}值守，{case_decision}。"
sign = ["{county}", "{day}"]
"""
STEPS = ("start", "fill", "levels", "which", "approve", "tell", "letter", "end")
WAYS = (
    ("start", "fill", ""),
    ("fill", "levels", ""),
    ("levels", "which", ""),
    ("which", "approve", "approved_by == 'office'"),
    ("which", "tell", ""),
    ("approve", "tell", ""),
    ("tell", "letter", ""),
    ("letter", "end", ""),
)


def _ends(step: str) -> str:
    gone = "".join(f"<bpmn:incoming>{a}_{b}</bpmn:incoming>" for a, b, _ in WAYS if b == step)
    return gone + "".join(
        f"<bpmn:outgoing>{a}_{b}</bpmn:outgoing>" for a, b, _ in WAYS if a == step
    )


def _ways() -> str:
    told = (
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{}</bpmn:conditionExpression>'
    )
    return "".join(
        f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"'
        f"{' name=' + chr(34) + '须审批' + chr(34) if when else ''}>"
        f"{told.format(when) if when else ''}</bpmn:sequenceFlow>"
        for a, b, when in WAYS
    )


def _properties(**given: str) -> str:
    lines = "".join(f'<s:property name="{k}" value="{v}" />' for k, v in given.items())
    return f"<s:properties>{lines}</s:properties>"


def _service(operator: str, **given: str) -> str:
    lines = "".join(f'<s:parameter id="{k}" type="str" value="{v}" />' for k, v in given.items())
    return (
        f'<s:serviceTaskOperator id="{operator}" resultVariable="done_{operator.split(".")[1]}">'
        f"<s:parameters>{lines}</s:parameters></s:serviceTaskOperator>"
    )


def _step(kind: str, step: str, name: str, inner: str = "") -> str:
    held = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
    default = ' default="which_tell"' if step == "which" else ""
    return f'<bpmn:{kind} id="{step}" name="{name}"{default}>{held}{_ends(step)}</bpmn:{kind}>'


def _shapes() -> str:
    places = enumerate(STEPS)
    boxes = "".join(
        f'<di:BPMNShape id="s_{one}" bpmnElement="{one}"><dc:Bounds x="{160 + 150 * at}" y="120" '
        f'width="100" height="80" /></di:BPMNShape>'
        for at, one in places
    )
    lines = "".join(
        f'<di:BPMNEdge id="e_{a}_{b}" bpmnElement="{a}_{b}"><d:waypoint x="1" y="1" />'
        f'<d:waypoint x="2" y="2" /></di:BPMNEdge>'
        for a, b, _ in WAYS
    )
    return boxes + lines


def diagram(owner: str = "项目业主") -> str:
    """The flow as the modeller saves it, in the county's own words for the owner."""
    lanes = {owner: ("start", "fill"), ROLE_TITLE: ("approve",)}
    lanes["平台"] = ("levels", "which", "tell", "letter", "end")
    drawn = "".join(
        f'<bpmn:lane id="lane_{at}" name="{title}">'
        + "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in steps)
        + "</bpmn:lane>"
        for at, (title, steps) in enumerate(lanes.items())
    )
    due = f"deadline(&quot;{RULE}&quot;)"
    steps = (
        _step("startEvent", "start", "开始"),
        _step("userTask", "fill", "填报", _properties(formJsonSchemaFilename=f"fill_{KEY}")),
        _step("businessRuleTask", "levels", "看人数", "<s:calledDecisionId>flood_levels</s:calledDecisionId>"),
        _step("exclusiveGateway", "which", "要审批吗"),
        _step("userTask", "approve", "审批", _properties(formJsonSchemaFilename=f"approve_{KEY}", due=due, remind=RULE)),
        _step("serviceTask", "tell", "告知", _service("message.tell", role="'owner'", text="'派工：' + title")),
        _step("serviceTask", "letter", "派工单", _service("letter.make", kind="'other_letter'", template="'other_letter_flood'")),
        _step("endEvent", "end", "办结"),
    )  # fmt: skip
    head = _properties(starters="owner", subject="title", facts="title,heads,decision")
    return (
        '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions '
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:d="http://www.omg.org/spec/DD/20100524/DI" '
        'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="defs" targetNamespace="x">'
        f'<bpmn:process id="{KEY}" name="汛期值守派工" isExecutable="true">'
        f"<bpmn:documentation>{SUMMARY}</bpmn:documentation>"
        f"<bpmn:extensionElements>{head}</bpmn:extensionElements>"
        f'<bpmn:laneSet id="lanes">{drawn}</bpmn:laneSet>{"".join(steps)}{_ways()}</bpmn:process>'
        f'<di:BPMNDiagram id="dia"><di:BPMNPlane id="plane" bpmnElement="{KEY}">{_shapes()}'
        "</di:BPMNPlane></di:BPMNDiagram></bpmn:definitions>"
    )


FILES = {
    f"forms/fill_{KEY}.json": json.dumps(FORM, ensure_ascii=False),
    f"forms/approve_{KEY}.json": json.dumps(APPROVAL, ensure_ascii=False),
    "decisions/flood_levels.dmn": TABLE,
    "letters/other_letter_flood.toml": LETTER,
}
