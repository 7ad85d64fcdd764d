// The controls of the properties: each has its label, its help and its fault beside it; what is typed counts shortly after.
import { icon, make } from '../lib/dom.js';

const SOON = 350; // milliseconds after the last key

let count = 0;

function field(label, control, { help, wide = true } = {}) {
  const id = control.id || `p-${count += 1}`;
  control.id = id;
  const fault = make('div', { class: 'sw-error', id: `${id}-fault`, role: 'alert', hidden: true });
  control.setAttribute('aria-describedby', [help && `${id}-help`, `${id}-fault`].filter(Boolean).join(' '));
  const box = make('div', { class: `sw-field${wide ? ' is-full' : ''}` }, make('label', { for: id }, label), control, help ? make('div', { class: 'sw-help', id: `${id}-help` }, help) : null, fault);
  box.refuse = (text) => {
    fault.hidden = !text;
    fault.replaceChildren(...(text ? [icon('exclamation-circle'), make('span', {}, text)] : []));
    control.setAttribute('aria-invalid', String(Boolean(text)));
  };
  return box;
}

function heard(control, take) {
  let timer = 0;
  let last = control.value;
  const now = () => {
    clearTimeout(timer);
    if (control.value === last) return;
    last = control.value;
    take(control.value);
  };
  control.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(now, SOON); });
  control.addEventListener('change', now);
  control.addEventListener('blur', now); // before another field is chosen
}

/** A line of text; `take(text)` returns what is wrong, or nothing. `options` may hold help, list, mode, wide. */
export function line(label, value, take, { mode, list, placeholder, code, ...options } = {}) {
  const control = make('input', { class: `form-control form-control-sm${code ? ' sw-code' : ''}`, type: 'text', autocomplete: 'off', spellcheck: 'false', inputmode: mode, list, placeholder });
  control.value = value ?? '';
  const box = field(label, control, options);
  heard(control, (text) => box.refuse(take(text)));
  return box;
}

export function area(label, value, take, { rows = 3, ...options } = {}) {
  const control = make('textarea', { class: 'form-control form-control-sm', rows });
  control.value = value ?? '';
  const box = field(label, control, options);
  heard(control, (text) => box.refuse(take(text)));
  return box;
}

/** One of `choices` [[value, words], …]; a value none of them has is offered as it stands. */
export function choice(label, value, choices, take, options) {
  const known = choices.some(([one]) => one === value);
  const all = known || value == null || value === '' ? choices : [...choices, [value, value]];
  const control = make('select', { class: 'form-select form-select-sm' }, ...all.map(([one, words]) => make('option', { value: one, selected: one === (value ?? '') }, words)));
  const box = field(label, control, options);
  control.addEventListener('change', () => box.refuse(take(control.value)));
  return box;
}

export function tick(label, value, take, { help } = {}) {
  const id = `p-${count += 1}`;
  const control = make('input', { class: 'form-check-input', type: 'checkbox', id, checked: value === true, 'aria-describedby': help ? `${id}-help` : null });
  control.addEventListener('change', () => take(control.checked));
  return make('div', { class: 'sw-field is-full' }, make('div', { class: 'form-check' }, control, make('label', { class: 'form-check-label', for: id }, label)), help ? make('div', { class: 'sw-help', id: `${id}-help` }, help) : null);
}

export function section(title, ...controls) {
  const kept = controls.flat().filter(Boolean);
  return kept.length ? make('details', { class: 'sw-props', open: true }, make('summary', {}, title), make('div', { class: 'sw-form' }, ...kept)) : null;
}

export function button(words, iconName, act, kind = 'btn-outline-secondary') {
  const made = make('button', { class: `btn btn-sm ${kind}`, type: 'button' }, iconName ? icon(iconName) : null, words);
  made.addEventListener('click', act);
  return made;
}
