// What surrounds every editor of a proposal's file: opening, saving by itself, work that this browser kept, two people at once,
// earlier states.
// The page writes `<div data-file-desk data-proposal data-path data-name>` with `[data-file-state]`, and, if it likes,
// `[data-file-history]` (a button) and `[data-file-source]`.
import Modal from 'bootstrap/js/dist/modal.js';
import { autosave, fileUrl, openFile } from './autosave.js';
import { icon, make } from './dom.js';
import { download, fileConflict, moment } from './file_conflict.js';
import { send } from './http.js';
import { keptWork } from './kept_work.js';
import { offerKept } from './kept_offer.js';
import { toast } from './toast.js';
import { say } from './words.js';

const OPENED = [say('已打开'), 'cloud-check'];
const CLOSED = [say('只能查看：改动单已提交或发布'), 'lock'];
const SOURCES = { proposal: say('本改动单'), county: say('本县现行'), base: say('基础包') };

/**
 * `load(text)` puts a text on the page (a promise), `read()` gives the text that stands there, `show(place, text, changes)` draws
 * one version in the conflict dialog. Resolves with the desk once the file is open: `desk.changed()`, `desk.save()`, `desk.file`.
 */
export async function openDesk({ place, load, read, show, onSaved }) {
  const { proposal, path, name } = place.dataset;
  const desk = new FileDesk({ place, load, read, show, onSaved, proposal, path, name: name ?? path.split('/').pop(), url: fileUrl(proposal, path) });
  await desk.open();
  return desk;
}

class FileDesk {
  constructor(parts) { Object.assign(this, parts); }

  async open() {
    this.file = await openFile(this.url);
    this.wire();
    await this.load(this.file.text);
    this.say(...(this.file.editable ? OPENED : CLOSED));
    this.sourced(this.file.source);
    const kept = keptWork(this.url);
    if (!this.file.editable) { if (kept) offerKept({ desk: this, kept }); return; }
    this.saver = autosave({
      url: this.url, read: this.read, version: this.file.version, text: await this.read(),
      onState: (...words) => this.say(...words), onStale: (stale) => this.settle(stale),
      onSaved: (answer) => { this.sourced('proposal'); this.onSaved?.(answer); },
    });
    document.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 's') { event.preventDefault(); this.save(); }
    });
    if (kept) offerKept({ desk: this, kept });
  }

  /** Works even when the file could not be shown: an earlier state can be brought back. */
  wire() {
    const open = () => this.earlier();
    for (const button of this.place.querySelectorAll('[data-file-history]')) button.addEventListener('click', open);
    for (const button of this.place.querySelectorAll('[data-file-download]')) button.addEventListener('click', async () => download(this.name, this.saver ? await this.read() : this.file.text));
  }

  changed() { this.saver?.changed(); }

  /** Saves at once, with what is just being typed. */
  save() {
    document.activeElement?.dispatchEvent(new Event('change', { bubbles: true }));
    return this.saver ? this.saver.save() : Promise.resolve(true);
  }

  say(words, iconName, tone = '', action = null) {
    const state = this.place.querySelector('[data-file-state]');
    state?.replaceChildren(make('span', { class: tone ? `sw-status ${tone}` : 'sw-quiet' }, icon(iconName), ` ${words}`));
    if (action) this.mayDo(action.label, action.act);
  }

  /** A button behind the words that say how the file stands. */
  mayDo(label, act) {
    const button = make('button', { class: 'btn btn-sm btn-outline-secondary', type: 'button' }, label);
    button.addEventListener('click', act);
    this.place.querySelector('[data-file-state]')?.append(' ', button);
  }

  sourced(source) {
    const shown = this.place.querySelector('[data-file-source]');
    if (shown) shown.textContent = SOURCES[source] ?? '';
  }

  /** Somebody else saved since `base`: both sides are shown, and one, or both in one, goes on. */
  async settle(stale, { base = this.saver.saved, text } = {}) {
    const theirs = await openFile(this.url).catch(() => null);
    if (!theirs) { this.undecided(stale); return; }
    const mine = text ?? await this.read();
    if (mine === theirs.text) { await this.replace(theirs); return; }
    const chosen = await fileConflict({ ...stale, base, mine, theirs: theirs.text, name: this.name, url: this.url.replace('/files/', '/merge/'), show: this.show });
    if (chosen.answer === 'mine') await this.put(mine, theirs, text === undefined);
    else if (chosen.answer === 'merged') await this.put(chosen.text, theirs);
    else if (chosen.answer) await this.replace(theirs);
    else this.undecided(stale, { base, text });
  }

  /** Saves `text` over what the server has; unless it stands on the page already, it is put there first. */
  async put(text, { version, text: before }, isThere = false) {
    if (!isThere) await this.load(text);
    this.saver.edits += 1;
    await this.saver.resume(version, before);
  }

  undecided(stale, ours) {
    this.mayDo(say('处理冲突'), () => this.settle(stale, ours));
  }

  async replace({ text, version }) {
    await this.load(text);
    this.saver.take(await this.read(), version);
    this.onSaved?.({ version, text });
  }

  /** The states saved before: look at one, or bring it back (as a new state, nothing is lost). */
  async earlier() {
    await this.save();
    const { ok, body } = await send(this.url.replace('/files/', '/history/'), { method: 'GET' });
    if (!ok) { toast(body.message ?? say('历史没有打开，请稍后再试。'), 'is-late'); return; }
    const saves = body.saves ?? body.history ?? [];
    const list = saves.length ? make('ul', { class: 'list-group' }, ...saves.map((one) => this.savedRow(one)))
      : make('p', {}, say('这个文件在本改动单里还没有保存过，现在看到的是现行内容。'));
    this.dialog = dialog(say('保存历史'), list);
  }

  savedRow({ version, who, saved_by: by, at, saved_at: when }) {
    const back = make('button', { class: 'btn btn-sm btn-outline-secondary', type: 'button' }, say('恢复到这一份'));
    back.addEventListener('click', () => this.restore(version));
    const isNow = version === (this.saver ?? this.file).version;
    return make('li', { class: 'list-group-item d-flex align-items-center gap-3' }, make('span', { class: 'flex-grow-1' }, `${moment(when ?? at)} ${by ?? who ?? ''}`), isNow || !this.file.editable ? make('span', { class: 'sw-quiet' }, isNow ? say('现在这一份') : '') : back);
  }

  async restore(saved) {
    const { ok, body } = await send(this.url.replace('/files/', '/restore/'), { json: { saved, version: (this.saver ?? this.file).version } });
    this.dialog?.hide();
    if (!ok) { toast(body.message ?? say('没有恢复，请稍后再试。'), 'is-late'); return; }
    if (!this.saver) { window.location.reload(); return; }
    await this.replace(await openFile(this.url));
    toast(say('已恢复；刚才的内容还在历史里。'));
  }
}

/** A plain dialog with a title; closes itself away. */
export function dialog(title, ...content) {
  const box = make('div', { class: 'modal fade', tabindex: '-1', 'aria-labelledby': 'sw-dialog-title' },
    make('div', { class: 'modal-dialog modal-dialog-scrollable' }, make('div', { class: 'modal-content' },
      make('div', { class: 'modal-header' }, make('h2', { class: 'modal-title', id: 'sw-dialog-title' }, title), make('button', { class: 'btn-close', type: 'button', 'data-bs-dismiss': 'modal', 'aria-label': say('关闭') })),
      make('div', { class: 'modal-body' }, ...content))));
  document.body.append(box);
  const [modal, before] = [new Modal(box), document.activeElement];
  box.addEventListener('hidden.bs.modal', () => { modal.dispose(); box.remove(); before?.focus?.(); });
  modal.show();
  return modal;
}
