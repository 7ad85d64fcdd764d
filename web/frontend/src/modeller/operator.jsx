// A service of the platform and what is given to it.
import { say } from '../lib/words.js';
import { extensionOf, operatorOf, parametersOf } from './extensions.js';
import { Finder, Text } from './fields.jsx';
import { Value } from './value_field.jsx';

const TYPE = 'spiffworkflow:ServiceTaskOperator';

export function Operator({ studio, element, object }) {
  const operator = operatorOf(object);
  const known = studio.names.operators.find((one) => one.value === operator?.id);
  const given = parametersOf(operator);
  const choose = (id) => studio.ext.set(element, object, TYPE, { id, resultVariable: operator?.resultVariable ?? studio.freeVariable(id), parameterList: listOf(studio, kept(studio, id, given)) });
  return <>
    <Finder label={say('服务')} required value={operator?.id ?? ''} options={studio.names.operators.map((one) => ({ ...one, hint: one.value }))} set={choose} />
    {known?.parameters.map((parameter) => <Value key={`${known.value}:${parameter.id}`} studio={studio} parameter={parameter} value={given.find((one) => one.id === parameter.id)?.value ?? ''} set={(value) => setParameter(studio, element, object, parameter, value)} />)}
    {known && !known.parameters.length && <p class="sw-help">{say('这项服务不用填参数。')}</p>}
    {known && given.filter((one) => !known.parameters.some(({ id }) => id === one.id)).map((one) => <div key={one.id} class="sw-error" role="status"><span>{say('服务没有“{name}”这个参数（{value}）。', { name: one.id, value: one.value ?? '' })} <button class="btn btn-link btn-sm p-0" type="button" onClick={() => setParameter(studio, element, object, one, '')}>{say('去掉')}</button></span></div>)}
    {operator && <Text label={say('结果存为变量')} code value={operator.resultVariable ?? ''} set={(resultVariable) => studio.update(element, operatorOf(object), { resultVariable: resultVariable || undefined })} check={(typed) => (typed && !/^[A-Za-z_]\w*$/.test(typed) ? say('变量名用字母开头，只含字母、数字和下划线。') : '')} help={known?.results.length ? say('结果里有：{results}', { results: known.results.join('、') }) : ''} />}
  </>;
}

/** What was filled in stays where the other service has a parameter of the same name. */
const kept = (studio, id, given) => given.filter((one) => studio.names.operators.find(({ value }) => value === id)?.parameters.some((each) => each.id === one.id)).map(({ id: name, type, value }) => ({ id: name, type, value }));

function listOf(studio, parameters) {
  const list = studio.create('spiffworkflow:Parameters', { parameters: parameters.map((one) => studio.create('spiffworkflow:Parameter', one)) });
  for (const one of list.parameters) one.$parent = list;
  return list;
}

function setParameter(studio, element, object, { id, type }, value) {
  const operator = extensionOf(object, TYPE);
  const given = parametersOf(operator);
  const found = given.find((one) => one.id === id);
  if ((found?.value ?? '') === value) return;
  if (found && value) { studio.update(element, found, { value }); return; }
  const plain = given.filter((one) => one.id !== id).map(({ id: name, type: kind, value: text }) => ({ id: name, type: kind, value: text }));
  if (value) plain.push({ id, type, value });
  const parameterList = listOf(studio, plain);
  parameterList.$parent = operator;
  studio.update(element, operator, { parameterList });
}
