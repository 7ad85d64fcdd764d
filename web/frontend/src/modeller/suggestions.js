// Which variables an expression may name: what the diagram's forms, services, decisions, messages and scripts set.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { extensionOf, operatorOf, propertiesOf } from './extensions.js';

/** `[{value, title}]` of every variable that the diagram sets anywhere, inner names such as `plan["freeze_at"]` included. */
export function variablesOf(modeler, names) {
  const found = new Map(names.variables.map(({ value, title }) => [value, title]));
  const add = (value, title) => { if (value && !found.has(value)) found.set(value, title); };
  modeler.get('elementRegistry').forEach((element) => { if (!element.labelTarget) addFrom(getBusinessObject(element), names, add); });
  return [...found].map(([value, title]) => ({ value, title }));
}

function addFrom(object, names, add) {
  const title = object.name || object.id;
  const form = names.forms.find((one) => one.value === formOf(object));
  for (const field of form?.fields ?? []) add(field.value, field.title);
  const operator = operatorOf(object);
  if (operator?.resultVariable) addResults(operator, names, add, title);
  for (const output of names.decisions.find((one) => one.value === extensionOf(object, 'spiffworkflow:CalledDecisionId')?.value?.trim())?.outputs ?? []) add(output, title);
  for (const definition of (is(object, 'bpmn:CatchEvent') && object.get('eventDefinitions')) || []) {
    const variable = definition.messageRef && extensionOf(definition.messageRef, 'spiffworkflow:MessageVariable')?.value?.trim();
    add(variable, title);
  }
  for (const script of [object.script, extensionOf(object, 'spiffworkflow:PostScript')?.value, extensionOf(object, 'spiffworkflow:PreScript')?.value]) {
    for (const [, name] of (script ?? '').matchAll(/^(\w+)\s*=(?!=)/gm)) add(name, title);
  }
}

function addResults(operator, names, add, title) {
  add(operator.resultVariable, title);
  for (const result of names.operators.find((one) => one.value === operator.id)?.results ?? []) add(`${operator.resultVariable}["${result}"]`, `${title}：${result}`);
}

export const formOf = (object) => (propertiesOf(object).find((one) => one.name === 'formJsonSchemaFilename')?.value ?? '').trim().split('/').pop().replace(/\.json$/, '');
