import assert from 'node:assert/strict';
import test from 'node:test';
import { creditCodeProblem } from '../src/lib/credit_code.js';
import { formatFen, inCapitals, parseYuan, yuanText, MAX_FEN } from '../src/lib/money.js';
import { fieldProblem } from '../src/lib/rules.js';

const judge = (component, value, more = {}) =>
  fieldProblem({ component, setting: (name) => component.validate?.[name], evaluate: (it) => it, data: {}, today: '2026-11-20', ...more }, value);

test('capitals follow the rule for letters', () => {
  const known = {
    18_360_000: '人民币壹拾捌万叁仟陆佰元整', 0: '人民币零元整', 5: '人民币伍分', 105: '人民币壹元零伍分', 10_000_300: '人民币壹拾万零叁元整',
    10_001_000_000: '人民币壹亿零壹万元整', 39_840_012: '人民币叁拾玖万捌仟肆佰元壹角贰分',
  };
  for (const [fen, text] of Object.entries(known)) assert.equal(inCapitals(Number(fen)), text);
});

test('amounts are shown and read without losing a fen', () => {
  for (const fen of [0, 7, 100, 99_999, 12_345_600, MAX_FEN]) assert.equal(parseYuan(formatFen(fen)), fen);
  assert.equal(yuanText(12_345_600), '123,456.00');
  for (const text of ['', 'abc', '1,23', '1.234', '-1', '1e5', '１２', '38万', '1'.repeat(40)]) assert.equal(parseYuan(text), null, text);
});

test('credit codes of village collectives are codes like others', () => {
  assert.equal(creditCodeProblem('91110000600037341L'), null);
  assert.match(creditCodeProblem('91110000600037342L'), /校验位/);
  assert.match(creditCodeProblem('9111000060003734IL'), /不使用字母I/);
  assert.match(creditCodeProblem('94110000600037341L'), /第2位/);
});

test('a field gives the first rule that is broken', () => {
  assert.match(judge({ type: 'textfield', validate: { required: true } }, ''), /^此项必填/);
  assert.match(judge({ type: 'select', validate: { required: true } }, null), /^此项必选/);
  assert.match(judge({ type: 'textfield', validate: { maxLength: 3 } }, '𠮷𠮷'), /最多3个字/);
  assert.match(judge({ type: 'number', properties: { check: 'money' }, validate: { max: 100 } }, 101), /不能高于 ¥\u00a01\.00/);
  assert.match(judge({ type: 'datetime', subtype: 'date', disallowPassedDates: true }, '2026-11-19'), /早于今天/);
  assert.match(judge({ type: 'number', increment: 0.05 }, 0.07), /整数倍/);
  assert.equal(judge({ type: 'number', increment: 0.05 }, 0.15), null);
  assert.equal(judge({ type: 'filepicker', accept: '.pdf' }, [{ id: 'a', name: 'X.PDF' }]), null);
});
