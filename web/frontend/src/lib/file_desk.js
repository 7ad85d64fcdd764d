// What surrounds every editor of a proposal's file: opening, saving by itself, two people at once, earlier states.
// The page writes `<div data-file-desk data-proposal data-path data-name>` with `[data-file-state]`, and, if it likes,
// `[data-file-history]` (a button) and `[data-file-source]`.
import Modal from 'bootstrap/js/dist/modal.js';
import { autosave, fileUrl, openFile } from './autosave.js';
import { icon, make } from './dom.js';
import { download, fileConflict } from './file_conflict.js';
import { send } from './http.js';
import { toast } from './toast.js';
import { say } from './words.js';

const SOURCES = { proposal: say('本改动单'), county: say('本县现行'), base: say('基础包') };

/**
 * `load(text)` puts a text on the page (a promise), `read()` gives the text that stands there, `show(place, text)` draws one
 * version in the conflict dialog. Resolves with the desk once the file is open: `desk.changed()`, `desk.save()`, `desk.file`.
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
    this.say(this.file.editable ? say('已打开') : say('只能查看：改动单已提交或发布'), this.file.editable ? 'cloud-check' : 'lock');
    this.sourced(this.file.source);
    if (!this.file.editable) return;
    this.saver = autosave({
      url: this.url, read: this.read, version: this.file.version, text: await this.read(),
      onState: (...words) => this.say(...words), onStale: (stale) => this.settle(stale),
      onSaved: (answer) => { this.sourced('proposal'); this.onSaved?.(answer); },
    });
    document.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 's') { event.preventDefault(); this.save(); }
    });
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

  say(words, iconName, tone = '') {
    const state = this.place.querySelector('[data-file-state]');
    state?.replaceChildren(make('span', { class: tone ? `sw-status ${tone}` : 'sw-quiet' }, icon(iconName), ` ${words}`));
  }

  sourced(source) {
    const shown = this.place.querySelector('[data-file-source]');
    if (shown) shown.textContent = SOURCES[source] ?? '';
  }

  async settle(stale) {
    const theirs = await openFile(this.url).catch(() => null);
    if (!theirs) return;
    const mine = await this.read();
    const answer = await fileConflict({ ...stale, mine, theirs: theirs.text, name: this.name, show: this.show });
    if (answer === 'mine') await this.saver.resume(theirs.version);
    else if (answer) await this.replace(theirs);
    else this.undecided(stale);
  }

  undecided(stale) {
    const state = this.place.querySelector('[data-file-state]');
    const button = make('button', { class: 'btn btn-sm btn-outline-secondary', type: 'button' }, say('处理冲突'));
    button.addEventListener('click', () => this.settle(stale));
    state?.append(' ', button);
  }

  async replace({ text, version }) {
    await this.load(text);
    this.saver.take(await this.read(), version);
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
    const moment = new Date(when ?? at).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false });
    const isNow = version === (this.saver ?? this.file).version;
    return make('li', { class: 'list-group-item d-flex align-items-center gap-3' }, make('span', { class: 'flex-grow-1' }, `${moment} ${by ?? who ?? ''}`), isNow || !this.file.editable ? make('span', { class: 'sw-quiet' }, isNow ? say('现在这一份') : '') : back);
  }

  async restore(saved) {
    const { ok, body } = await send(this.url.replace('/files/', '/restore/'), { json: { saved, version: (this.saver ?? this.file).version } });
    this.dialog?.hide();
    if (!ok) { toast(body.message ?? say('没有恢复，请稍后再试。'), 'is-late'); return; }
    if (!this.saver) { window.location.reload(); return; }
    await this.replace(await openFile(this.url));
    this.onSaved?.({ version: this.saver.version, findings: body.findings, text: await this.read() });
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
