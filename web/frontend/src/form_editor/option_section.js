// Where the options of a choice come from: written here, the county's parties or people, the qualifications, or the case's data.
import { make } from '../lib/dom.js';
import { say } from '../lib/words.js';
import { button, choice, line, section } from './controls.js';
import { PARTIES, PEOPLE } from './kinds.js';

const SOURCES = [['fixed', say('写在这里的选项')], ['parties', say('本县在册的单位')], ['people', say('本单位的人员')], ['qualification', say('资质目录')], ['data', say('案件里的一个列表')], ['computed', say('表达式')]];

function sourceOf(field) {
  if (field.valuesKey?.startsWith(PARTIES)) return 'parties';
  if (field.valuesKey?.startsWith(PEOPLE)) return 'people';
  if (field.valuesKey !== undefined) return 'data';
  if (field.valuesExpression !== undefined) return 'computed';
  return field.properties?.catalogue === 'qualification' ? 'qualification' : 'fixed';
}

export function optionSection(panel, field) {
  const source = sourceOf(field);
  const { names } = panel;
  const from = choice(say('选项从哪里来'), source, SOURCES, (value) => { switchTo(panel, field, value); panel.show(); });
  return section(say('选项'), from, ...details(panel, field, source, names));
}

function switchTo(panel, field, source) {
  const { catalogue: _, ...properties } = field.properties ?? {};
  const cleared = { values: undefined, valuesKey: undefined, valuesExpression: undefined, properties: Object.keys(properties).length ? properties : undefined };
  const given = {
    fixed: { values: Array.isArray(field.values) && field.values.length ? field.values : [{ value: 'a', label: say('选项一') }, { value: 'b', label: say('选项二') }] },
    parties: { valuesKey: `${PARTIES}contractor` },
    people: { valuesKey: `${PEOPLE}selection_officer` },
    qualification: { values: panel.names.qualifications, properties: { ...properties, catalogue: 'qualification' } },
    data: { valuesKey: 'options' },
    computed: { valuesExpression: '=' },
  };
  panel.edit({ ...cleared, ...given[source] });
}

function details(panel, field, source, names) {
  const roleChoice = (prefix, of) => choice(say('担任什么角色'), field.valuesKey.slice(prefix.length), names.roles.filter((role) => role.of === of).map(({ id, title }) => [id, title]), (id) => panel.edit({ valuesKey: prefix + id }));
  switch (source) {
    case 'parties': return [roleChoice(PARTIES, 'party'), hint(say('填写时列出本县名册上现在可以办事的单位，服务器再核对一次。'))];
    case 'people': return [roleChoice(PEOPLE, 'person'), hint(say('填写时列出业主单位里担任这一角色的人员。'))];
    case 'data': return [line(say('列表的数据名称'), field.valuesKey, (text) => panel.edit({ valuesKey: text.trim() }), { code: true })];
    case 'computed': return [line(say('表达式'), field.valuesExpression, (text) => panel.edit({ valuesExpression: text }), { code: true })];
    case 'qualification': return [hint(say('{count}类，来自决策表“资质序列”。', { count: field.values?.length ?? 0 })),
      make('div', { class: 'sw-tools' }, button(say('按现在的目录重取'), 'arrow-repeat', () => { panel.edit({ values: names.qualifications }); panel.show(); }))];
    default: return [rows(panel, field)];
  }
}

const hint = (text) => make('p', { class: 'sw-help is-full' }, text);

/** One row for each option: what people read, what is stored. */
function rows(panel, field) {
  const values = Array.isArray(field.values) ? field.values : [];
  const set = (next) => panel.edit({ values: next });
  const input = (value, label, take, code) => {
    const made = make('input', { class: `form-control form-control-sm${code ? ' sw-code' : ''}`, 'aria-label': label, autocomplete: 'off' });
    made.value = value ?? '';
    made.addEventListener('change', () => take(made.value.trim()));
    return made;
  };
  // what stands there now: a text typed just before a press of a button is in it
  const current = () => panel.field.values ?? [];
  const changed = (at, part) => set(current().map((one, place) => (place === at ? { ...one, ...part } : one)));
  const list = values.map((one, at) => make('div', { class: 'sw-option' },
    input(one.label, say('第{number}项的文字', { number: at + 1 }), (label) => changed(at, { label })),
    input(one.value, say('第{number}项存的值', { number: at + 1 }), (value) => changed(at, { value }), true),
    withName(button('', 'arrow-up', () => { if (at) { set(swapped(current(), at)); panel.show(); } }), say('第{number}项上移', { number: at + 1 })),
    withName(button('', 'x-lg', () => { set(current().filter((_, place) => place !== at)); panel.show(); }), say('删除第{number}项', { number: at + 1 }))));
  const add = button(say('加一项'), 'plus-lg', () => { set([...current(), { label: say('选项{number}', { number: current().length + 1 }), value: fresh(current()) }]); panel.show(); });
  const paste = button(say('从剪贴板逐行加'), 'clipboard', async () => { set(withLines(current(), await navigator.clipboard.readText().catch(() => ''))); panel.show(); });
  return make('div', { class: 'sw-field is-full' }, make('div', { class: 'sw-options', role: 'group', 'aria-label': say('选项') }, ...list), make('div', { class: 'sw-tools mt-2' }, add, paste));
}

const withName = (element, name) => { element.setAttribute('aria-label', name); return element; };
const swapped = (values, at) => [...values.slice(0, at - 1), values[at], values[at - 1], ...values.slice(at + 1)];
const fresh = (values) => { let number = values.length + 1; while (values.some(({ value }) => value === `option_${number}`)) number += 1; return `option_${number}`; };

function withLines(values, text) {
  const known = new Set(values.map(({ value }) => value));
  const lines = [...new Set(text.split('\n').map((one) => one.trim().slice(0, 100)).filter(Boolean))].filter((one) => !known.has(one)).slice(0, 200);
  return [...values, ...lines.map((one) => ({ label: one, value: one }))];
}
