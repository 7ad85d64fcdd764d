"""What a person calls the elements of a diagram and their sides."""

KINDS = {
    "process": "流程",
    "participant": "参与方",
    "laneSet": "泳道组",
    "lane": "泳道",
    "task": "任务",
    "userTask": "用户任务",
    "manualTask": "人工任务",
    "serviceTask": "自动办理",
    "scriptTask": "脚本",
    "businessRuleTask": "决策",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "callActivity": "调用流程",
    "subProcess": "子流程",
    "transaction": "事务",
    "adHocSubProcess": "自由子流程",
    "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关",
    "eventBasedGateway": "事件网关",
    "complexGateway": "复杂网关",
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "boundaryEvent": "边界事件",
    "intermediateCatchEvent": "等待事件",
    "intermediateThrowEvent": "抛出事件",
    "sequenceFlow": "连线",
    "messageFlow": "消息流",
    "association": "关联线",
    "textAnnotation": "注释",
    "group": "分组",
    "message": "消息",
    "signal": "信号",
    "error": "错误",
    "escalation": "升级",
    "dataObject": "数据对象",
    "dataObjectReference": "数据对象",
    "dataStore": "数据存储",
    "dataStoreReference": "数据存储",
    "definitions": "流程图文件",
}
SIDES = {
    "kind": "类型",
    "scope": "所在子流程",
    "lane": "所在泳道",
    "order": "出口次序",
    "@name": "名称",
    "@default": "缺省流向",
    "@sourceRef": "起点",
    "@targetRef": "终点",
    "@attachedToRef": "依附的步骤",
    "@cancelActivity": "是否中断",
    "@isInterrupting": "是否中断",
    "@calledElement": "调用的流程",
    "@isExecutable": "可否运行",
    "@processRef": "对应的流程",
    "@triggeredByEvent": "由事件触发",
    "@messageRef": "消息",
    "conditionExpression": "条件",
    "documentation": "说明",
    "script": "脚本",
    "text": "文字",
    "timerEventDefinition": "定时",
    "timeDate": "时刻",
    "timeDuration": "时长",
    "timeCycle": "周期",
    "messageEventDefinition": "消息",
    "signalEventDefinition": "信号",
    "errorEventDefinition": "错误",
    "escalationEventDefinition": "升级",
    "terminateEventDefinition": "终止",
    "conditionalEventDefinition": "条件",
    "multiInstanceLoopCharacteristics": "多实例",
    "standardLoopCharacteristics": "循环",
    "loopCardinality": "次数",
    "completionCondition": "完成条件",
    "serviceTaskOperator": "操作",
    "parameter": "参数",
    "calledDecisionId": "决策表",
    "instructionsForEndUser": "办理说明",
    "preScript": "办理前脚本",
    "postScript": "办理后脚本",
    "messageVariable": "消息变量",
    "unitTests": "单元测试",
    "@id": "标识",
    "@value": "值",
    "@type": "类型",
    "@resultVariable": "结果变量",
}
PROPERTIES = {
    "formJsonSchemaFilename": "表单",
    "due": "办理期限",
    "remind": "提醒",
    "escalate": "超期报告",
    "submit": "提交按钮",
    "outcome": "办理结果",
    "starters": "发起角色",
    "phases": "可发起阶段",
    "presence": "须当面办理",
    "key": "须出示密钥",
    "party": "指定单位",
    "account": "指定人员",
    "page": "专用页面",
    "letter": "文书",
    "confirm": "提交前确认",
    "accepts": "接受的消息",
    "takes": "办理权限",
    "case_action": "案卷操作",
    "phase": "阶段",
}


def side(aspect: str) -> str:
    """Return what a person calls a side: ``property:due`` is 办理期限."""
    if aspect.startswith("property:"):
        name = aspect.partition(":")[2]
        return PROPERTIES.get(name, f"属性“{name}”")
    return " ".join(_part(part) for part in aspect.split("/"))


def _part(part: str) -> str:
    tag, _, name = part.partition("[")
    word = SIDES.get(tag, tag.removeprefix("@"))
    return f"{word}“{name.removesuffix(']')}”" if name else word


def element_title(kind: str, name: str, element: str) -> str:
    """Return what a person calls an element: 用户任务“核对并发布公告”."""
    return f"{KINDS.get(kind, kind)}“{name or element}”"
