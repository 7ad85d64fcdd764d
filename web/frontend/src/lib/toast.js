import { icon, make } from './dom.js';
import { say } from './words.js';

const ICONS = { 'is-ok': 'check-circle-fill', 'is-late': 'x-circle-fill', 'is-info': 'info-circle-fill', 'is-warn': 'exclamation-circle-fill' };
const SHOWN_FOR = 8_000; // long enough to read two sentences; failures stay until closed

/** Shows a short message; a failure (`is-late`) is announced at once and stays. */
export function toast(text, tone = 'is-ok') {
  const close = make('button', { class: 'btn-close', type: 'button', 'aria-label': say('关闭') });
  const box = make('div', { class: `sw-toast ${tone}`, role: tone === 'is-late' ? 'alert' : 'status' }, icon(ICONS[tone] ?? ICONS['is-info']), make('div', {}, text), close);
  close.addEventListener('click', () => box.remove());
  shelf().append(box);
  if (tone !== 'is-late') setTimeout(() => box.remove(), SHOWN_FOR);
  return box;
}

function shelf() {
  const found = document.querySelector('.sw-toasts');
  if (found) return found;
  const made = make('div', { class: 'sw-toasts' });
  document.body.append(made);
  return made;
}
