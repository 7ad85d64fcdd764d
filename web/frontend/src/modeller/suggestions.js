// What an expression may say here: variables that the diagram sets, functions of the platform, rules of the county.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { extensionOf, operatorOf, propertiesOf } from './extensions.js';

const LAST_WORD = /(?:(rule|deadline)\(\s*["']([\w.]*)|[\w"'\[\]]*)$/;
const MOST = 8;

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
  for (const result of names.operators.find((one) => one.value === operator.id)?.results ?? []) add(`${operator.resultVariable}["${result}"]`, title);
}

export const formOf = (object) => (propertiesOf(object).find((one) => one.name === 'formJsonSchemaFilename')?.value ?? '').trim().split('/').pop().replace(/\.json$/, '');

/** What may be put at the end of `before`: `{from, options: [{text, title}]}`; `from` is where the begun word starts. */
export function completions(before, variables, names) {
  const found = LAST_WORD.exec(before);
  if (found[1]) {
    const rules = names.rules.filter((one) => found[1] === 'rule' || one.unit === 'working_day');
    return { from: before.length - found[2].length, options: matching(rules.map(({ value, title }) => ({ text: value, title })), found[2]) };
  }
  const begun = found[0];
  if (!begun) return { from: before.length, options: [] };
  const all = [...variables.map(({ value, title }) => ({ text: value, title })), ...names.functions.map(({ value, title }) => ({ text: value, title }))];
  return { from: before.length - begun.length, options: matching(all, begun) };
}

function matching(options, begun) {
  const small = begun.toLowerCase();
  const hits = options.filter(({ text, title }) => text.toLowerCase().startsWith(small) || (small.length > 1 && (text.toLowerCase().includes(small) || title.includes(begun))));
  return hits.filter(({ text }) => text !== begun).slice(0, MOST);
}
