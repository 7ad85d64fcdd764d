// The test row: one control for each value that the table asks; the server answers by the engine's own rules.
import { icon, make } from '../lib/dom.js';
import { send } from '../lib/http.js';
import { say } from '../lib/words.js';

export class Trial {
  /** `text()` gives the table as it stands; `onHit(rows)` is told which rules hit, from 1. */
  constructor({ place, url, text, onHit }) {
    Object.assign(this, { place, url, text, onHit });
    this.form = place.querySelector('[data-try]');
    this.values = place.querySelector('[data-try-values]');
    this.answer = place.querySelector('[data-try-answer]');
    this.typed = new Map();
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.run(); });
  }

  /** Draws the controls anew when the questions changed; what was typed stays. */
  ask(questions) {
    const sign = JSON.stringify(questions);
    if (sign === this.sign) return;
    this.sign = sign;
    this.questions = questions;
    this.values.replaceChildren(...questions.map((one, at) => this.control(one, at)));
    if (!questions.length) this.values.replaceChildren(make('p', { class: 'sw-quiet' }, say('这张表不看任何条件，直接试算即可。')));
  }

  control({ name, label, type, options }, at) {
    const id = `try-${at}`;
    const input = type === 'boolean' ? make('select', { class: 'form-select', id }, ...[['', say('（空）')], ['true', say('是')], ['false', say('否')]].map(([value, words]) => make('option', { value }, words)))
      : make('input', { class: 'form-control', id, list: options.length ? `${id}-list` : null, inputmode: type === 'number' ? 'decimal' : null, autocomplete: 'off' });
    input.value = this.typed.get(name) ?? '';
    input.addEventListener('input', () => this.typed.set(name, input.value));
    const list = options.length ? make('datalist', { id: `${id}-list` }, ...options.map((value) => make('option', { value }))) : null;
    return make('div', { class: 'sw-field' }, make('label', { for: id }, label), input, list, make('div', { class: 'sw-help' }, make('code', {}, name)));
  }

  async run() {
    const values = Object.fromEntries((this.questions ?? []).map(({ name, type }) => [name, typedAs(type, this.typed.get(name) ?? '')]));
    const { ok, body } = await send(this.url, { json: { text: await this.text(), values } });
    if (!ok) {
      this.answer.replaceChildren(make('div', { class: 'sw-error' }, icon('exclamation-circle'), make('span', {}, body.message ?? say('服务器没有答复，请稍后再试。'))));
      this.onHit([]);
      return;
    }
    this.show(body);
  }

  show({ rows, outputs, policy }) {
    const hit = rows.length ? say('命中第{rows}条规则（{policy}）', { rows: rows.join('、'), policy }) : say('没有规则命中，不给出任何结果。');
    const facts = Object.entries(outputs).map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, make('code', {}, typeof value === 'string' ? value : JSON.stringify(value)))));
    this.answer.replaceChildren(make('p', { class: 'mb-2' }, make('b', {}, hit)), make('dl', { class: 'sw-facts' }, ...facts));
    this.onHit(rows);
  }
}

/** What was typed as the case's data would hold it; nothing typed is nothing. */
function typedAs(type, typed) {
  const text = typed.trim();
  if (text === '') return null;
  if (type === 'boolean') return text === 'true';
  const isNumber = text !== '' && Number.isFinite(Number(text));
  return (type === 'number' || type === '' || type === 'Any') && isNumber ? Number(text) : text;
}
