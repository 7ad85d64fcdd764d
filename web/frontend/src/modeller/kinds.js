// What an element is, in a word and a picture, as the panel's head and the palette say it.

const DEFINITIONS = {
  'bpmn:TimerEventDefinition': '时间', 'bpmn:MessageEventDefinition': '消息', 'bpmn:TerminateEventDefinition': '终止', 'bpmn:SignalEventDefinition': '信号',
  'bpmn:ErrorEventDefinition': '错误', 'bpmn:EscalationEventDefinition': '升级', 'bpmn:ConditionalEventDefinition': '条件', 'bpmn:CompensateEventDefinition': '补偿', 'bpmn:LinkEventDefinition': '链接',
};
const KINDS = {
  'bpmn:Process': ['流程', 'diagram-3'], 'bpmn:Collaboration': ['流程', 'diagram-3'], 'bpmn:Participant': ['流程', 'diagram-3'], 'bpmn:Lane': ['泳道', 'layout-three-columns'],
  'bpmn:UserTask': ['人工任务', 'person-square'], 'bpmn:ManualTask': ['线下任务', 'hand-index'], 'bpmn:ServiceTask': ['服务任务', 'gear'], 'bpmn:ScriptTask': ['脚本任务', 'code-square'],
  'bpmn:BusinessRuleTask': ['决策任务', 'table'], 'bpmn:CallActivity': ['调用流程', 'box-arrow-in-right'], 'bpmn:SubProcess': ['子流程', 'bounding-box'], 'bpmn:Task': ['任务（未定类型）', 'square'],
  'bpmn:SendTask': ['发送任务', 'envelope'], 'bpmn:ReceiveTask': ['接收任务', 'envelope'],
  'bpmn:ExclusiveGateway': ['选择网关', 'diamond'], 'bpmn:ParallelGateway': ['并行网关', 'plus-lg'], 'bpmn:InclusiveGateway': ['包容网关', 'diamond'], 'bpmn:EventBasedGateway': ['事件网关', 'diamond'],
  'bpmn:StartEvent': ['开始', 'circle'], 'bpmn:EndEvent': ['结束', 'record-circle'], 'bpmn:BoundaryEvent': ['附着事件', 'bullseye'], 'bpmn:IntermediateCatchEvent': ['等待', 'stopwatch'], 'bpmn:IntermediateThrowEvent': ['中间事件', 'bullseye'],
  'bpmn:SequenceFlow': ['连线', 'arrow-right'], 'bpmn:TextAnnotation': ['批注', 'chat-square-text'], 'bpmn:Association': ['关联线', 'dash'], 'bpmn:Group': ['分组', 'bounding-box'],
  'bpmn:DataObjectReference': ['数据对象', 'file-earmark'], 'bpmn:DataStoreReference': ['数据存储', 'hdd'],
};

/** `{title, icon}` of a business object. */
export function kindOf(object) {
  const [title, icon] = KINDS[object.$type] ?? ['其他', 'question-square'];
  const definition = DEFINITIONS[object.get('eventDefinitions')?.[0]?.$type];
  return { title: definition ? `${title}（${definition}）` : title, icon };
}

export const definitionOfKind = (object, type) => object.get('eventDefinitions')?.find((one) => one.$type === type);
