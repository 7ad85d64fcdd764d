// What can be drawn: only what the engine runs; new elements get short names of their own.
import BpmnFactory from 'bpmn-js/lib/features/modeling/BpmnFactory';
import { isAny } from 'bpmn-js/lib/util/ModelUtil';
import { say } from '../lib/words.js';

const DRAWN = [
  ['create.start-event', 'event', 'bpmn-icon-start-event-none', say('开始'), { type: 'bpmn:StartEvent' }],
  ['create.end-event', 'event', 'bpmn-icon-end-event-none', say('结束'), { type: 'bpmn:EndEvent' }],
  ['create.timer', 'event', 'bpmn-icon-intermediate-event-catch-timer', say('等时间'), { type: 'bpmn:IntermediateCatchEvent', eventDefinitionType: 'bpmn:TimerEventDefinition' }],
  ['create.message', 'event', 'bpmn-icon-intermediate-event-catch-message', say('等消息'), { type: 'bpmn:IntermediateCatchEvent', eventDefinitionType: 'bpmn:MessageEventDefinition' }],
  ['create.user-task', 'activity', 'bpmn-icon-user-task', say('人工任务'), { type: 'bpmn:UserTask' }],
  ['create.service-task', 'activity', 'bpmn-icon-service-task', say('服务任务'), { type: 'bpmn:ServiceTask' }],
  ['create.decision', 'activity', 'bpmn-icon-business-rule-task', say('决策任务'), { type: 'bpmn:BusinessRuleTask' }],
  ['create.script', 'activity', 'bpmn-icon-script-task', say('脚本任务'), { type: 'bpmn:ScriptTask' }],
  ['create.call', 'activity', 'bpmn-icon-call-activity', say('调用流程'), { type: 'bpmn:CallActivity' }],
  ['create.exclusive-gateway', 'gateway', 'bpmn-icon-gateway-xor', say('选择网关'), { type: 'bpmn:ExclusiveGateway' }],
  ['create.parallel-gateway', 'gateway', 'bpmn-icon-gateway-parallel', say('并行网关'), { type: 'bpmn:ParallelGateway' }],
];
const APPENDED = ['create.user-task', 'create.service-task', 'create.exclusive-gateway', 'create.timer', 'create.end-event'];
const TAKEN_AWAY = ['append.append-task', 'append.gateway', 'append.end-event', 'append.intermediate-event', 'append.receive-task', 'append.condition-intermediate-event', 'append.signal-intermediate-event', 'append.compensation-activity', 'append.message-intermediate-event', 'append.timer-intermediate-event'];
// what the publish check refuses is not offered
const REFUSED = /(complex|ad-?hoc|transaction|compensation|signal|escalation|error|cancel|conditional-(intermediate|boundary|start)|condition-|link|instantiat|send-task|receive-task|data-|collapsed|pool|multiplicity|manual)/i;

class Palette {
  constructor(palette, create, elementFactory, handTool, lassoTool, spaceTool, globalConnect) {
    Object.assign(this, { create, elementFactory, tools: { handTool, lassoTool, spaceTool, globalConnect } });
    palette.registerProvider(100, this);
  }

  getPaletteEntries() {
    return (before) => {
      const kept = Object.fromEntries(Object.entries(before).filter(([name]) => /tool/.test(name)));
      const drawn = DRAWN.map(([name, group, className, title, options]) => [name, { group, className, title, action: this.action(options) }]);
      return { ...kept, ...Object.fromEntries(drawn) };
    };
  }

  action(options) {
    const start = (event) => this.create.start(event, this.elementFactory.createShape(options));
    return { dragstart: start, click: start };
  }
}
Palette.$inject = ['palette', 'create', 'elementFactory', 'handTool', 'lassoTool', 'spaceTool', 'globalConnect'];

class Beside {
  constructor(contextPad, autoPlace, create, elementFactory) {
    Object.assign(this, { autoPlace, create, elementFactory });
    contextPad.registerProvider(100, this);
  }

  getContextPadEntries(element) {
    return (before) => {
      const appends = Object.keys(before).some((name) => TAKEN_AWAY.includes(name));
      const kept = Object.entries(before).filter(([name]) => !TAKEN_AWAY.includes(name));
      const added = appends ? DRAWN.filter(([name]) => this.follows(element, name)).map((one) => this.entry(element, one)) : [];
      return Object.fromEntries([...added, ...kept]);
    };
  }

  follows(element, name) {
    const afterRace = element.businessObject.$type === 'bpmn:EventBasedGateway';
    return afterRace ? ['create.timer', 'create.message'].includes(name) : APPENDED.includes(name);
  }

  entry(element, [name, , className, title, options]) {
    const start = (event) => this.create.start(event, this.elementFactory.createShape(options), { source: element });
    const append = () => this.autoPlace.append(element, this.elementFactory.createShape(options));
    return [name.replace('create', 'append'), { group: 'model', className, title: say('接：{title}', { title }), action: { dragstart: start, click: append } }];
  }
}
Beside.$inject = ['contextPad', 'autoPlace', 'create', 'elementFactory'];

class Changes {
  constructor(popupMenu) { popupMenu.registerProvider('bpmn-replace', 100, this); }

  getPopupMenuEntries() {
    return (before) => Object.fromEntries(Object.entries(before).filter(([name]) => !REFUSED.test(name)));
  }

  getPopupMenuHeaderEntries() {
    return (before) => Object.fromEntries(Object.entries(before).filter(([name]) => !REFUSED.test(name) && name !== 'toggle-loop'));
  }
}
Changes.$inject = ['popupMenu'];

const SHORT = [['bpmn:UserTask', 'step'], ['bpmn:ServiceTask', 'service'], ['bpmn:ScriptTask', 'script'], ['bpmn:BusinessRuleTask', 'decision'], ['bpmn:CallActivity', 'call'], ['bpmn:Activity', 'task'],
  ['bpmn:StartEvent', 'start'], ['bpmn:EndEvent', 'end'], ['bpmn:Event', 'event'], ['bpmn:Gateway', 'choice'], ['bpmn:SequenceFlow', 'flow'], ['bpmn:Message', 'message'], ['bpmn:Lane', 'lane']];

/** A step's name stands in cases, logs and rehearsals: `step_k3x9`, never that of a step taken away before. */
class Named extends BpmnFactory {
  _ensureId(element) {
    const short = SHORT.find(([type]) => isAny(element, [type]))?.[1];
    if (element.id || !short) return super._ensureId(element);
    do element.id = `${short}_${fourSigns()}`; while (this._model.ids.assigned(element.id));
    return this._model.ids.claim(element.id, element);
  }
}
Named.$inject = ['moddle'];

const fourSigns = () => Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => 'bcdfghjkmnpqrstvwxz23456789'[byte % 27]).join('');

export default {
  __init__: ['ourPalette', 'ourBeside', 'ourChanges'],
  ourPalette: ['type', Palette], ourBeside: ['type', Beside], ourChanges: ['type', Changes], bpmnFactory: ['type', Named],
};
