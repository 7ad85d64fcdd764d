// A question before what cannot be undone. On a button, link or form:
// data-confirm="终止项目？" data-confirm-effects='["…","…"]' data-confirm-yes="终止项目" data-confirm-no="不终止"
import Modal from 'bootstrap/js/dist/modal.js';
import { make } from './dom.js';
import { say } from './words.js';

/** Asks and answers true or false; the focus goes back to where it was. */
export function ask({ title, effects = [], yes, no = say('再看看'), danger = false }) {
  const agree = make('button', { class: `btn ${danger ? 'btn-danger' : 'btn-primary'}`, type: 'button' }, yes);
  const box = make('div', { class: 'modal fade', tabindex: '-1', 'aria-labelledby': 'sw-ask-title' },
    make('div', { class: 'modal-dialog modal-dialog-centered' }, make('div', { class: 'modal-content' },
      make('div', { class: 'modal-header' }, make('h2', { class: 'modal-title', id: 'sw-ask-title' }, title), make('button', { class: 'btn-close', type: 'button', 'data-bs-dismiss': 'modal', 'aria-label': say('关闭') })),
      make('div', { class: 'modal-body' }, ...body(effects)),
      make('div', { class: 'modal-footer' }, make('button', { class: 'btn btn-outline-secondary', type: 'button', 'data-bs-dismiss': 'modal' }, no), agree))));
  document.body.append(box);
  const before = document.activeElement;
  const modal = new Modal(box);
  let answer = false;
  agree.addEventListener('click', () => { answer = true; modal.hide(); });
  modal.show();
  return new Promise((resolve) => {
    box.addEventListener('hidden.bs.modal', () => { modal.dispose(); box.remove(); before?.focus?.(); resolve(answer); });
  });
}

function body(effects) {
  if (!effects.length) return [];
  return [make('p', { class: 'mb-0' }, say('确认之后会发生：')), make('ul', { class: 'sw-effects mt-2' }, ...effects.map((text) => make('li', {}, text)))];
}

const asked = new WeakSet();

/** Stops a click or submit until the person has agreed, then lets the very same one through. */
export function wireConfirmations(root = document) {
  for (const kind of ['click', 'submit']) root.addEventListener(kind, hold, true);
}

async function hold(event) {
  const from = event.type === 'submit' ? event.target : event.target.closest?.('[data-confirm]');
  if (!from?.dataset?.confirm || (event.type === 'click') === (from.tagName === 'FORM')) return;
  if (asked.delete(from)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { confirm: title, confirmEffects, confirmYes, confirmNo, confirmDanger } = from.dataset;
  const effects = confirmEffects ? JSON.parse(confirmEffects) : [];
  const yes = confirmYes ?? (event.submitter ?? from).textContent.trim();
  if (!await ask({ title, effects, yes, no: confirmNo, danger: confirmDanger !== undefined })) return;
  asked.add(from);
  if (event.type === 'submit') from.requestSubmit(event.submitter ?? undefined);
  else from.click();
}
