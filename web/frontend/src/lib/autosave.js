// Keeps a file of a proposal while it is edited: saves by itself, says when, tells when somebody else was faster.
// What the server does not have yet stays in this browser, too; when the session ends the person signs in over the page.
// The server's door is GET, PUT {text, version} and DELETE on `/proposals/<id>/files/<path>`; a 409 `stale_file` holds saving
// until the person has chosen (see file_conflict.js).
import { now } from './countdown.js';
import { clock } from './draft.js';
import { NetworkError, onSignedOut, send } from './http.js';
import { forgetWork, keepWork } from './kept_work.js';
import { askAgain, signInAgain } from './sign_in_again.js';
import { say } from './words.js';

const QUIET = 1_500; // milliseconds after the last change
const AGAIN = 10_000; // after the network was lost
const FINAL = [403, 404, 413]; // asking again changes nothing

/** Where a proposal's file is read and written. */
export const fileUrl = (proposal, path) => `/proposals/${encodeURIComponent(proposal)}/files/${path.split('/').map(encodeURIComponent).join('/')}`;

/** The file as it is now: `{path, text, version, source, editable, edited_by, edited_at}`; throws what the server says. */
export async function openFile(url) {
  const { ok, body } = await send(url, { method: 'GET' });
  if (!ok) throw new Error(body.message ?? say('文件没有打开，请刷新页面再试。'));
  return body;
}

/**
 * `read()` gives the text now (or a promise of it); `version` is the one that was opened.
 * `onSaved({version, findings, text})`, `onStale({version, edited_by, edited_at, message})`,
 * `onState(words, iconName, tone, {label, act})`: what may be done about it is a button.
 * Returns an Autosave: `changed()` after each edit, `save()` at once, `resume(version)` after a conflict was settled,
 * `take(text, version)` when another text was loaded, `unsaved`, `version`, `stop()`.
 */
export const autosave = (options) => new Autosave(options);

class Autosave {
  constructor({ url, read, version = 0, text, onSaved, onStale, onState, quiet = QUIET }) {
    Object.assign(this, { url, read, version, onSaved, onStale, onState, quiet, timer: 0, saving: null, held: false, stopped: false });
    this.saved = text;
    this.edits = this.kept = 0;
    window.addEventListener('beforeunload', (event) => { if (this.unsaved) event.preventDefault(); });
    for (const event of ['online', 'pagehide']) window.addEventListener(event, () => { if (this.unsaved) this.save(); });
    document.addEventListener('visibilitychange', () => { if (this.unsaved) this.save(); });
    onSignedOut(signInAgain);
  }

  get unsaved() { return !this.stopped && this.edits !== this.kept; }

  changed() {
    if (this.stopped) return;
    this.edits += 1;
    if (this.held) return; // what must be decided first stays written there
    this.tell(say('有改动未保存'), 'pencil');
    this.later(this.quiet);
  }

  later(delay) {
    clearTimeout(this.timer);
    if (!this.held) this.timer = setTimeout(() => this.save(), delay);
  }

  /** Saves what stands there now; true when the server has it. */
  async save() {
    clearTimeout(this.timer);
    while (this.saving) await this.saving;
    if (this.stopped || this.held) return !this.unsaved;
    this.saving = this.put();
    try {
      return await this.saving;
    } finally {
      this.saving = null;
    }
  }

  async put() {
    const edits = this.edits;
    let text;
    try {
      text = await this.read();
    } catch (error) { // half a drawing cannot be written out: it is kept with the next change
      this.tell(say('没有保存：{reason}', { reason: error.message }), 'cloud-slash', 'is-late');
      return false;
    }
    if (text === this.saved) {
      this.kept = edits;
      forgetWork(this.url);
      this.tell(say('已保存'), 'cloud-check');
      return true;
    }
    keepWork(this.url, { text, base: this.saved ?? null, version: this.version });
    return this.sendText(text, edits);
  }

  async sendText(text, edits) {
    this.tell(say('正在保存…'), 'cloud-upload');
    let answer;
    try {
      answer = await send(this.url, { method: 'PUT', json: { text, version: this.version } });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      this.tell(say('没有保存：网络断开。内容仍在本页，恢复后自动再存。'), 'cloud-slash', 'is-late');
      this.later(AGAIN);
      return false;
    }
    return this.answered(answer, text, edits);
  }

  answered({ ok, status, body }, text, edits) {
    if (ok) {
      Object.assign(this, { version: body.version, saved: text, kept: edits });
      forgetWork(this.url);
      this.tell(say('已于{time}保存', { time: clock(now()) }), 'cloud-check');
      this.onSaved?.({ ...body, text });
      if (this.unsaved) this.later(this.quiet);
      return true;
    }
    if (status === 401 || body.code === 'page_expired') {
      this.tell(say('没有保存：登录已过期'), 'cloud-slash', 'is-late', { label: say('登录并保存'), act: () => { askAgain(); this.save(); } });
      return false;
    }
    this.tell(say('没有保存：{reason}', { reason: body.message ?? say('系统暂时无法办理，内容仍在本页。') }), 'cloud-slash', 'is-late');
    if (status === 409 && body.code === 'stale_file') {
      this.held = true;
      this.onStale?.({ message: body.message, ...body.details });
    } else if (status === 409 || FINAL.includes(status)) {
      this.held = true; // the proposal was handed in or closed meanwhile: nothing more goes there
    } else if (status !== 422) {
      this.later(AGAIN);
    }
    return false;
  }

  /** Goes on after a conflict: what stands on this page is saved over `version`, which says `text`. */
  resume(version, text) {
    Object.assign(this, { version, held: false, saved: text });
    return this.save();
  }

  /** Another text was put on the page (theirs, or an older one): it counts as saved. */
  take(text, version) {
    clearTimeout(this.timer);
    Object.assign(this, { version, saved: text, held: false, kept: this.edits });
    forgetWork(this.url);
    this.tell(say('已保存'), 'cloud-check');
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  tell(words, icon, tone = '', action = null) { this.onState?.(words, icon, tone, action); }
}
