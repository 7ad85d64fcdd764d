// What the panel works with: the diagram, the names, the server's answers.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { send } from '../lib/http.js';
import { say } from '../lib/words.js';
import { Extensions } from './extensions.js';
import { variablesOf } from './suggestions.js';

const EDITORS = { 'forms/': (name) => `/forms/{p}/${name.replace(/\.json$/, '')}`, 'decisions/': (name) => `/decisions/{p}/${name.replace(/\.dmn$/, '')}`, 'diagrams/': (name) => `/modeller/{p}/${name.replace(/\.bpmn$/, '')}` };

const titleOfRule = (names, key) => {
  const rule = names.rules.find((one) => one.value === key);
  const now = rule?.now ? say('（现行{now}）', { now: rule.now }) : '';
  return rule ? rule.title + now : key;
};

export class Studio {
  constructor({ modeler, names, proposal, flow, editable }) {
    Object.assign(this, { modeler, names, proposal, flow, editable, findings: [], known: { element: null, list: [] } });
    this.modeling = modeler.get('modeling');
    this.factory = modeler.get('bpmnFactory');
    this.ext = new Extensions(this.modeling, this.factory);
    this.urls = { rules: `/rules?proposal=${proposal}` };
    this.titles = { ruleTitle: (key) => titleOfRule(names, key), variableTitle: (name) => this.variables().find((one) => one.value === name)?.title ?? name };
    modeler.get('eventBus').on(['commandStack.changed', 'import.done'], () => { this.listed = null; });
  }

  create(type, attributes) { return this.factory.create(type, attributes); }

  update(element, object, attributes) {
    for (const value of Object.values(attributes)) for (const one of [value].flat()) if (one?.$type && !one.$parent && !is(one, 'bpmn:FlowElement')) one.$parent = object;
    return this.modeling.updateModdleProperties(element, object, attributes);
  }

  editorUrl(path) {
    const [folder, name] = [`${path.split('/')[0]}/`, path.split('/')[1]];
    return EDITORS[folder](encodeURIComponent(name)).replace('{p}', encodeURIComponent(this.proposal));
  }

  /** Where a new file of a folder is made, in the same proposal. */
  newUrl(folder) { return `/${folder}/${encodeURIComponent(this.proposal)}/new`; }

  setCondition(flow, body) { this.modeling.updateProperties(flow, { conditionExpression: body ? this.create('bpmn:FormalExpression', { body }) : undefined }); }

  /** Variables that the diagram sets, with what the server knows of called flows. */
  variables() {
    if (!this.listed) {
      const own = variablesOf(this.modeler, this.names);
      const seen = new Set(own.map((one) => one.value));
      this.listed = [...own, ...this.known.list.filter((one) => !seen.has(one.value))];
    }
    return this.listed;
  }

  async learnVariables(text, element) {
    const { ok, body } = await send('/modeller/variables', { json: { proposal: this.proposal, text, element } }).catch(() => ({}));
    if (ok) { this.known = { element, list: body.variables.map(({ name, title }) => ({ value: name, title })) }; this.listed = null; }
  }

  /** What is wrong with an expression, in words; nothing when the server cannot be asked: saving and publishing check again. */
  async checkExpression(kind, text) {
    const json = { proposal: this.proposal, kind, text, ...(kind === 'timer' && { timer: 'timeDate' }) };
    const { ok, body } = await send('/modeller/expression', { json }).catch(() => ({}));
    const trouble = ok && (body.troubles.find((one) => one.level === 'error') ?? body.troubles[0]);
    if (!trouble) return '';
    return text.includes('\n') || trouble.column > 1 ? say('{message}（第{line}行第{column}字）', trouble) : trouble.message;
  }

  findingsOf(id) { return this.findings.filter((one) => one.element === id); }

  participantOf(process) { return this.modeler.get('elementRegistry').find((one) => is(one, 'bpmn:Participant') && getBusinessObject(one).processRef === process); }

  laneOf(element) {
    const id = getBusinessObject(element).id;
    const lane = this.modeler.get('elementRegistry').find((one) => is(one, 'bpmn:Lane') && getBusinessObject(one).get('flowNodeRef').some((node) => node.id === id));
    return lane ? getBusinessObject(lane).name : '';
  }

  freeVariable(operator) {
    const wanted = operator.split('.')[0].replace(/\W/g, '_');
    const taken = new Set(this.variables().map((one) => one.value));
    return taken.has(wanted) ? operator.replace(/\W/g, '_') : wanted;
  }

  get definitions() { return this.modeler.getDefinitions(); }

  messages() {
    const own = this.definitions.get('rootElements').filter((one) => is(one, 'bpmn:Message')).map((one) => ({ value: one.name, title: one.name }));
    return [...own, ...this.names.messages.filter((one) => !own.some(({ value }) => value === one.value))];
  }

  /** The message of that name, made when there is none; its content is kept under the same name unless somebody says otherwise. */
  messageNamed(element, name) {
    const roots = this.definitions.get('rootElements');
    const found = roots.find((one) => is(one, 'bpmn:Message') && one.name === name);
    if (found) return found;
    const message = this.create('bpmn:Message', { id: this.freeId(`message_${name}`), name });
    const holder = this.create('bpmn:ExtensionElements', { values: [this.create('spiffworkflow:MessageVariable', { value: name })] });
    holder.values[0].$parent = holder;
    holder.$parent = message;
    message.extensionElements = holder;
    const place = roots.findLastIndex((one) => is(one, 'bpmn:Message') || is(one, 'bpmn:Collaboration')) + 1;
    this.update(element, this.definitions, { rootElements: [...roots.slice(0, place), message, ...roots.slice(place)] });
    return message;
  }

  freeId(wanted) {
    const { ids } = this.modeler.get('moddle');
    let id = wanted;
    for (let count = 2; ids.assigned(id); count += 1) id = `${wanted}_${count}`;
    return id;
  }

  /** What a list is called, as a reference: the engine names process data, which no element of the diagram declares. */
  reference(id) {
    const known = this.modeler.get('moddle').ids.assigned(id);
    return known ?? Object.assign(this.modeler.get('moddle').create('bpmn:DataObject'), { id });
  }
}

/** References that lead nowhere in the file are kept as they were written; bpmn-js would leave them out when it saves. */
export function keepLooseReferences(moddle, warnings) {
  for (const { element, property, value } of warnings) {
    if (!element || !property || !value) continue;
    const name = property.replace(/^bpmn:/, '');
    const descriptor = element.$descriptor.propertiesByName[name] ?? element.$descriptor.propertiesByName[property];
    if (!descriptor?.isReference) continue;
    const loose = Object.assign(moddle.create('bpmn:DataObject'), { id: value });
    if (descriptor.isMany) element.get(name).push(loose);
    else if (!element.get(name)) element.set(name, loose);
  }
}
