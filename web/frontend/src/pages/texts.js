// The editor of notices and letters: a form over the file, fields put in at the cursor, a preview as one types.
// The server turns the form into the file and back, so that both always say the same.
import { icon, make } from '../lib/dom.js';
import { openDesk } from '../lib/file_desk.js';
import { showFindings } from '../lib/finding_lines.js';
import { send } from '../lib/http.js';
import { toast } from '../lib/toast.js';
import { say } from '../lib/words.js';

const PAUSE = 350; // milliseconds after the last key before the preview is asked for
const KIND = 'kind';

class Texts {
  constructor(place) {
    this.place = place;
    this.part = (name) => place.querySelector(`[data-${name}]`);
    Object.assign(this, { url: place.dataset.url, isSource: false, asked: 0, kind: '', original: { text: '', said: '' } });
    this.source = this.part('source').querySelector('textarea');
    this.inputs = [...place.querySelectorAll('[data-field]')];
    this.wire();
  }

  async open() {
    this.desk = await openDesk({
      place: this.place, load: (text) => this.load(text), read: () => this.text(),
      show: (place, text) => place.replaceChildren(make('pre', { class: 'sw-note' }, text)),
      onSaved: () => {},
    });
    if (!this.desk.file.editable) for (const one of this.place.querySelectorAll('.sw-texts input:not([type=hidden],[type=search]), textarea, [data-row-add], [data-rows-of] button')) one.disabled = true;
    this.place.dataset.ready = 'true';
  }

  wire() {
    this.place.addEventListener('input', ({ target }) => { if (target.closest('[data-form], [data-source]')) this.edited(); });
    this.place.addEventListener('focusin', ({ target }) => { if (target.closest('[data-form], [data-source]') && target.matches('input, textarea')) this.last = target; });
    this.part('row-add').addEventListener('click', () => { this.addRow(['', '']).querySelector('input').focus(); this.edited(); });
    this.part('case').addEventListener('change', () => this.draw());
    this.part('source-toggle').addEventListener('click', () => this.turn());
    this.part('fields').addEventListener('click', ({ target }) => { const name = target.closest('[data-insert]')?.dataset.insert; if (name) this.insert(`{${name}}`); });
    this.part('field-search').addEventListener('input', ({ target }) => this.narrow(target.value.trim()));
    this.part('pdf')?.addEventListener('submit', (event) => this.pdf(event));
  }

  /** Puts a file on the page; one that is not written as a form says stays as source. */
  async load(text) {
    const answer = await this.ask({ text });
    if (answer.fields) this.fill(answer.fields);
    this.source.value = text;
    this.original = { text, said: JSON.stringify(this.fields()) };
    this.showSource(!answer.fields);
    this.drawn(answer);
  }

  /** The file as it stands on the page: byte for byte what was opened when nothing was changed. */
  async text() {
    if (this.isSource) return this.source.value;
    const fields = this.fields();
    if (JSON.stringify(fields) === this.original.said) return this.original.text;
    return (await this.ask({ fields })).text;
  }

  fields() {
    const rows = [...this.part('rows-of').children].map((row) => [...row.querySelectorAll('input')].map((one) => one.value));
    return { [KIND]: this.kind, ...Object.fromEntries(this.inputs.map((one) => [one.dataset.field, one.value])), rows: rows.filter((row) => row.some(Boolean)) };
  }

  fill(fields) {
    this.kind = fields[KIND];
    for (const one of this.inputs) one.value = fields[one.dataset.field] ?? '';
    this.part('rows-of').replaceChildren();
    for (const row of fields.rows) this.addRow(row);
  }

  addRow([label, text]) {
    const button = (name, words, act) => {
      const made = make('button', { class: 'btn btn-sm btn-outline-secondary sw-icon-btn', type: 'button', 'aria-label': words, title: words }, icon(name));
      made.addEventListener('click', () => { act(); this.edited(); });
      return made;
    };
    const row = make('li', {},
      make('input', { class: 'form-control', type: 'text', maxlength: 100, 'aria-label': say('名目'), value: label }),
      make('input', { class: 'form-control', type: 'text', maxlength: 500, 'aria-label': say('内容'), value: text }),
      make('span', { class: 'sw-tools' },
        button('arrow-up', say('上移'), () => row.previousElementSibling?.before(row)),
        button('arrow-down', say('下移'), () => row.nextElementSibling?.after(row)),
        button('trash', say('删去这一行'), () => { row.remove(); this.part('row-add').focus(); })));
    this.part('rows-of').append(row);
    return row;
  }

  edited() {
    this.desk?.changed();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), PAUSE);
  }

  insert(words) {
    const target = this.last?.isConnected && !this.last.disabled ? this.last : this.inputs.find((one) => one.tagName === 'TEXTAREA');
    if (target.disabled) return;
    target.focus();
    target.setRangeText(words, target.selectionStart, target.selectionEnd, 'end');
    target.dispatchEvent(new Event('input', { bubbles: true }));
  }

  narrow(words) {
    for (const button of this.part('fields').querySelectorAll('[data-insert]')) button.parentElement.hidden = !`${button.textContent}${button.dataset.insert}`.includes(words);
  }

  /** Between the form and the source, taking along what was typed. */
  async turn() {
    const text = await this.text();
    if (!this.isSource) { this.source.value = text; this.showSource(true); return; }
    const answer = await this.ask({ text });
    if (!answer.fields) { this.drawn(answer); toast(answer.problem, 'is-warn'); return; }
    this.fill(answer.fields);
    this.original = text === this.original.text ? { text, said: JSON.stringify(this.fields()) } : this.original;
    this.showSource(false);
  }

  showSource(isSource) {
    this.isSource = isSource;
    this.part('form').hidden = isSource;
    this.part('source').hidden = !isSource;
    this.part('source-toggle').setAttribute('aria-pressed', String(isSource));
  }

  async ask(what) {
    const { ok, body } = await send(`${this.url}/read`, { json: { ...what, case: this.part('case').value } });
    if (!ok) throw new Error(body.message ?? say('没有收到回答，请稍后再试。'));
    return body;
  }

  async draw() {
    const round = this.asked += 1;
    try {
      const answer = await this.ask(this.isSource ? { text: this.source.value } : { fields: this.fields() });
      if (round === this.asked) this.drawn(answer);
    } catch (error) {
      if (round === this.asked) showFindings(this.part('findings'), [{ level: 'error', message: error.message }]);
    }
  }

  drawn({ preview, findings, problem }) {
    const told = this.part('problem');
    told.hidden = !problem;
    told.textContent = problem;
    showFindings(this.part('findings'), findings);
    if (preview) this.part('preview').replaceChildren(...('addressee' in preview ? letter(preview) : notice(preview)));
  }

  async pdf(event) {
    const form = event.currentTarget;
    if (form.dataset.filled) { delete form.dataset.filled; return; }
    event.preventDefault();
    form.elements.text.value = await this.text();
    form.elements.case.value = this.part('case').value;
    form.dataset.filled = 'true';
    form.requestSubmit();
  }
}

const table = (rows) => make('table', { class: 'sw-table is-plain' }, make('tbody', {}, ...rows.map(([label, text]) => make('tr', {}, make('th', { scope: 'row' }, label), make('td', {}, text)))));
const paragraphs = (lines) => lines.filter((line) => line.trim()).map((line) => make('p', {}, line));

function notice({ title, body, rows }) {
  return [make('h3', {}, title), ...paragraphs(body), rows.length ? table(rows) : ''];
}

function letter({ head, number, title, addressee, opening, rows, closing, sign, check, marks }) {
  return [make('p', { class: 'is-mark' }, marks.join('　')), head ? make('p', { class: 'is-head' }, head) : '', number ? make('p', { class: 'is-mark' }, number) : '', make('h3', {}, title), addressee ? make('p', {}, addressee) : '',
    ...paragraphs(opening), rows.length ? table(rows) : '', ...paragraphs(closing), make('p', { class: 'is-sign' }, sign.join('\n')), make('p', { class: 'sw-quiet' }, check)];
}

for (const place of document.querySelectorAll('[data-texts]')) {
  const texts = new Texts(place);
  texts.open().catch((error) => toast(error.message, 'is-late'));
}
