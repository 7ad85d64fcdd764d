// The owner's floor price: typed twice, sealed in this browser, on paper for the owner; the plain value is sent and stored nowhere.
// <section data-floor data-project="/api/v1/projects/…" data-sealed="…commit or empty">
import { AmountField } from '../lib/amount_field.js';
import { ask } from '../lib/confirm.js';
import { NetworkError, send } from '../lib/http.js';
import { momentText } from '../lib/moments.js';
import { formatFen, inCapitals } from '../lib/money.js';
import { printSlip } from '../lib/slip.js';
import { say } from '../lib/words.js';
import { envelopeFor, sealingAt } from '../selection/handing_in.js';

const MOST_PEOPLE = 20;
const LOST = say('没有收到服务器的回答，不知道是否已经密封。已填内容都在，请恢复网络后再按一次：重新密封会覆盖前一次。');
const NOT_SEALED = say('还没有密封最低限价：请先在上面的“密封最低限价”里填写并密封，再提交本步骤。');
const TYPED = say('上面填写的最低限价还没有密封：请先密封，或清空后再提交。');

const held = (text) => Object.assign(new Error(text), { told: true });

class Floor {
  constructor(place) {
    const { project, sealed } = place.dataset;
    Object.assign(this, { place, project, isSealed: Boolean(sealed), busy: false, last: null });
    this.part = (name) => place.querySelector(`[data-floor-${name}]`);
    this.fields = [...place.querySelectorAll('[data-amount]')].map((one) => new AmountField(one));
    this.part('seal').addEventListener('click', () => this.submit());
    this.part('add').addEventListener('click', () => this.addPerson().querySelector('input').focus());
    this.part('print').addEventListener('click', () => this.print());
    place.addEventListener('keydown', (event) => this.onEnter(event));
    window.addEventListener('pagehide', () => { this.last = null; });
    window.addEventListener('form:before-submit', ({ detail }) => detail.waitUntil(this.ready()));
    JSON.parse(place.querySelector('[data-floor-people]').textContent).forEach((one) => this.addPerson(one));
  }

  onEnter(event) {
    if (event.key !== 'Enter' || event.isComposing || event.target.tagName !== 'INPUT' || event.target.type !== 'text') return;
    event.preventDefault();
    this.submit();
  }

  /** The step ends only when a floor is sealed and none lies open on the page. */
  async ready() {
    if (this.fields.some(({ input }) => input.value)) throw held(TYPED);
    if (!this.isSealed) throw held(NOT_SEALED);
  }

  addPerson({ name = '', position = '', document_id: document_ = '' } = {}) {
    const rows = this.part('rows');
    const row = this.part('row').content.firstElementChild.cloneNode(true);
    const number = (this.numbers = (this.numbers ?? 0) + 1);
    row.querySelectorAll('[id]').forEach((one) => { one.id += `-${number}`; });
    row.querySelectorAll('label').forEach((one) => { one.htmlFor += `-${number}`; });
    row.querySelector('[data-person-name]').value = name;
    row.querySelector('[data-person-position]').value = position;
    row.dataset.document = document_;
    row.addEventListener('upload:done', ({ detail }) => { row.dataset.document = detail.id; });
    row.querySelector('[data-person-remove]').addEventListener('click', () => { row.remove(); this.part('add').focus(); this.part('add').hidden = false; });
    rows.append(row);
    this.part('add').hidden = rows.children.length >= MOST_PEOPLE;
    return row;
  }

  people() {
    return [...this.part('rows').children].map((row) => ({
      part: 'learnt',
      name: row.querySelector('[data-person-name]').value.trim(),
      position: row.querySelector('[data-person-position]').value.trim(),
      document_id: row.dataset.document || null,
    }));
  }

  async submit() {
    if (this.busy) return;
    this.setBusy(true);
    try {
      await this.attempt();
    } catch (error) {
      this.tell(error instanceof NetworkError ? LOST : error.message);
    } finally {
      this.setBusy(false);
    }
  }

  async attempt() {
    this.tell('');
    const fen = this.amount();
    const undertakings = fen !== null && this.undertakings();
    if (!undertakings || !await this.agreed(fen, undertakings)) return;
    const sealing = await sealingAt(`${this.project}/sealing?kind=floor`);
    const envelope = await envelopeFor(sealing, { fen });
    const answer = await send(`${this.project}/floor`, { method: 'PUT', json: { envelope, undertakings } });
    if (answer.ok) this.sealed(fen, answer.body);
    else this.tell(answer.body.message ?? say('没有办成，请稍后重试。'));
  }

  /** The fen that stand twice in the page; null after saying what is wrong. */
  amount() {
    const [first, second] = this.fields;
    const [one, two] = [first.check(), second.check()];
    if (one.fen !== null && two.fen !== null && one.fen !== two.fen) second.refuse(say('两次填写的金额不一样，请核对后重新填写。'));
    const wrong = one.fen === null ? first : two.fen === one.fen ? null : second;
    wrong?.input.focus();
    return wrong ? null : one.fen;
  }

  undertakings() {
    const [tick, position] = [this.part('promise'), this.part('position').value.trim()];
    const people = this.people();
    const blank = people.findIndex(({ name, position }) => !name || !position);
    let fault = '';
    if (!position) fault = say('请填写制定人的单位和职务。');
    else if (blank >= 0) fault = say('第{number}位知悉人员的姓名或单位职务没有填写，请补全或删除这一行。', { number: blank + 1 });
    else if (!tick.checked) fault = say('请先勾选保密承诺，再密封。');
    this.tell(fault);
    return fault ? null : [{ part: 'set', name: this.place.dataset.name, position, document_id: null }, ...people];
  }

  agreed(fen, undertakings) {
    const { warning } = this.fields[0].read();
    return ask({
      title: say('密封最低限价 {amount}？', { amount: formatFen(fen) }),
      effects: [
        inCapitals(fen),
        ...(warning ? [warning] : []),
        say('金额在本机密封后提交，竞价截止、当众开启之前，任何人包括平台和交易中心都看不到；平台也不能替您找回。'),
        say('公告里印出指纹；记录在案的制定和知悉人员共{count}人。', { count: undertakings.length }),
        say('本步骤提交之前可以重新密封，重新密封后前一次作废；提交之后不能再改。'),
      ],
      yes: say('密封最低限价'),
    });
  }

  sealed(fen, { commit, received_at: received }) {
    this.isSealed = true;
    this.last = { fen, commit, received };
    this.fields.forEach((field) => field.clear());
    this.part('promise').checked = false;
    this.part('commit').textContent = commit.match(/.{8}/g).join(' ');
    this.part('at').textContent = momentText(received);
    const done = this.part('done');
    done.hidden = false;
    this.part('print').hidden = false;
    done.focus();
  }

  print() {
    const { fen, commit, received } = this.last;
    printSlip(document.querySelector('[data-slip]'), {
      figures: formatFen(fen), capitals: inCapitals(fen), commit: commit.match(/.{8}/g).join(' '), at: momentText(received),
    });
  }

  tell(text) {
    const box = this.part('errors');
    box.replaceChildren(text);
    box.hidden = !text;
    if (text) box.focus();
  }

  setBusy(busy) {
    this.busy = busy;
    const button = this.part('seal');
    button.setAttribute('aria-disabled', String(busy));
    button.classList.toggle('disabled', busy);
  }
}

const place = document.querySelector('[data-floor]');
if (place) new Floor(place);
