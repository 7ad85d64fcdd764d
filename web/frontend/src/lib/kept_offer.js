// Work that this browser kept because it never reached the server: taken up again, or given up.
import Modal from 'bootstrap/js/dist/modal.js';
import { make } from './dom.js';
import { changeList, download, moment, threeWays } from './file_conflict.js';
import { forgetWork } from './kept_work.js';
import { say } from './words.js';

/** Asks what is to become of it; until somebody decides it stays kept, and nothing is typed meanwhile. */
export async function offerKept({ desk, kept }) {
  const now = await desk.read();
  if (kept.text === now || kept.text === desk.file.text) { forgetWork(desk.url); return; }
  const { mine } = await threeWays(desk.url.replace('/files/', '/merge/'), { base: kept.base ?? now, mine: kept.text, theirs: now });
  const answer = await asked(desk, kept, mine);
  if (answer === 'copy') download(desk.name, kept.text);
  else if (answer === 'drop') forgetWork(desk.url);
  else if (answer === 'back') await back(desk, kept);
}

async function back(desk, { text, base, version }) {
  if (version === desk.file.version) { await desk.put(text, desk.file); return; }
  const stale = { message: say('您上次没有存上的改动之后，这个文件又有人保存过。'), edited_by: desk.file.edited_by, edited_at: desk.file.edited_at };
  desk.saver.held = true; // until it is settled nothing is saved over it
  await desk.settle(stale, { base, text });
}

function asked({ file }, kept, changes) {
  const button = (answer, label, kind) => make('button', { class: `btn ${kind}`, type: 'button', 'data-answer': answer }, label);
  const words = file.editable ? say('{at}改的内容没有存到服务器，留在这台电脑的浏览器里。要接着用吗？', { at: moment(kept.at) })
    : say('{at}改的内容没有存到服务器，留在这台电脑的浏览器里。改动单已提交或发布，不能再存进去，可以下载。', { at: moment(kept.at) });
  const box = make('div', { class: 'modal fade', tabindex: '-1', 'aria-labelledby': 'sw-kept-title' },
    make('div', { class: 'modal-dialog modal-dialog-scrollable' }, make('div', { class: 'modal-content' },
      make('div', { class: 'modal-header' }, make('h2', { class: 'modal-title', id: 'sw-kept-title' }, say('有没存上的改动'))),
      make('div', { class: 'modal-body' }, make('p', {}, words), changes.length ? changeList(changes) : null),
      make('div', { class: 'modal-footer' }, button('drop', say('放弃'), 'btn-outline-secondary'), button('copy', say('下载'), 'btn-outline-secondary'), file.editable ? button('back', say('恢复'), 'btn-primary') : null))));
  document.body.append(box);
  const modal = new Modal(box, { backdrop: 'static', keyboard: false });
  modal.show();
  return new Promise((resolve) => {
    box.addEventListener('click', ({ target }) => {
      const { answer } = target.dataset ?? {};
      if (!answer) return;
      box.addEventListener('hidden.bs.modal', () => { modal.dispose(); box.remove(); resolve(answer); });
      modal.hide();
    });
  });
}
