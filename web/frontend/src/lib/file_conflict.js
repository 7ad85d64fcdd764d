// Two people changed the same file: both versions side by side, and what to do with mine.
import Modal from 'bootstrap/js/dist/modal.js';
import { make } from './dom.js';
import { say } from './words.js';

/**
 * Answers 'theirs' (mine is given up), 'copy' (theirs is opened, mine is downloaded), 'mine' (saved over theirs, which the
 * history keeps) or null (nothing is decided; saving stays held). `show(place, text)` draws one version, else it is shown as text.
 */
export function fileConflict({ message, edited_by: who, edited_at: at, mine, theirs, name, show = plain }) {
  const button = (answer, label, kind) => make('button', { class: `btn ${kind}`, type: 'button', 'data-answer': answer }, label);
  const side = (title, text) => {
    const place = make('div', { class: 'sw-conflict-side', tabindex: '0', role: 'region', 'aria-label': title });
    show(place, text);
    return make('section', { class: 'col-md-6' }, make('h3', { class: 'h6' }, title), place);
  };
  const title = say('另一人已先保存了这个文件');
  const box = make('div', { class: 'modal fade', tabindex: '-1', 'aria-labelledby': 'sw-conflict-title' },
    make('div', { class: 'modal-dialog modal-xl modal-dialog-scrollable' }, make('div', { class: 'modal-content' },
      make('div', { class: 'modal-header' }, make('h2', { class: 'modal-title', id: 'sw-conflict-title' }, title), make('button', { class: 'btn-close', type: 'button', 'data-bs-dismiss': 'modal', 'aria-label': say('关闭') })),
      make('div', { class: 'modal-body' }, make('p', {}, message ?? '', who ? say('（{who}，{at}）', { who, at: moment(at) }) : ''),
        make('div', { class: 'row g-3' }, side(say('对方的'), theirs), side(say('我的（还没有保存）'), mine))),
      make('div', { class: 'modal-footer' }, button('theirs', say('用对方的，放弃我的'), 'btn-outline-secondary'),
        button('copy', say('用对方的，我的下载留底'), 'btn-outline-secondary'), button('mine', say('用我的覆盖（对方的留在历史里）'), 'btn-primary')))));
  document.body.append(box);
  const before = document.activeElement;
  const modal = new Modal(box);
  let answer = null;
  box.addEventListener('click', ({ target }) => { if (target.dataset?.answer) { answer = target.dataset.answer; modal.hide(); } });
  modal.show();
  return new Promise((resolve) => {
    box.addEventListener('hidden.bs.modal', () => {
      modal.dispose();
      box.remove();
      before?.focus?.();
      if (answer === 'copy') download(name, mine);
      resolve(answer);
    });
  });
}

/** Hands a text to the person as a file. */
export function download(name, text, type = 'application/octet-stream') {
  const link = make('a', { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}

const plain = (place, text) => place.append(make('pre', {}, text));
const moment = (at) => (at ? new Date(at).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false }) : '');
