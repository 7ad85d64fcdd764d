import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { completions } from '../src/modeller/completions.js';
import { inWords, isLoss } from '../src/modeller/import_words.js';
import { definitionOf, readTime, timeInWords, writeTime } from '../src/modeller/times.js';
import { readValue, valueProblem, writeValue } from '../src/modeller/values.js';
import { DICTIONARY, missing, translate } from '../src/modeller/words.js';

const MODULES = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');

for (const [expression, type, kind, value] of [
  ["'owner'", 'str', 'fixed', 'owner'], ['"it\'s"', 'str', 'fixed', "it's"], ["'a\\nb'", 'str', 'fixed', 'a\nb'], ['3', 'int', 'fixed', '3'], ['-1.5', 'float', 'fixed', '-1.5'], ['True', 'bool', 'fixed', 'True'],
  ['plan["freeze_at"]', 'str', 'variable', 'plan["freeze_at"]'], ['about', 'str', 'variable', 'about'], ["'3'", 'int', 'expression', "'3'"], ['3', 'str', 'expression', '3'],
  ['a + 1', 'int', 'expression', 'a + 1'], ["'a' + 'b'", 'str', 'expression', "'a' + 'b'"], ['', 'str', 'fixed', ''], ['None', 'str', 'expression', 'None'],
]) {
  test(`the value ${expression || 'that is empty'} of ${type} is shown as ${kind} and written back the same`, () => {
    const read = readValue(expression, type);
    assert.deepEqual(read, { kind, value });
    assert.deepEqual(readValue(writeValue(read, type), type), read);
  });
}

test('a fixed text is quoted so that it stays one text', () => {
  assert.equal(writeValue({ kind: 'fixed', value: "it's \\ it" }), "'it\\'s \\\\ it'");
  assert.equal(readValue(writeValue({ kind: 'fixed', value: "it's \\ it" })).value, "it's \\ it");
});

test('a number that is none and a value that is missing are told', () => {
  assert.match(valueProblem({ kind: 'fixed', value: '三' }, 'int', true), /整数/);
  assert.match(valueProblem({ kind: 'variable', value: ' ' }, 'str', true), /必须/);
  assert.equal(valueProblem({ kind: 'fixed', value: '' }, 'int', false), '');
});

for (const [expression, way, words, definition] of [
  ['working_days_after(now(), 3)', 'working_days', '3个工作日后', 'timeDate'], ['deadline("intake.review_within")', 'rule', '按“intake.review_within”', 'timeDate'],
  ['working_days_after(plan["freeze_at"], rule("a.b"))', 'working_days', '“plan["freeze_at"]”起按“a.b”的工作日数后', 'timeDate'],
  ['plan["selection_at"]', 'moment', '到“plan["selection_at"]”的时刻', 'timeDate'], ['"PT1M"', 'span', '1分钟后', 'timeDuration'], ['"P3D"', 'span', '3天后', 'timeDuration'],
  ['"2027-01-01T09:00:00+08:00"', 'fixed', '2027-01-01 09:00', 'timeDate'], ['"R3/PT1H"', 'expression', '"R3/PT1H"', 'timeCycle'], ['max(a, b)', 'expression', 'max(a, b)', 'timeDate'],
]) {
  test(`the time ${expression} is “${words}” and written back the same`, () => {
    const time = readTime(expression);
    assert.equal(time.way, way);
    assert.equal(writeTime(time), expression);
    assert.equal(timeInWords(expression), words);
    assert.equal(definitionOf(way, expression), definition);
  });
}

test('a time that is not complete is written as nothing, never as half an expression', () => {
  for (const way of ['working_days', 'rule', 'moment', 'span', 'fixed', 'expression']) assert.equal(writeTime({ way, unit: 'day' }), '');
  assert.deepEqual(readTime(''), { way: '' });
});

test('a begun name is completed with variables, a begun rule with rules of days only', () => {
  const names = { rules: [{ value: 'intake.review_within', title: '受理审核期限', unit: 'working_day' }, { value: 'intake.budget', title: '预算', unit: 'boolean' }], functions: [{ value: 'now()', title: '现在' }] };
  const variables = [{ value: 'frozen', title: '冻结' }, { value: 'frozen["enough"]', title: '冻结' }];
  assert.deepEqual(completions('fro', variables, names), { from: 0, options: [{ text: 'frozen', title: '冻结' }, { text: 'frozen["enough"]', title: '冻结' }] });
  assert.deepEqual(completions('1 + no', variables, names).options.map(({ text }) => text), ['now()', 'frozen["enough"]']);
  assert.deepEqual(completions('deadline("in', variables, names), { from: 10, options: [{ text: 'intake.review_within', title: '受理审核期限' }] });
  assert.equal(completions('rule("in', variables, names).options.length, 2);
  assert.deepEqual(completions('a + ', variables, names).options, []);
});

const sources = (folder) => fs.readdirSync(folder, { withFileTypes: true, recursive: true }).filter((one) => one.isFile() && one.name.endsWith('.js')).map((one) => fs.readFileSync(path.join(one.parentPath ?? one.path, one.name), 'utf8'));
const said = (text) => [...text.matchAll(/[^.\w]translate\(\s*'((?:[^'\\]|\\.)+)'/g)].map(([, phrase]) => phrase);

test('every phrase that bpmn-js puts through its translate service has its Chinese', () => {
  const texts = ['bpmn-js/lib', 'diagram-js/lib/features', 'diagram-js-minimap/dist'].flatMap((folder) => sources(path.join(MODULES, folder)));
  const labels = ['replace', 'popup-menu'].flatMap((folder) => sources(path.join(MODULES, 'bpmn-js/lib/features', folder))).flatMap((text) => [...text.matchAll(/label: '([^']+)'/g)].map(([, label]) => label));
  const phrases = new Set([...texts.flatMap(said), ...labels].map((phrase) => phrase.trim()).filter((phrase) => /^[A-Z]/.test(phrase) && phrase !== 'HELLO {you}'));
  assert.ok(phrases.size > 60, String(phrases.size));
  assert.deepEqual([...phrases].filter((phrase) => !(phrase in DICTIONARY)).sort(), []);
});

test('a phrase without Chinese is kept, and remembered', () => {
  assert.equal(translate('Something new {a}', { a: 1 }), 'Something new 1');
  assert.ok(missing.has('Something new {a}'));
  assert.equal(translate('Open {element}', { element: '表' }), '打开表');
});

for (const [message, words, loses] of [
  ['unparsable content <bpmn:frobnicate> detected\n\tline: 85\n\tcolumn: 4\n\tnested error: unknown type <bpmn:Frobnicate>', '第86行的“bpmn:frobnicate”读不进来：不认识这种内容', true],
  ['unparsable content <bpmn:serviceTask> detected\n\tline: 147\n\tcolumn: 4\n\tnested error: duplicate ID <assign_people>', '第148行的“bpmn:serviceTask”读不进来：编号“assign_people”重复', true],
  ['unresolved reference <nowhere>', '引用的“nowhere”在文件里没有', false], ['no diagram to display', '文件里只有流程，没有图', false],
  ['<bpmn:SequenceFlow id="a" />#target Ref not specified', '有一条连线的一端没有接上，图上没有画出', false],
]) {
  test(`the import says “${words}”`, () => {
    assert.equal(inWords(message), words);
    assert.equal(isLoss(message), loses);
  });
}
