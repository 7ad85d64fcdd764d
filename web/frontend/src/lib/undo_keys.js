// Ctrl+Z and Ctrl+Y (or Ctrl+Shift+Z) do the same wherever the focus is on an editor's page, and one edit is one step.

/**
 * `undo()` and `redo()` step through the whole file; `leave(target)` says where the browser's own undo is the right one:
 * in a field whose text is no part of the file yet.
 */
export function undoKeys({ undo, redo, leave = () => false }) {
  document.addEventListener('keydown', (event) => {
    const way = wayOf(event);
    if (!way || event.target.closest('dialog, .modal') || leave(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    (way === 'undo' ? undo : redo)();
  }, { capture: true });
}

/** 'undo', 'redo' or nothing of a key press. */
export function wayOf({ ctrlKey, metaKey, altKey, shiftKey, key }) {
  if (!(ctrlKey || metaKey) || altKey) return '';
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' && !shiftKey ? 'redo' : '';
}

/**
 * Makes what is typed into one field one step of a diagram-js command stack: commands of the same kind on the same thing
 * are put together until the focus leaves or something is undone.
 */
export function groupTyping(stack, bus, root = document) {
  const visits = new WeakMap();
  let visit = {};
  const anew = () => { visit = {}; };
  for (const event of ['focusin', 'focusout', 'pointerdown']) root.addEventListener(event, anew, true);
  bus.on('commandStack.changed', ({ trigger }) => {
    if (trigger !== 'execute') { anew(); return; }
    const last = groupAt(stack, stack._stackIdx);
    const before = groupAt(stack, stack._stackIdx - last.length);
    for (const one of last) visits.set(one, visit);
    const isSame = before.length > 0 && before.every((one) => visits.get(one) === visit) && signOf(last) !== '' && signOf(last) === signOf(before);
    if (isSame) for (const one of last) one.id = before[0].id;
  });

  const numbers = new WeakMap();
  let counted = 0;
  const number = (thing) => { if (!numbers.has(thing)) numbers.set(thing, counted += 1); return numbers.get(thing); };

  /** What was changed where; nothing when it was more than one setting of one thing. */
  function signOf(actions) {
    const signs = new Set(actions.map(({ command, context: { element, moddleElement, formField, properties } }) => {
      const thing = moddleElement ?? formField ?? element;
      return thing && properties ? `${command}:${number(thing)}:${Object.keys(properties)}` : '';
    }));
    return signs.size === 1 ? [...signs][0] : '';
  }
}

function groupAt(stack, at) {
  const found = [];
  for (let place = at; place >= 0 && stack._stack[place].id === stack._stack[at].id; place -= 1) found.unshift(stack._stack[place]);
  return found;
}
