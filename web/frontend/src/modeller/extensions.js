// The engine's extension elements of a diagram element, read and written as single steps that can be undone.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

const valuesOf = (object) => object?.extensionElements?.get('values') ?? [];

/** The extension element of a type, such as `spiffworkflow:PreScript`, or undefined. */
export const extensionOf = (object, type) => valuesOf(object).find((one) => is(one, type));

export class Extensions {
  constructor(modeling, bpmnFactory) { Object.assign(this, { modeling, factory: bpmnFactory }); }

  /** Makes, changes or (with null) takes away an extension element of `object`, which belongs to `element`. */
  set(element, object, type, attributes) {
    const found = extensionOf(object, type);
    if (found && attributes) return this.modeling.updateModdleProperties(element, found, attributes);
    if (!found && !attributes) return undefined;
    const rest = valuesOf(object).filter((one) => one !== found);
    return this.store(element, object, attributes ? [...rest, this.factory.create(type, attributes)] : rest);
  }

  store(element, object, values) {
    if (!values.length) return this.modeling.updateModdleProperties(element, object, { extensionElements: undefined });
    const holder = this.factory.create('bpmn:ExtensionElements', { values });
    holder.$parent = object;
    for (const one of values) one.$parent = holder;
    return this.modeling.updateModdleProperties(element, object, { extensionElements: holder });
  }

  /** The text of an extension element. */
  text(object, type) { return extensionOf(object, type)?.value ?? ''; }

  setText(element, object, type, value) { return this.set(element, object, type, value ? { value } : null); }

  /** One of the engine's properties, such as `due`. */
  property(object, name) { return propertiesOf(object).find((one) => one.name === name)?.value ?? ''; }

  setProperty(element, object, name, value) {
    const before = propertiesOf(object);
    if ((before.find((one) => one.name === name)?.value ?? '') === (value ?? '')) return undefined;
    const place = before.findIndex((one) => one.name === name);
    const fresh = value ? [this.factory.create('spiffworkflow:Property', { name, value })] : [];
    const kept = before.filter((one) => one.name !== name);
    const after = [...kept.slice(0, place < 0 ? kept.length : place), ...fresh, ...kept.slice(place < 0 ? kept.length : place)];
    return this.setProperties(element, object, after);
  }

  setProperties(element, object, properties) {
    const found = extensionOf(object, 'spiffworkflow:Properties');
    if (!properties.length) return this.set(element, object, 'spiffworkflow:Properties', null);
    if (!found) return this.set(element, object, 'spiffworkflow:Properties', { properties });
    for (const one of properties) one.$parent = found;
    return this.modeling.updateModdleProperties(element, found, { properties });
  }
}

export const propertiesOf = (object) => extensionOf(object, 'spiffworkflow:Properties')?.get('properties') ?? [];

export const operatorOf = (object) => extensionOf(object, 'spiffworkflow:ServiceTaskOperator');

export const parametersOf = (operator) => operator?.parameterList?.get('parameters') ?? [];

/** The process that an element of the canvas stands for: a collaboration shows that of its first participant. */
export function processOf(element) {
  const object = getBusinessObject(element);
  if (is(object, 'bpmn:Process')) return object;
  const [participant] = is(object, 'bpmn:Collaboration') ? object.get('participants') : [object];
  const process = participant && is(participant, 'bpmn:Participant') ? participant.processRef : undefined;
  return process && is(process, 'bpmn:Process') ? process : undefined;
}
