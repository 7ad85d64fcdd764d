import assert from 'node:assert/strict';
import test from 'node:test';

import { readAmount } from '../src/lib/amount.js';

const CEILING = 38_640_000; // ¥ 386,400.00
const read = (text) => readAmount(text, { ceiling: CEILING, name: '报价' });

for (const [text, fen] of [
  ['380000', 38_000_000], ['380,000.5', 38_000_050], ['¥ 380,000.00', 38_000_000], ['386400', CEILING], ['380000元', 38_000_000],
  ['３８００００．５０', 38_000_050], ['380，000。00', 38_000_000], [' 380000 ', 38_000_000],
]) {
  test(`reads ${text} as ${fen} fen`, () => assert.deepEqual(read(text), { fen, fault: '', warning: '' }));
}

for (const [text, words] of [
  ['', '请填写'], ['0', '大于零'], ['0.00', '大于零'], ['-1', '负数'], ['−380000', '负数'], ['380000.005', '两位小数'], ['1.000', '两位小数'],
  ['386400.01', '不能高于最高限价 ¥\u00a0386,400.00'], ['999999999999999999', '写法不对'], ['38万', '应填 ¥\u00a0380,000.00'], ['38.64万元', '¥\u00a0386,400.00'],
  ['1e5', '写法不对'], ['38,00', '写法不对'], ['三十万', '写法不对'], ['0x10', '写法不对'], ['Infinity', '写法不对'], ['NaN', '写法不对'],
]) {
  test(`refuses ${text || 'nothing'} and says why`, () => {
    const { fen, fault } = read(text);
    assert.equal(fen, null);
    assert.ok(fault.includes(words), fault);
  });
}

test('an amount in 万元 is let through only with a warning', () => {
  const { fen, fault, warning } = read('38.64');
  assert.deepEqual([fen, fault], [3864, '']);
  assert.match(warning, /不是万元/);
});

test('the warning ends at a hundredth of the ceiling', () => {
  assert.ok(read('3863.99').warning);
  assert.equal(read('3864.00').warning, '');
});
