// <div data-amount="报价" data-ceiling="38640000"> around a field without a name: shows the amount in figures and in capitals, and what is wrong with it.
// The field belongs to no form and has no name, so that no browser sends, stores or offers the amount by itself.
import { readAmount } from './amount.js';
import { formatFen, inCapitals } from './money.js';

export class AmountField {
  constructor(place) {
    const part = (name) => place.querySelector(`[data-amount-${name}]`);
    Object.assign(this, { place, input: place.querySelector('input'), fault: part('fault'), warning: part('warning'), shown: part('shown') });
    this.rule = { name: place.dataset.amount, ceiling: Number(place.dataset.ceiling) };
    this.input.addEventListener('input', () => this.follow());
    this.input.addEventListener('change', () => { if (this.input.value) this.check(); });
    window.addEventListener('pagehide', () => this.clear());
    // typed before the page was ready: shown now, or the lines that appear on leaving the field would push the button from under the pointer
    if (this.input.value) this.follow();
  }

  read() { return readAmount(this.input.value, this.rule); }

  /** While typing only what can no longer come right is told; the rest when the field is left. */
  follow() {
    const read = this.read();
    const late = /[\d万元]$/.test(this.input.value) || !this.fault.hidden;
    this.draw(read, this.input.value && late ? read.fault : '');
  }

  /** Tells everything and answers what was read. */
  check() {
    const read = this.read();
    this.draw(read, read.fault);
    return read;
  }

  draw({ fen, warning }, fault) {
    this.refuse(fault);
    put(this.warning, warning);
    this.shown.hidden = fen === null;
    const [figures, capitals] = this.shown.children;
    figures.textContent = fen === null ? '' : formatFen(fen);
    capitals.textContent = fen === null ? '' : inCapitals(fen);
  }

  refuse(text) {
    put(this.fault, text);
    if (text) this.input.setAttribute('aria-invalid', 'true');
    else this.input.removeAttribute('aria-invalid');
  }

  clear() {
    this.input.value = '';
    this.draw({ fen: null, warning: '' }, '');
  }
}

function put(line, text) {
  line.querySelector('span').textContent = text;
  line.hidden = !text;
}
