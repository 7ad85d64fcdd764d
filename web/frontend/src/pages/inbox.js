// Lists of work: j and k move between rows, Enter opens (the browser's own), ticked rows are counted.
import { say } from '../lib/words.js';

const typing = (element) => element?.closest?.('input:not([type="checkbox"]), textarea, select, .modal.show') != null;
const rows = () => [...document.querySelectorAll('[data-rows] [data-row]')];

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const step = { j: 1, k: -1 }[event.key];
  const found = rows();
  if (!step || !found.length) return;
  event.preventDefault();
  const here = found.indexOf(document.activeElement?.closest('tr')?.querySelector('[data-row]'));
  const next = here < 0 ? 0 : Math.min(Math.max(here + step, 0), found.length - 1);
  found[next].focus();
  found[next].scrollIntoView({ block: 'nearest' });
});

for (const form of document.querySelectorAll('[data-picks]')) {
  const words = form.querySelector('[data-picked]');
  if (!words) continue;
  const still = words.textContent;
  const button = form.querySelector('[data-needs-pick]');
  const show = () => {
    const picked = form.querySelectorAll('tbody input[name="item"]:checked').length;
    words.textContent = picked ? say('已选{count}件', { count: picked }) : still;
    button.disabled = !picked;
    for (const box of form.querySelectorAll('tbody input[name="item"]')) box.closest('tr').classList.toggle('is-picked', box.checked);
  };
  form.addEventListener('change', show);
  window.addEventListener('pageshow', show);
  show();
}
