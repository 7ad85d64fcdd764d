// When a field shows: always, under conditions chosen from lists, or by an expression written by hand.
import { make } from '../lib/dom.js';
import { parseYuan, yuanText } from '../lib/money.js';
import { say } from '../lib/words.js';
import { OPERATORS, hiddenUnless, shownWhen } from './conditions.js';
import { button, choice, line, section } from './controls.js';
import { labelOf } from './kinds.js';

const WORDS = {
  '=': say('等于'), '!=': say('不等于'), '>': say('大于'), '>=': say('不小于'), '<': say('小于'), '<=': say('不大于'), filled: say('已填写'), empty: say('没有填写'),
  contains: say('包含'), ticked: say('已勾选'), unticked: say('没有勾选'), declined: say('选了“否”'), not_declined: say('没有选“否”'),
};
const ALONE = ['filled', 'empty', 'ticked', 'unticked', 'declined', 'not_declined'];

export function conditionSection(panel, field) {
  const hide = field.conditional?.hide;
  const read = shownWhen(hide);
  const mode = !hide ? 'always' : read ? 'when' : 'expression';
  const set = (expression) => panel.edit({ conditional: expression ? { hide: expression } : undefined });
  const modes = [['always', say('总是显示')], ['when', say('符合条件时显示')], ['expression', say('按表达式隐藏')]];
  const start = (value) => {
    if (value === 'always') set(undefined);
    if (value === 'when') set(`=${others(panel, field)[0]?.[0] ?? 'name'} = null`);
    if (value === 'expression') set(hide ?? '=false');
    panel.show();
  };
  const parts = mode === 'when' ? list(panel, field, read, set) : mode === 'expression'
    ? [line(say('隐藏的表达式'), hide, (text) => set(text.trim() || undefined), { code: true, help: say('以等号开头，结果为真时隐藏，例如 =count(items) > 2。') })] : [];
  return section(say('什么时候显示'), choice(say('显示方式'), mode, modes, start), ...parts);
}

/** Fields whose value can be asked: those of the form, and facts of the case that flows give it. */
function others(panel, field) {
  const all = panel.editor.get('formFieldRegistry').getAll();
  const own = all.filter((one) => one !== field && one.key && !['text', 'image'].includes(one.type)).map((one) => [one.key, labelOf(one)]);
  const known = new Set(own.map(([name]) => name));
  return [...own, ...(panel.names.facts ?? []).filter((name) => !known.has(name)).map((name) => [name, say('案件数据 {name}', { name })])];
}

function list(panel, field, { join, tests }, set) {
  const put = (next) => { set(hiddenUnless(next)); panel.show(); };
  const changed = (at, part) => put({ join, tests: tests.map((one, place) => (place === at ? { ...one, ...part } : one)) });
  const rows = tests.map((test, at) => make('fieldset', { class: 'sw-condition is-full' }, make('legend', { class: 'visually-hidden' }, say('第{number}个条件', { number: at + 1 })),
    choice(say('字段'), test.name, others(panel, field), (name) => changed(at, { name, value: undefined })),
    choice(say('怎样'), test.operator, OPERATORS.map((one) => [one, WORDS[one]]), (operator) => changed(at, { operator })),
    ALONE.includes(test.operator) ? null : valueControl(panel, test, (value) => changed(at, { value })),
    button(say('去掉这个条件'), 'x-lg', () => put({ join, tests: tests.filter((_, place) => place !== at) }))));
  return [tests.length > 1 ? choice(say('几个条件之间'), join, [['and', say('都符合')], ['or', say('符合一个即可')]], (value) => put({ join: value, tests })) : null, ...rows,
    make('div', { class: 'sw-tools' }, button(say('加一个条件'), 'plus-lg', () => put({ join, tests: [...tests, { name: others(panel, field)[0]?.[0] ?? 'name', operator: 'filled' }] })))];
}

function valueControl(panel, { name, value }, take) {
  const asked = panel.editor.get('formFieldRegistry').getAll().find((one) => one.key === name);
  if (Array.isArray(asked?.values) && asked.values.length) return choice(say('哪一项'), value ?? '', [['', say('请选择')], ...asked.values.map((one) => [one.value, one.label])], take);
  if (String(asked?.properties?.check).includes('money')) {
    const shown = typeof value === 'number' && value >= 0 ? yuanText(value) : value;
    return line(say('金额（元）'), shown, (text) => { const fen = parseYuan(text); return fen == null ? say('请填以元为单位的数字，最多两位小数，如 386400.00。') : void take(fen); }, { mode: 'decimal' });
  }
  const isNumber = asked?.type === 'number' || typeof value === 'number';
  return line(say('值'), value, (text) => { take(isNumber && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text); });
}
