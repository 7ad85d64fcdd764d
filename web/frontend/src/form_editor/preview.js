// The form as the people who fill it will see it: the very viewer of the work items, on a wide page or a phone, with invented values.
import { Form } from '@bpmn-io/form-js-viewer';
import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/l10n/zh.js';
import { make } from '../lib/dom.js';
import { fieldsOf, formModules, withOurClock } from '../lib/form_modules.js';
import { send } from '../lib/http.js';
import { say } from '../lib/words.js';
import { choice } from './controls.js';

flatpickr.localize(Mandarin);

/** Stands in for the documents' door: a preview sends no paper anywhere. */
const keepNothing = async (file) => ({ id: crypto.randomUUID().replaceAll('-', ''), sha256: '0'.repeat(64), name: file.name, size: file.size });

export class Preview {
  /** `schema()` gives the form as it stands in the editor. */
  constructor({ place, settings, names, schema }) {
    Object.assign(this, { place, settings, names, schema, data: {}, shown: 0 });
    this.canvas = make('div', { class: 'sw-fjs sw-preview-form' });
    this.words = make('div', { class: 'sw-quiet', role: 'status' });
    this.head = make('div', { class: 'sw-preview-head' });
    this.place.append(this.bar(), make('div', { class: 'sw-preview-page' }, this.head, this.canvas), this.words);
  }

  bar() {
    const widths = [['', say('电脑')], ['phone', say('手机')]];
    const uses = this.names.used_by.map((one, at) => [String(at), say('{flow} · {step}（{role}）', one)]);
    const as = [...uses, ['new', say('不在流程里')], ['view', say('只能查看的人')]];
    this.who = as[0][0];
    const tools = [
      choice(say('宽度'), '', widths, (value) => { this.place.dataset.width = value; }),
      choice(say('谁在看'), this.who, as, (value) => { this.who = value; this.draw(); }),
    ];
    const fill = make('button', { class: 'btn btn-sm btn-outline-secondary', type: 'button', 'data-preview-fill': true }, say('填入假想数据'));
    const clear = make('button', { class: 'btn btn-sm btn-outline-secondary', type: 'button' }, say('清空'));
    const attempt = make('button', { class: 'btn btn-sm btn-primary', type: 'button', 'data-preview-try': true }, say('试交一次'));
    fill.addEventListener('click', () => this.invent());
    clear.addEventListener('click', () => { this.data = {}; this.draw(); });
    attempt.addEventListener('click', () => this.attempt());
    return make('div', { class: 'sw-preview-bar' }, ...tools, fill, clear, attempt);
  }

  draw() {
    this.drawing = this.drawn().catch((error) => console.warn(error));
    return this.drawing;
  }

  async drawn() {
    const round = this.shown += 1;
    const { ok, body } = await send(this.settings.viewUrl, { json: { text: JSON.stringify(this.schema()), data: this.data } });
    if (round !== this.shown) return;
    this.form?.destroy();
    this.form = null;
    this.canvas.replaceChildren();
    // a form with errors is never drawn: its expressions could keep this browser busy for ever
    this.words.replaceChildren(ok ? '' : body.message ?? say('服务器没有答复，请稍后再试。'));
    if (ok) await this.shape(body);
    this.place.dataset.ready = 'true';
  }

  /** The schema as the server hands it out, with invented parties and people to choose from. */
  async shape({ schema, choices }) {
    this.form = new Form({ container: this.canvas, additionalModules: formModules({ ...this.settings, uploadUrl: keepNothing, onPending: () => {} }), debounce: false });
    this.form.setProperty('ariaLabel', say('预览'));
    this.about();
    if (this.who === 'view') this.form.setProperty('readOnly', true);
    try {
      await this.form.importSchema(withOurClock(schema), { ...choices, ...this.data });
    } catch (error) {
      console.warn(error);
      this.words.textContent = say('还不能预览，请先改正检查列出的错误。');
    }
  }

  /** What stands around the form on this step's page: its title, whose it is, what to do. */
  about() {
    const use = this.names.used_by[Number(this.who)];
    this.head.replaceChildren(...(use ? [
      make('h3', {}, use.step), make('p', { class: 'sw-quiet' }, [use.flow, use.role].filter(Boolean).join(' · ')),
      use.instructions ? make('div', { class: 'sw-banner is-info' }, make('p', {}, make('b', {}, say('这一步要做什么：')), use.instructions)) : '',
    ] : []));
    this.sendWords?.remove();
    this.sendWords = use ? make('div', { class: 'btn btn-primary pe-none', 'aria-hidden': 'true' }, use.submit || say('提交')) : null;
    if (this.sendWords) this.canvas.after(this.sendWords);
  }

  async invent() {
    const { ok, body } = await send(this.settings.inventUrl, { json: { text: JSON.stringify(this.schema()) } });
    if (!ok) { this.words.textContent = body.message ?? ''; return; }
    this.data = body.values;
    await this.draw();
  }

  /** Both judges are asked: what the browser says at the fields, then the server, which has the last word. */
  async attempt() {
    await this.drawing;
    if (!this.form) return;
    this.form.submit();
    const faults = fieldsOf(this.form).filter(({ error }) => error).length;
    const { ok, body } = await send(this.settings.tryUrl, { json: { text: JSON.stringify(this.schema()), form: this.form._getSubmitData(), data: this.data } });
    if (!ok) { this.words.textContent = body.message ?? say('服务器没有答复，请稍后再试。'); return; }
    const said = Object.entries(body.errors).map(([path, text]) => say('{path}：{text}', { path, text }));
    this.words.replaceChildren(make('p', {}, said.length ? say('服务器不收，{count}处要改：', { count: said.length }) : faults ? say('浏览器里还有{count}处要改。', { count: faults }) : say('填写合格，服务器会收下；这里什么也没有提交。')),
      make('ul', {}, ...said.map((text) => make('li', {}, text))));
  }
}
