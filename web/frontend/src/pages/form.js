// A task form. The server writes:
// <div data-form data-submit-url data-draft-url data-upload-url data-next data-submit-label data-today data-confirm-title data-confirm-effects>
//   <script type="application/json" data-form-schema>, -data (stored values and facts), -draft {form, saved_at}, -errors {path: sentence}
// Before sending, `form:before-submit` on window carries {place, schema, data, set(name, value), beside(name, value), waitUntil(promise)}.
import { Form } from '@bpmn-io/form-js-viewer';
import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/l10n/zh.js';
import { set } from 'min-dash';
import { ask } from '../lib/confirm.js';
import { icon, make } from '../lib/dom.js';
import { Draft, clock } from '../lib/draft.js';
import { fieldsOf, formModules, withOurClock } from '../lib/form_modules.js';
import { banner, conflictCard, errorSummary, focusOn } from '../lib/form_notices.js';
import { NetworkError, send } from '../lib/http.js';
import { kindOf } from '../lib/rules.js';
import { say } from '../lib/words.js';

flatpickr.localize(Mandarin);

const block = (place, name) => JSON.parse(place.querySelector(`script[data-form-${name}]`)?.textContent || 'null');
const isShare = ({ component }) => kindOf(component) === 'draw_secret';

const SETTLE_ROUNDS = 30;
const QUIET_ROUNDS = 3; // a computed field takes up to two drawings to follow the fields it reads
const drawn = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });

class TaskForm {
  constructor(place) {
    this.place = place;
    this.notices = make('div', { class: 'sw-form-notices' });
    this.canvas = make('div', { class: 'sw-fjs' });
    this.pending = new Set();
    this.busy = false;
    const settings = { today: place.dataset.today, calendar: block(place, 'calendar'), uploadUrl: place.dataset.uploadUrl, onPending: (done) => this.wait(done) };
    // each key counts at once: held back, a field being typed in is overwritten when another one changes (an upload that ends)
    this.form = new Form({ container: this.canvas, additionalModules: formModules(settings), debounce: false });
    place.append(this.notices, this.canvas);
  }

  async open() {
    const { place, form } = this;
    const [schema, stored, draft, errors] = ['schema', 'data', 'draft', 'errors'].map((name) => block(place, name));
    this.schema = schema;
    form.setProperty('ariaLabel', place.dataset.label ?? say('办理表单'));
    if (place.dataset.readonly !== undefined) form.setProperty('readOnly', true);
    await form.importSchema(withOurClock(schema), { ...stored, ...draft?.form });
    await drawn();
    if (place.dataset.readonly === undefined) this.wire(draft);
    if (errors && Object.keys(errors).length) this.refuse(errors);
    place.dataset.ready = 'true';
  }

  wire(draft) {
    this.buttons();
    this.draft = new Draft({ url: this.place.dataset.draftUrl, read: () => this.kept(), say: (...words) => this.say(...words) });
    this.form.on('changed', () => this.draft.changed());
    if (draft?.saved_at) this.say(`已恢复${clock(Date.parse(draft.saved_at))}保存的草稿`, 'cloud-check');
    this.canvas.addEventListener('submit', (event) => { event.preventDefault(); event.stopPropagation(); this.submit(); }, true);
  }

  buttons() {
    this.actions = this.place.querySelector('[data-form-actions]') ?? make('div', { class: 'sw-actions' });
    this.send = this.actions.querySelector('[data-submit]') ?? make('button', { type: 'button', class: 'btn btn-primary' }, this.place.dataset.submitLabel ?? say('提交'));
    this.keep = this.actions.querySelector('[data-save]') ?? (this.place.dataset.draftUrl ? make('button', { type: 'button', class: 'btn btn-outline-secondary' }, say('存草稿')) : null);
    this.words = make('span', { class: 'sw-saved', role: 'status' });
    this.actions.prepend(this.send, ...(this.keep ? [this.keep] : []));
    this.actions.append(this.words);
    this.place.append(this.actions);
    this.send.addEventListener('click', () => this.submit());
    this.keep?.addEventListener('click', () => this.draft.save({ asked: true }));
  }

  data() { return this.form._getSubmitData(); }

  /** Waits until hidden and computed fields have followed what was typed. */
  async settled() {
    let [before, quiet] = ['', 0];
    for (let round = 0; round < SETTLE_ROUNDS && quiet < QUIET_ROUNDS; round += 1) {
      await drawn();
      const now = JSON.stringify(this.data());
      quiet = now === before ? quiet + 1 : 0;
      before = now;
    }
  }

  /** What would be sent now, and the sentence at each path that breaks a rule. */
  outcome() {
    this.form.submit();
    const broken = fieldsOf(this.form).filter(({ error }) => error);
    return { data: this.data(), errors: Object.fromEntries(broken.map(({ path, error }) => [path, error])) };
  }

  /** What a draft may hold: the share of a draw is made anew each time and is kept nowhere. */
  kept() {
    const shares = fieldsOf(this.form).filter(isShare).map(({ path }) => path);
    return Object.fromEntries(Object.entries(this.data()).filter(([name]) => !shares.includes(name)));
  }

  say(text, sign) { this.words.replaceChildren(icon(sign), ` ${text}`); }

  wait(done) {
    this.pending.add(done);
    done.finally(() => this.pending.delete(done));
  }

  async submit() {
    if (this.busy) return;
    this.setBusy(true);
    try {
      await this.attempt();
    } catch (error) {
      if (!(error instanceof NetworkError || error.told)) console.error(error); // `told`: a page beside the form holds it back, and says why
      this.notice(banner(error instanceof NetworkError ? say('网络断开，没有提交。您填写的内容仍在本页，请恢复网络后再提交。') : error.message));
    } finally {
      this.setBusy(false);
    }
  }

  setBusy(busy) {
    this.busy = busy;
    this.send.setAttribute('aria-disabled', String(busy));
    this.send.classList.toggle('disabled', busy);
    this.label ??= this.send.textContent;
    this.send.textContent = busy ? say('正在提交…') : this.label;
  }

  async attempt() {
    this.canvas.querySelector(':focus')?.blur(); // number fields hand over their value when left
    await Promise.all(this.pending);
    await this.settled();
    if (this.faulty((field) => !isShare(field))) return;
    if (!await this.agreed()) return;
    const extra = await this.additions();
    if (this.faulty()) return;
    const sent = { ...this.data(), ...extra };
    const answer = await send(this.place.dataset.submitUrl, { json: { form: sent, ...this.beside } });
    this.received(answer);
  }

  /** Whether a rule is broken; then the faults are shown. */
  faulty(counts = () => true) {
    this.form.submit();
    const broken = fieldsOf(this.form).filter((field) => field.error && counts(field));
    if (broken.length) this.summary(broken.map((field) => this.fault(field, field.error)));
    return broken.length > 0;
  }

  async agreed() {
    const { confirmTitle: title, confirmEffects } = this.place.dataset;
    return !title || ask({ title, effects: confirmEffects ? JSON.parse(confirmEffects) : [], yes: this.label });
  }

  async additions() {
    const [extra, waiting] = [{}, []];
    this.beside = {};
    const add = (name, value) => { extra[name] = value; this.put(name, value); };
    const detail = { place: this.place, schema: this.schema, data: this.data(), set: add, beside: (name, value) => { this.beside[name] = value; }, waitUntil: (promise) => waiting.push(promise) };
    window.dispatchEvent(new CustomEvent('form:before-submit', { detail }));
    await Promise.all(waiting);
    await this.settled();
    return extra;
  }

  put(name, value) {
    const { data } = this.form._getState();
    this.form._setState({ data: { ...data, [name]: value } });
  }

  received({ ok, status, body }) {
    if (ok) {
      this.draft.stop();
      window.location.assign(body.next ?? this.place.dataset.next ?? window.location.href);
    } else if (status === 422) {
      this.refuse(body.details?.fields ?? {}, body.message);
    } else if (status === 409 && body.details?.stays_open) { // it waits for others: the step is still this person's
      this.draft.save();
      this.notice(banner(body.message, 'is-warn'));
    } else if (status === 409) {
      this.draft.stop();
      this.notice(conflictCard(body, this.typed()));
    } else {
      const link = status === 401 ? { href: '/sign-in', text: say('在新窗口登录') } : null;
      this.notice(banner(body.message ?? say('系统暂时无法办理，没有提交，内容仍在本页，请稍后重试。'), 'is-late', link));
    }
  }

  /** Shows the server's sentences at their fields, and all of them in the summary. */
  refuse(errors, message) {
    const fields = new Map(fieldsOf(this.form).map((field) => [field.path, field]));
    const state = {};
    for (const [path, text] of Object.entries(errors)) {
      const field = fields.get(path);
      if (field) set(state, [field.id, ...field.numbers], [text]);
    }
    this.form._setState({ errors: state });
    const faults = Object.entries(errors).map(([path, text]) => (fields.has(path) ? this.fault(fields.get(path), text) : { text }));
    this.summary(faults.length ? faults : [{ text: message ?? say('填写内容有误，请检查后重新提交。') }]);
  }

  fault(field, text) {
    const { label, dateLabel, timeLabel, key } = field.component;
    const row = field.numbers.map((number) => say('第{number}行', { number: number + 1 })).join('');
    const escaped = CSS.escape(field.domId);
    const target = this.canvas.querySelector(`#${escaped}`) ?? this.canvas.querySelector(`[id^="${escaped}-"]:is(input, select, textarea, button)`);
    return { text: say('{row}{label}：{text}', { row, label: label ?? dateLabel ?? timeLabel ?? key, text }), target };
  }

  summary(faults) {
    this.notice(errorSummary(faults));
    this.canvas.querySelectorAll('.fjs-has-errors :is(input, select, textarea)').forEach((input) => input.setAttribute('aria-invalid', 'true'));
  }

  notice(element) {
    this.notices.replaceChildren(element);
    focusOn(element);
  }

  typed() {
    return fieldsOf(this.form).filter((field) => !isShare(field)).map(({ component, path }) => [component.label ?? component.key, path])
      .map(([label, path]) => say('{label}：{text}', { label, text: this.textAt(path) }));
  }

  textAt(path) {
    const value = path.split(/[.[\]]+/).filter(Boolean).reduce((values, name) => values?.[name], this.data());
    return value == null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}

for (const place of document.querySelectorAll('[data-form]')) {
  const task = new TaskForm(place);
  place.taskForm = task;
  task.open().catch((error) => {
    console.error(error);
    place.append(banner(say('表单没有打开，请刷新页面；仍不行请联系系统管理员。')));
  });
}
