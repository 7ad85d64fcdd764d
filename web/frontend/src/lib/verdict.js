import { icon, make } from './dom.js';

/** One checked thing in a list: tone, icon, what it is, how it stands. */
export const checkedLine = (tone, name, { title, detail }, state) => make('li', { class: tone }, icon(name), make('span', {}, title, make('small', { class: 'text-break' }, detail)), make('span', { class: `sw-status ${tone}` }, state));

/** What came of a check. */
export function verdict(tone, name, title, text) {
  return make('div', { class: `sw-verdict ${tone} mb-2` }, icon(name), make('span', {}, make('b', {}, title), text));
}
