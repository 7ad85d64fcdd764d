// The contractor's quote page: the bid is sealed in this browser, its value stays here (and on the slip that one may print).
// <section data-quote data-project="/api/v1/projects/…" data-account data-auction data-closes-at>
import { AmountField } from '../lib/amount_field.js';
import { ask } from '../lib/confirm.js';
import { now } from '../lib/countdown.js';
import { make } from '../lib/dom.js';
import { renewToken } from '../lib/http.js';
import { momentText } from '../lib/moments.js';
import { formatFen, inCapitals } from '../lib/money.js';
import { printSlip } from '../lib/slip.js';
import { say } from '../lib/words.js';
import { handIn, lookFor, ownBids, sealBid } from '../selection/handing_bid.js';
import { forgetBid, forgetEnded, keepBid, lastBid, placeOf } from '../selection/own_bids.js';

const AGAIN = 5_000;
const SIGNED_OUT = 401;
const MOST_JITTER = 1_500; // all who wait for the minute do not come back in the same instant
const LATE = 4_000; // the minute has come and the worker is a little behind
const CLOSED = say('竞价已经截止，没有提交。');
const UNSURE = say('没有收到服务器的回答，还不知道报价是否送达。请不要关闭本页：网络恢复后自动核对并告诉您，已填内容都在。');
const MISSING = say('核对过了：刚才的报价没有送达，没有生效。已填内容都在，请再按一次“密封并提交报价”。');
const UNABLE = say('本机浏览器无法密封，没有提交。请换用新版浏览器，并以https地址打开本页。');

class Quote {
  constructor(place) {
    const { project, account, auction, closesAt } = place.dataset;
    Object.assign(this, { place, project, closes: Date.parse(closesAt), slot: placeOf(account, auction), busy: false, pending: null });
    this.part = (name) => place.querySelector(`[data-quote-${name}]`);
    this.field = this.part('form') && new AmountField(place.querySelector('[data-amount]'));
    if (this.field) this.wire();
    this.part('forget')?.addEventListener('click', () => this.forget());
    this.part('print')?.addEventListener('click', () => this.print());
    window.addEventListener('storage', ({ key }) => { if (key === this.slot) { this.drawLast(); this.refresh(); } });
    this.drawLast();
  }

  wire() {
    this.part('send').addEventListener('click', () => this.submit());
    this.field.input.addEventListener('input', () => { this.part('done').hidden = true; }); // what is typed now was not handed in
    this.field.input.addEventListener('keydown', (event) => { if (event.key === 'Enter' && !event.isComposing) { event.preventDefault(); this.submit(); } });
    window.addEventListener('online', () => { if (this.pending && !this.busy) this.settle(); });
    window.addEventListener('beforeunload', (event) => { if (this.pending) event.preventDefault(); });
    this.setBusy(false); // from now on pressing it does something
  }

  get received() { return [...this.place.querySelectorAll('[data-bid] time')].map((time) => time.dateTime); }

  get last() { return lastBid(this.slot); }

  isOver() { return now() >= this.closes; }

  async submit() {
    if (this.busy) return;
    this.setBusy(true);
    try {
      await this.attempt();
    } catch (error) {
      this.tell(error.message || UNABLE, error.status === SIGNED_OUT);
    } finally {
      this.setBusy(false);
    }
  }

  async attempt() {
    this.tell('');
    if (this.pending && !await this.settled()) return;
    const read = this.field.check();
    if (read.fen === null) { this.field.input.focus(); return; }
    if (this.isOver()) { this.tell(CLOSED); return; }
    if (!await this.agreed(read)) return;
    if (this.signedOut) await renewToken();
    const bid = await sealBid(this.project, read.fen, { last: this.last, received: this.received });
    this.learn(bid, await handIn(this.project, bid));
  }

  agreed({ fen, warning }) {
    return ask({
      title: say('提交报价 {amount}？', { amount: formatFen(fen) }),
      effects: [
        inCapitals(fen),
        ...(warning ? [warning] : []),
        say('金额在本机密封后提交，开启之前平台、业主、交易中心和其他企业都看不到。'),
        say('截止之前可以重新报价，以最后密封的一次为准；提交之后不能撤回到没有报价。'),
      ],
      yes: say('密封并提交报价'),
    });
  }

  /** Tells what became of a bid. */
  learn(bid, { kept, refused, missing }) {
    this.pending = kept || refused || missing ? null : bid;
    if (kept) this.arrived(bid, kept);
    else if (missing) this.tell(MISSING);
    else if (refused) this.tell(refused.body.message ?? say('没有办成，请稍后重试。'), refused.status === SIGNED_OUT);
    else this.unsure();
  }

  unsure() {
    this.tell(UNSURE);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), AGAIN);
  }

  /** Asks the server what became of a bid that was lost on the way. */
  async settle() {
    if (this.pending && !this.settling) await this.settled();
  }

  async settled() {
    const bid = this.pending;
    this.settling ??= lookFor(this.project, bid).finally(() => { this.settling = null; });
    const found = await this.settling;
    if (this.pending === bid) this.learn(bid, found);
    return !this.pending && !found.kept;
  }

  arrived({ fen, seq }, { commit, received_at: received }) {
    keepBid(this.slot, { fen, seq, commit, received_at: received });
    this.field.clear();
    this.tell('');
    this.drawRow({ commit, received_at: received });
    this.drawLast();
    const done = this.part('done');
    done.querySelector('[data-quote-done-at]').textContent = momentText(received);
    done.hidden = false;
    done.focus();
  }

  async refresh() {
    for (const one of await ownBids(this.project) ?? []) this.drawRow(one);
  }

  drawRow({ commit, received_at: received }) {
    const rows = this.part('rows');
    if (rows.querySelector(`[data-bid="${CSS.escape(commit)}"]`)) return;
    rows.prepend(make('tr', { 'data-bid': commit },
      make('td', { 'data-label': say('收到时间') }, make('time', { datetime: received, class: 'text-nowrap' }, momentText(received))),
      make('td', { 'data-label': say('报价指纹') }, make('code', { title: commit }, `${commit.slice(0, 8)}…${commit.slice(-4)}`))));
    this.part('none').hidden = true;
    this.part('table').hidden = false;
  }

  drawLast() {
    const { last } = this;
    this.part('last').hidden = !last;
    this.part('elsewhere').hidden = Boolean(last);
    if (!last) return;
    this.part('last-figures').textContent = formatFen(last.fen);
    this.part('last-capitals').textContent = inCapitals(last.fen);
    this.part('last-at').textContent = momentText(last.received_at);
    this.part('last-commit').textContent = last.commit.match(/.{8}/g).join(' ');
  }

  async forget() {
    const agreed = await ask({
      title: say('从本浏览器清除报价金额？'),
      effects: [say('已提交的报价仍然有效。'), say('金额从此在任何地方都看不到，直到开启；如需留底，请先打印留存单。')],
      yes: say('清除金额'), no: say('不清除'), danger: true,
    });
    if (!agreed) return;
    forgetBid(this.slot);
    this.drawLast();
  }

  print() {
    const { last } = this;
    printSlip(document.querySelector('[data-slip]'), {
      figures: formatFen(last.fen), capitals: inCapitals(last.fen), commit: last.commit.match(/.{8}/g).join(' '), at: momentText(last.received_at),
    });
  }

  tell(text, signIn = false) {
    this.signedOut ||= signIn;
    const box = this.part('errors');
    box.replaceChildren(text, ...(signIn ? [' ', make('a', { href: '/sign-in', target: '_blank', rel: 'noopener' }, say('在新窗口登录'))] : []));
    box.hidden = !text;
    if (!text) return;
    this.part('done').hidden = true;
    box.focus();
  }

  setBusy(busy) {
    this.busy = busy;
    const button = this.part('send');
    button.setAttribute('aria-disabled', String(busy));
    button.classList.toggle('disabled', busy);
  }

  /** The minute has come: what is typed stays in sight, nothing more is taken. */
  over() {
    if (!this.field) return;
    this.field.input.readOnly = true;
    this.part('send').hidden = true;
    this.part('over').hidden = false;
  }
}

/** Whether the page has waited for the minute, or came when it was over already. */
const pause = () => (performance.now() > LATE ? 500 : LATE);

const place = document.querySelector('[data-quote]');
const quote = place && new Quote(place);
forgetEnded();
document.addEventListener('countdown:over', ({ target }) => {
  if (target.closest('[data-quote-begins]')) setTimeout(() => location.reload(), pause() + Math.random() * MOST_JITTER);
  else quote?.over();
});
