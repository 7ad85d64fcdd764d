// Timers, messages, conditions and steps done once for each of several.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { say } from '../lib/words.js';
import { extensionOf } from './extensions.js';
import { Expression } from './expression.jsx';
import { Check, Text } from './fields.jsx';
import { definitionOfKind } from './kinds.js';
import { Time } from './time_field.jsx';
import { definitionOf, readTime } from './times.js';

const TIMERS = ['timeDate', 'timeDuration', 'timeCycle'];

export function Timer({ studio, element, object }) {
  const definition = definitionOfKind(object, 'bpmn:TimerEventDefinition');
  const held = TIMERS.find((name) => definition[name]);
  const value = held ? definition[held].body ?? '' : '';
  const read = readTime(value);
  // a variable that holds a span is no moment: it stays the expression it is
  const isCounted = held && held !== 'timeDate' && read.way !== 'span';
  const write = (body, kind) => {
    const parts = Object.fromEntries(TIMERS.map((name) => [name, undefined]));
    if (body) parts[kind] = studio.create('bpmn:FormalExpression', { body });
    studio.update(element, definition, parts);
  };
  if (isCounted) return <>
    <Expression studio={studio} kind="duration" label={held === 'timeCycle' ? say('重复（表达式）') : say('时长（表达式）')} required value={value} set={(body) => write(body, held)} />
    <button class="btn btn-sm btn-outline-secondary" type="button" onClick={() => write('', 'timeDate')}>{say('改为选择时间')}</button>
  </>;
  return <Time studio={studio} label={say('等到什么时候')} required value={value} set={(body) => write(body, definitionOf(readTime(body).way, body))} />;
}

export function Message({ studio, element, object }) {
  const holder = is(object, 'bpmn:ReceiveTask') ? object : definitionOfKind(object, 'bpmn:MessageEventDefinition');
  const message = holder.messageRef;
  const setName = (name) => studio.update(element, holder, { messageRef: name ? studio.messageNamed(element, name) : undefined });
  const variable = message ? extensionOf(message, 'spiffworkflow:MessageVariable')?.value?.trim() ?? '' : '';
  return <>
    <Text label={say('消息名称')} required code value={message?.name ?? ''} set={setName} suggest={studio.messages()} check={(typed) => (typed && !/^[A-Za-z_]\w{0,59}$/.test(typed) ? say('消息名称用字母开头，只含字母、数字和下划线。') : '')} help={say('其他流程用“通知另一案卷”发出同名的消息，这里就收到。')} />
    {message && <Text label={say('内容存为变量')} code value={variable} set={(text) => studio.ext.setText(element, message, 'spiffworkflow:MessageVariable', text)} />}
  </>;
}

export function Condition({ studio, element, object }) {
  const gateway = object.sourceRef;
  const isDefault = gateway.default === object;
  const setDefault = (on) => studio.update(element, gateway, { default: on ? object : undefined });
  return <>
    <Check label={say('其余情形都走这条')} value={isDefault} set={setDefault} />
    {!isDefault && <Expression studio={studio} label={say('条件')} required value={object.conditionExpression?.body ?? ''} set={(body) => studio.setCondition(element, body)} help={say('例如：decision == "pass"')} />}
  </>;
}

/** All ways out of a choice, side by side: the first whose condition holds is taken. */
export function Ways({ studio, element, object }) {
  const flows = element.outgoing.filter((one) => is(one, 'bpmn:SequenceFlow'));
  return <>{flows.map((flow) => {
    const way = getBusinessObject(flow);
    const isDefault = object.default === way;
    return <fieldset key={way.id} class="sw-way">
      <legend>{say('到“{target}”', { target: way.targetRef?.name || way.targetRef?.id || '' })}</legend>
      <Text label={say('连线上的字')} value={way.name ?? ''} set={(name) => studio.modeling.updateProperties(flow, { name: name || undefined })} />
      <Check label={say('其余情形都走这条')} value={isDefault} set={(on) => studio.update(element, object, { default: on ? way : undefined })} />
      {!isDefault && <Expression studio={studio} label={say('条件')} required value={way.conditionExpression?.body ?? ''} set={(body) => studio.setCondition(flow, body)} />}
    </fieldset>;
  })}</>;
}

export function Loop({ studio, element, object }) {
  const loop = object.loopCharacteristics;
  const named = (name) => ({ value: loop[name]?.id ?? '', set: (id) => studio.update(element, loop, { [name]: id ? studio.reference(id) : undefined }) });
  const item = (name, type) => ({ value: loop[name]?.id ?? '', set: (id) => studio.update(element, loop, { [name]: id ? studio.create(type, { id, name: id }) : undefined }) });
  const text = (name) => ({ value: loop[name]?.body ?? '', set: (body) => studio.update(element, loop, { [name]: body ? studio.create('bpmn:FormalExpression', { body }) : undefined }) });
  return <>
    <Text label={say('对哪个列表逐份办理')} code {...named('loopDataInputRef')} suggest={studio.variables()} />
    {!loop.loopDataInputRef && <Expression studio={studio} label={say('或办理多少份')} {...text('loopCardinality')} />}
    <Text label={say('每一份叫作')} code {...item('inputDataItem', 'bpmn:DataInput')} />
    <Text label={say('各份结果汇总为')} code {...named('loopDataOutputRef')} />
    <Text label={say('每一份的结果取自')} code {...item('outputDataItem', 'bpmn:DataOutput')} />
    <Expression studio={studio} label={say('满足什么就不再办其余的')} {...text('completionCondition')} />
    <Check label={say('一份办完再办下一份')} value={Boolean(loop.isSequential)} set={(isSequential) => studio.update(element, loop, { isSequential })} />
  </>;
}
