// What an element is, in a word and a picture, as the panel's head and the palette say it.
import { say } from '../lib/words.js';

const DEFINITIONS = {
  'bpmn:TimerEventDefinition': say('时间'), 'bpmn:MessageEventDefinition': say('消息'), 'bpmn:TerminateEventDefinition': say('终止'), 'bpmn:SignalEventDefinition': say('信号'),
  'bpmn:ErrorEventDefinition': say('错误'), 'bpmn:EscalationEventDefinition': say('升级'), 'bpmn:ConditionalEventDefinition': say('条件'), 'bpmn:CompensateEventDefinition': say('补偿'), 'bpmn:LinkEventDefinition': say('链接'),
};
const KINDS = {
  'bpmn:Process': [say('流程'), 'diagram-3'], 'bpmn:Collaboration': [say('流程'), 'diagram-3'], 'bpmn:Participant': [say('流程'), 'diagram-3'], 'bpmn:Lane': [say('泳道'), 'layout-three-columns'],
  'bpmn:UserTask': [say('人工任务'), 'person-square'], 'bpmn:ManualTask': [say('线下任务'), 'hand-index'], 'bpmn:ServiceTask': [say('服务任务'), 'gear'], 'bpmn:ScriptTask': [say('脚本任务'), 'code-square'],
  'bpmn:BusinessRuleTask': [say('决策任务'), 'table'], 'bpmn:CallActivity': [say('调用流程'), 'box-arrow-in-right'], 'bpmn:SubProcess': [say('子流程'), 'bounding-box'], 'bpmn:Task': [say('任务（未定类型）'), 'square'],
  'bpmn:SendTask': [say('发送任务'), 'envelope'], 'bpmn:ReceiveTask': [say('接收任务'), 'envelope'],
  'bpmn:ExclusiveGateway': [say('选择网关'), 'diamond'], 'bpmn:ParallelGateway': [say('并行网关'), 'plus-lg'], 'bpmn:InclusiveGateway': [say('包容网关'), 'diamond'], 'bpmn:EventBasedGateway': [say('事件网关'), 'diamond'],
  'bpmn:StartEvent': [say('开始'), 'circle'], 'bpmn:EndEvent': [say('结束'), 'record-circle'], 'bpmn:BoundaryEvent': [say('附着事件'), 'bullseye'], 'bpmn:IntermediateCatchEvent': [say('等待'), 'stopwatch'], 'bpmn:IntermediateThrowEvent': [say('中间事件'), 'bullseye'],
  'bpmn:SequenceFlow': [say('连线'), 'arrow-right'], 'bpmn:TextAnnotation': [say('批注'), 'chat-square-text'], 'bpmn:Association': [say('关联线'), 'dash'], 'bpmn:Group': [say('分组'), 'bounding-box'],
  'bpmn:DataObjectReference': [say('数据对象'), 'file-earmark'], 'bpmn:DataStoreReference': [say('数据存储'), 'hdd'],
};

/** `{title, icon}` of a business object. */
export function kindOf(object) {
  const [title, icon] = KINDS[object.$type] ?? [say('其他'), 'question-square'];
  const definition = DEFINITIONS[object.get('eventDefinitions')?.[0]?.$type];
  return { title: definition ? `${title}（${definition}）` : title, icon };
}

export const definitionOfKind = (object, type) => object.get('eventDefinitions')?.find((one) => one.$type === type);
