import assert from 'node:assert/strict';
import test from 'node:test';
import { hiddenUnless, shownWhen } from '../src/form_editor/conditions.js';

test('what the list of words says comes back from the expression', () => {
  const cases = [
    { join: 'and', tests: [{ name: 'level', operator: '=', value: 'a' }] },
    { join: 'and', tests: [{ name: 'amount', operator: '>', value: 5 }, { name: 'note', operator: 'filled' }] },
    { join: 'or', tests: [{ name: 'kind', operator: '!=', value: 'a or b' }, { name: 'done', operator: 'ticked' }] },
    { join: 'and', tests: [{ name: 'trades', operator: 'contains', value: '公路' }] },
  ];
  for (const given of cases) assert.deepEqual(shownWhen(hiddenUnless(given)), given);
});

test('the shipped ways of hiding are read, others stay expressions', () => {
  assert.deepEqual(shownWhen('=returned = null'), { join: 'and', tests: [{ name: 'returned', operator: 'filled' }] });
  assert.deepEqual(shownWhen('=kind != "change"'), { join: 'and', tests: [{ name: 'kind', operator: '=', value: 'change' }] });
  assert.deepEqual(shownWhen(undefined), { join: 'and', tests: [] });
  for (const odd of ['=count(items) > 2', '=a = b', '=a = "x', '=a = 1 and b = 2 or c = 3']) assert.equal(shownWhen(odd), null);
});
