// What the panel shows of each kind of element. `of(element)` gives the sections in their order.
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { say } from '../lib/words.js';
import { extensionOf, processOf } from './extensions.js';
import { Condition, Loop, Message, Timer, Ways } from './events.jsx';
import { Expression } from './expression.jsx';
import { Area, Check, Choice, Finder, Several, Text } from './fields.jsx';
import { definitionOfKind } from './kinds.js';
import { Operator } from './operator.jsx';
import { formOf } from './suggestions.js';
import { Time } from './time_field.jsx';

const ID = /^[a-z_][a-z0-9_]{0,59}$/i;
const NAMED = ['bpmn:FlowNode', 'bpmn:SequenceFlow', 'bpmn:Group'];

/** `[{key, title, Body}]` for an element of the canvas. */
export function sectionsOf(element) {
  const object = getBusinessObject(element);
  if (processOf(element)) return [{ key: 'process', Body: Process }, { key: 'told', title: say('告诉发起人'), Body: Told, closed: true }, { key: 'case', title: say('案卷'), Body: Case, closed: true }, { key: 'more', title: say('更多'), Body: ProcessMore, closed: true }];
  return SECTIONS.filter(({ fits }) => fits(object));
}

const has = (type) => (object) => Boolean(definitionOfKind(object, type));
const isKind = (...types) => (object) => isAny(object, types);
const leadsOn = (object) => isAny(object, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']) && (object.outgoing ?? []).length > 1;
const isConditional = (object) => is(object, 'bpmn:SequenceFlow') && isAny(object.sourceRef ?? {}, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']);

const SECTIONS = [
  { key: 'lane', fits: isKind('bpmn:Lane'), Body: Lane },
  { key: 'note', fits: isKind('bpmn:TextAnnotation'), Body: Note },
  { key: 'name', fits: isKind(...NAMED), Body: Name },
  { key: 'step', fits: isKind('bpmn:UserTask', 'bpmn:ManualTask'), Body: Step },
  { key: 'deadline', title: say('期限'), fits: isKind('bpmn:UserTask', 'bpmn:ManualTask'), Body: Deadline },
  { key: 'service', fits: isKind('bpmn:ServiceTask'), Body: Operator },
  { key: 'decision', fits: isKind('bpmn:BusinessRuleTask'), Body: Decision },
  { key: 'call', fits: isKind('bpmn:CallActivity'), Body: Call },
  { key: 'script', fits: isKind('bpmn:ScriptTask'), Body: Script },
  { key: 'timer', fits: has('bpmn:TimerEventDefinition'), Body: Timer },
  { key: 'message', fits: (object) => has('bpmn:MessageEventDefinition')(object) || is(object, 'bpmn:ReceiveTask'), Body: Message },
  { key: 'boundary', fits: isKind('bpmn:BoundaryEvent'), Body: Boundary },
  { key: 'ways', title: say('走哪一条'), fits: leadsOn, Body: Ways },
  { key: 'condition', fits: isConditional, Body: Condition },
  { key: 'loop', title: say('逐份办理'), fits: (object) => is(object, 'bpmn:Activity') && is(object.loopCharacteristics ?? {}, 'bpmn:MultiInstanceLoopCharacteristics'), Body: Loop },
  { key: 'handling', title: say('办理页'), fits: isKind('bpmn:UserTask', 'bpmn:ManualTask'), Body: Handling, closed: true },
  { key: 'scripts', title: say('前后脚本'), fits: isKind('bpmn:Activity'), Body: Scripts, closed: (object) => !['PreScript', 'PostScript'].some((kind) => extensionOf(object, `spiffworkflow:${kind}`)) },
  { key: 'more', title: say('更多'), fits: isKind(...NAMED), Body: More, closed: true },
];

const idProblem = (studio, object) => (typed) => {
  if (!ID.test(typed)) return say('编号用字母开头，只含字母、数字和下划线，不超过60个。');
  const other = studio.modeler.get('moddle').ids.assigned(typed);
  return other && other !== object ? say('编号“{id}”已被用过，请换一个。', { id: typed }) : '';
};

function Name({ studio, element, object }) {
  return <Text label={is(object, 'bpmn:SequenceFlow') ? say('连线上的字') : say('名称')} value={object.name ?? ''} set={(name) => studio.modeling.updateProperties(element, { name: name || undefined })} required={is(object, 'bpmn:Activity')} maxlength={200} />;
}

function More({ studio, element, object }) {
  return <>
    <Text label={say('编号')} code value={object.id} set={(id) => studio.modeling.updateProperties(element, { id })} check={idProblem(studio, object)} help={is(object, 'bpmn:Activity') ? say('正在办理的案卷按编号认出这一步，改编号等于换了一步。') : ''} />
    <Documentation studio={studio} element={element} object={object} />
  </>;
}

function Documentation({ studio, element, object, label = say('备注（给分析员看）'), help }) {
  const set = (text) => studio.update(element, object, { documentation: text ? [studio.create('bpmn:Documentation', { text })] : [] });
  return <Area label={label} help={help} value={object.get('documentation')[0]?.text ?? ''} set={set} rows={2} />;
}

function Process({ studio, element }) {
  const process = processOf(element);
  const participant = process && studio.participantOf(process);
  const rename = (name) => {
    if (participant) studio.modeling.updateProperties(participant, { name });
    studio.update(element, process, { name });
  };
  const starters = studio.ext.property(process, 'starters').split(',').map((one) => one.trim()).filter(Boolean);
  const roles = [...studio.names.starters, ...starters.filter((one) => !studio.names.starters.some((role) => role.value === one)).map((one) => ({ value: one, title: one }))];
  return <>
    <Text label={say('流程名称')} required value={process.name ?? ''} set={rename} maxlength={200} />
    <Documentation studio={studio} element={element} object={process} label={say('简要说明')} help={say('一两句话，选择办什么事时看到。')} />
    <Several label={say('由谁发起')} value={starters} options={roles} set={(list) => studio.ext.setProperty(element, process, 'starters', list.join(','))} help={say('“平台”表示由其他流程带起。')} />
  </>;
}

/** What is told where the flow is chosen, beside its short description. */
function Told({ studio, element }) {
  const process = processOf(element);
  const property = (name) => ({ value: studio.ext.property(process, name), set: (value) => studio.ext.setProperty(element, process, name, value.trim()) });
  return <>
    <Area label={say('请先备好')} {...property('prepare')} rows={3} help={say('要准备的材料，每段一行。')} />
    <Area label={say('开始之后')} {...property('afterwards')} rows={2} help={say('提交以后怎么办，一句话。')} />
    <Text label={say('排在第几')} {...property('order')} check={(typed) => (typed && !/^\d{1,3}$/.test(typed) ? say('请填整数，小的在前；不填的按名称排在后面。') : '')} maxlength={3} />
  </>;
}

/** How a case of the flow is called, and what its page shows. */
function Case({ studio, element }) {
  const process = processOf(element);
  const property = (name) => ({ value: studio.ext.property(process, name), set: (value) => studio.ext.setProperty(element, process, name, value) });
  const facts = property('facts');
  const listed = facts.value.split(',').map((one) => one.trim()).filter(Boolean);
  const fields = fieldsOf(studio);
  const options = [...fields, ...listed.filter((one) => !fields.some((field) => field.value === one)).map((one) => ({ value: one, title: one }))];
  return <>
    <Choice label={say('案卷名称取自哪一项')} {...property('subject')} options={fields} empty={say('（案卷就是项目）')} />
    <p class="sw-help">{say('办的不是项目、没有“登记项目”这一步的流程要选：案卷列在“事项”里，用这一项作名称，发起人在“事项”里发起。')}</p>
    <Several label={say('案卷页上显示')} value={listed} options={options} set={(list) => facts.set(list.join(','))} />
    <Choice label={say('登记的项目用哪种选取方式')} {...property('method')} options={studio.names.choices.method} empty={say('（随机选取，或由环节填写）')} />
  </>;
}

/** The fields of every form that the diagram's steps show. */
function fieldsOf(studio) {
  const steps = studio.modeler.get('elementRegistry').filter((one) => isAny(one, ['bpmn:UserTask', 'bpmn:ManualTask']));
  const forms = new Set(steps.map((one) => formOf(getBusinessObject(one))));
  const fields = studio.names.forms.filter((one) => forms.has(one.value)).flatMap((one) => one.fields);
  return [...new Map(fields.map((one) => [one.value, one])).values()];
}

function ProcessMore({ studio, element }) {
  const process = processOf(element);
  const property = (name) => ({ value: studio.ext.property(process, name), set: (value) => studio.ext.setProperty(element, process, name, value) });
  const isAction = property('case_action');
  const phases = property('phases');
  return <>
    <Text label={say('编号')} code value={process.id} disabled set={() => undefined} help={say('编号就是文件名，建好后不能改。')} />
    <Check label={say('是案卷上的办事（在项目页上发起）')} value={isAction.value === 'true'} set={(on) => isAction.set(on ? 'true' : '')} />
    {isAction.value === 'true' && <Several label={say('项目处于什么状态时可以发起')} value={phases.value.split(',').filter(Boolean)} options={studio.names.choices.phase} set={(list) => phases.set(list.join(','))} />}
    <Text label={say('发起时带入的变量')} code {...property('takes')} />
  </>;
}

function Lane({ studio, element, object }) {
  return <Choice label={say('角色')} required value={object.name ?? ''} options={studio.names.lanes} set={(name) => studio.modeling.updateProperties(element, { name })} help={say('这条泳道里的人工任务由该角色办理；“平台”是自动办理。')} />;
}

function Note({ studio, element, object }) {
  return <Area label={say('批注')} value={object.text ?? ''} set={(text) => studio.modeling.updateProperties(element, { text })} />;
}

const property = (studio, element, object, name) => ({ value: studio.ext.property(object, name), set: (value) => studio.ext.setProperty(element, object, name, value) });

function Step({ studio, element, object }) {
  const form = formOf(object);
  const fields = studio.names.forms.find((one) => one.value === form)?.fields ?? [];
  return <>
    <Finder label={say('表单')} required={is(object, 'bpmn:UserTask')} value={form} options={studio.names.forms.map((one) => ({ ...one, hint: one.value }))} set={(name) => studio.ext.setProperty(element, object, 'formJsonSchemaFilename', name)} />
    {form && studio.names.forms.some((one) => one.value === form) && <p class="sw-model-link"><a href={studio.editorUrl(`forms/${form}.json`)} target="_blank" rel="noopener">{say('打开表单“{form}”', { form })}</a></p>}
    {!form && studio.editable && <p class="sw-model-link"><a href={studio.newUrl('forms')} target="_blank" rel="noopener">{say('新建一张表单')}</a></p>}
    <Area label={say('给办理人的说明')} value={studio.ext.text(object, 'spiffworkflow:InstructionsForEndUser')} set={(text) => studio.ext.setText(element, object, 'spiffworkflow:InstructionsForEndUser', text)} rows={3} />
    <Text label={say('提交按钮上的字')} {...property(studio, element, object, 'submit')} placeholder={say('提交')} maxlength={20} />
    <Choice label={say('结论取自表单的哪一项')} {...property(studio, element, object, 'outcome')} options={fields} empty={say('（没有结论）')} />
    <p class="sw-help">{studio.laneOf(element) ? say('办理角色：{lane}（由所在泳道决定）。', { lane: studio.laneOf(element) }) : say('不在任何泳道里，没有人办理，请移到泳道中。')}</p>
  </>;
}

function Deadline({ studio, element, object }) {
  const due = property(studio, element, object, 'due');
  const periods = studio.names.rules.filter((one) => one.unit === 'working_day');
  return <>
    <Time studio={studio} label={say('办理期限')} {...due} kind="expression" ways={['rule', 'working_days', 'moment', 'expression']} />
    {(due.value || studio.ext.property(object, 'remind') || studio.ext.property(object, 'escalate')) && <>
      <Choice label={say('到期前提醒（提前天数取自规则）')} {...property(studio, element, object, 'remind')} options={periods} empty={say('不提醒')} />
      <Choice label={say('超期报告')} {...property(studio, element, object, 'escalate')} options={studio.names.lanes} empty={say('不报告')} />
    </>}
  </>;
}

function Handling({ studio, element, object }) {
  const of = (name) => property(studio, element, object, name);
  const switches = studio.names.rules.filter((one) => one.unit === 'boolean');
  const presence = of('presence');
  return <>
    <Text label={say('提交前问一句')} {...of('confirm')} maxlength={200} />
    <Choice label={say('是否须用密钥（规则）')} {...of('key')} options={switches} empty={say('不须')} />
    <Check label={say('办理人须在场（选取、监督人员同时登录）')} value={presence.value === 'true'} set={(on) => presence.set(on ? 'true' : '')} />
    <Choice label={say('专用办理页')} {...of('page')} options={studio.names.choices.page} empty={say('（普通表单页）')} />
    <Choice label={say('附上文书')} {...of('letter')} options={studio.names.choices.letter} empty={say('（不附）')} />
    <Expression studio={studio} label={say('指定单位办理（不填按泳道）')} {...of('party')} />
    <Text label={say('不入案卷、随办随取的一项')} code {...of('accepts')} />
  </>;
}

function Decision({ studio, element, object }) {
  const value = studio.ext.text(object, 'spiffworkflow:CalledDecisionId').trim();
  const decision = studio.names.decisions.find((one) => one.value === value);
  return <>
    <Choice label={say('决策表')} required value={value} options={studio.names.decisions} set={(id) => studio.ext.setText(element, object, 'spiffworkflow:CalledDecisionId', id)} link={(id) => studio.editorUrl(`decisions/${id}.dmn`)} />
    {!value && studio.editable && <p class="sw-model-link"><a href={studio.newUrl('decisions')} target="_blank" rel="noopener">{say('新建一张决策表')}</a></p>}
    {decision?.outputs.length > 0 && <p class="sw-help">{say('得出：{outputs}', { outputs: decision.outputs.join('、') })}</p>}
  </>;
}

function Call({ studio, element, object }) {
  const value = object.calledElement ?? '';
  return <>
    <Finder label={say('调用哪个流程')} required value={value} options={studio.names.flows.map((one) => ({ ...one, hint: one.value }))} set={(calledElement) => studio.modeling.updateProperties(element, { calledElement })} />
    {value && studio.names.flows.some((one) => one.value === value) && <p class="sw-model-link"><a href={studio.editorUrl(`diagrams/${value}.bpmn`)} target="_blank" rel="noopener">{say('打开这个流程')}</a></p>}
  </>;
}

function Script({ studio, element, object }) {
  return <Expression studio={studio} kind="script" rows={5} label={say('脚本')} required value={object.script ?? ''} set={(script) => studio.modeling.updateProperties(element, { script: script || undefined })} />;
}

function Scripts({ studio, element, object }) {
  const of = (type) => ({ value: studio.ext.text(object, type), set: (text) => studio.ext.setText(element, object, type, text) });
  return <>
    <Expression studio={studio} kind="script" rows={2} label={say('办理之前运行')} {...of('spiffworkflow:PreScript')} />
    <Expression studio={studio} kind="script" rows={2} label={say('办理之后运行')} {...of('spiffworkflow:PostScript')} />
  </>;
}

function Boundary({ studio, element, object }) {
  return <Check label={say('发生时中断所附的环节')} value={object.cancelActivity !== false} set={(on) => studio.modeling.updateProperties(element, { cancelActivity: on })} />;
}
