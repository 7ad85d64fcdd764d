import assert from 'node:assert/strict';
import test from 'node:test';

import CommandStack from 'diagram-js/lib/command/CommandStack.js';
import EventBus from 'diagram-js/lib/core/EventBus.js';

import { groupTyping, wayOf } from '../src/lib/undo_keys.js';

const pressed = (key, more = {}) => wayOf({ key, ctrlKey: true, metaKey: false, altKey: false, shiftKey: false, ...more });

test('Ctrl+Z goes back, Ctrl+Y and Ctrl+Shift+Z go on, everything else is left alone', () => {
  assert.equal(pressed('z'), 'undo');
  assert.equal(pressed('z', { ctrlKey: false, metaKey: true }), 'undo');
  assert.equal(pressed('y'), 'redo');
  assert.equal(pressed('Z', { shiftKey: true }), 'redo');
  assert.equal(pressed('z', { ctrlKey: false }) || pressed('z', { altKey: true }) || pressed('s') || pressed('Y', { shiftKey: true }), '');
});

class Set {
  execute(context) {
    context.before = Object.fromEntries(Object.keys(context.properties).map((name) => [name, context.element[name]]));
    Object.assign(context.element, context.properties);
  }

  revert(context) { Object.assign(context.element, context.before); }
}

function typed() {
  const bus = new EventBus();
  const stack = new CommandStack(bus, { instantiate: (Kind) => new Kind() });
  stack.registerHandler('set', Set);
  const page = new EventTarget();
  groupTyping(stack, bus, page);
  const type = (element, properties) => stack.execute('set', { element, properties });
  return { stack, type, leave: () => page.dispatchEvent(new Event('focusout')) };
}

test('what is typed into one cell is taken back at once, and comes back at once', () => {
  const { stack, type } = typed();
  const cell = { text: '-' };
  for (const text of ['a', 'ab', 'abc']) type(cell, { text });
  stack.undo();
  assert.equal(cell.text, '-');
  assert.equal(stack.canUndo(), false);
  stack.redo();
  assert.equal(cell.text, 'abc');
});

test('leaving the cell, another cell, another setting and going back each begin another step', () => {
  const { stack, type, leave } = typed();
  const [cell, other] = [{ text: '-', note: '' }, { text: '-' }];
  type(cell, { text: 'a' });
  leave();
  type(cell, { text: 'ab' });
  type(cell, { note: 'n' });
  type(other, { text: 'o' });
  stack.undo();
  assert.deepEqual([other.text, cell.note], ['-', 'n']);
  stack.undo();
  assert.deepEqual([cell.note, cell.text], ['', 'ab']);
  stack.undo();
  assert.equal(cell.text, 'a');
  type(cell, { text: 'ax' });
  stack.undo();
  assert.equal(cell.text, 'a');
});
