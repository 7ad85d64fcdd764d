"""Drafts of a flow that tests rehearse: a step more, and an expression that fails."""

import json

from models.settings import BPMN

ENQUIRY = (BPMN / "base" / "diagrams" / "enquiry.bpmn").read_text(encoding="utf-8")
STEP = """<bpmn:userTask id="discipline_sign" name="纪委会签">
      <bpmn:extensionElements>
        <spiffworkflow:properties>
          <spiffworkflow:property name="formJsonSchemaFilename" value="discipline_sign" />
        </spiffworkflow:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>flow_answer_enquiry_keep_answer</bpmn:incoming>
      <bpmn:outgoing>flow_discipline_sign_keep_answer</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="flow_discipline_sign_keep_answer" sourceRef="discipline_sign" targetRef="keep_answer" />
    <bpmn:serviceTask id="keep_answer\""""
FIELDS = [
    {"type": "textfield", "key": "opinion", "label": "会签意见", "validate": {"required": True, "minLength": 12}},
    {"type": "textfield", "key": "letter_number", "label": "文号", "validate": {"required": True, "pattern": "^[0-9]{6}$"}},
    {"type": "number", "key": "sum_of_fines", "label": "金额（元）", "validate": {"required": True, "min": 5}, "properties": {"check": "money"}},
    {"type": "radio", "key": "agrees", "label": "是否同意", "validate": {"required": True}, "values": [{"value": "yes", "label": "同意"}, {"value": "no", "label": "不同意"}]},
    {"type": "textarea", "key": "why_not", "label": "理由", "validate": {"required": True}, "conditional": {"hide": '=agrees != "no"'}},
    {"type": "datetime", "subtype": "date", "key": "signed_on", "dateLabel": "会签日期", "validate": {"required": True}},
    {"type": "filepicker", "key": "sign_paper", "label": "会签单", "accept": ".pdf", "validate": {"required": True}},
    {"type": "checkbox", "key": "is_signed", "label": "已会签", "validate": {"required": True}},
    {"type": "dynamiclist", "path": "members", "label": "会签人员", "isRepeating": True, "allowAddRemove": True, "components": [
        {"type": "textfield", "key": "name", "label": "姓名", "validate": {"required": True, "maxLength": 4}},
    ]},
]  # fmt: skip
FORM = json.dumps({"type": "default", "schemaVersion": 18, "components": FIELDS}).encode()


def with_step() -> dict[str, bytes | None]:
    """The enquiry with a step of a new form between answer and record."""
    text = ENQUIRY.replace('<bpmn:serviceTask id="keep_answer"', STEP, 1)
    text = text.replace(
        "<bpmn:incoming>flow_answer_enquiry_keep_answer</bpmn:incoming>\n      <bpmn:outgoing>flow_keep",
        "<bpmn:incoming>flow_discipline_sign_keep_answer</bpmn:incoming>\n      <bpmn:outgoing>flow_keep",
    )
    text = text.replace(
        "<bpmn:flowNodeRef>answer_enquiry</bpmn:flowNodeRef>",
        "<bpmn:flowNodeRef>answer_enquiry</bpmn:flowNodeRef>\n"
        "        <bpmn:flowNodeRef>discipline_sign</bpmn:flowNodeRef>",
    )
    flow = '<bpmn:sequenceFlow id="flow_answer_enquiry_keep_answer" sourceRef="answer_enquiry" targetRef="{}"'
    text = text.replace(flow.format("keep_answer"), flow.format("discipline_sign"))
    return {"diagrams/enquiry.bpmn": text.encode(), "forms/discipline_sign.json": FORM}


def with_failing_expression() -> dict[str, bytes | None]:
    """The enquiry whose record of the answer adds a text to a number: only running it tells."""
    text = ENQUIRY.replace(
        'id="answer" type="str" value="answer"', 'id="answer" type="str" value="answer + 1"'
    )
    assert text != ENQUIRY
    return {"diagrams/enquiry.bpmn": text.encode()}
