// The public log in the visitor's own browser.
//   `<div data-log-receipt data-key [data-receipt-url]>`  checks a receipt: the one at the address, or a file that is chosen
//   `<div data-log-seen data-key>`                        compares an older checkpoint with the newest
import { icon, make, onEvery } from '../lib/dom.js';
import { checkedLine, verdict } from '../lib/verdict.js';
import { say } from '../lib/words.js';
import { unhex } from '../selection/bytes.js';
import { LogRefused, isSigned, othersUnder, parseCheckpoint, parseKey, readReceipt } from '../selection/checkpoint.js';
import { verifyConsistency } from '../selection/merkle.js';
import { sha256 } from '../selection/sha256.js';

const LOG = '/api/v1/public/log';
let number = 0;

async function fetched(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

class Board {
  constructor(root) {
    this.root = root;
    this.id = `log-${number += 1}`;
    this.status = make('div', { role: 'status', 'aria-live': 'polite' });
    this.steps = make('ul', { class: 'sw-checks', 'aria-label': say('逐项核验结果') });
    this.steps.hidden = true;
    root.append(...this.controls(), this.status, this.steps);
  }

  file(label, help, accept, taken) {
    const [id, about] = [`${this.id}-file`, `${this.id}-help`];
    const input = make('input', { id, class: 'form-control', type: 'file', accept, 'aria-describedby': about });
    input.addEventListener('change', async () => input.files[0] && taken(await input.files[0].text()));
    return make('div', { class: 'sw-field mb-3' }, make('label', { for: id }, label), input, make('div', { id: about, class: 'sw-help' }, help));
  }

  /** Runs a check; what it throws is told, and a fault of the network or the browser is not called a forgery. */
  async run(check) {
    this.show([], verdict('is-info', 'hourglass-split', say('正在核验……'), say('计算全部在本机完成。')));
    try {
      await check();
    } catch (error) {
      if (error instanceof LogRefused) this.refuse(error);
      else this.show([], verdict('is-warn', 'exclamation-triangle-fill', say('尚未核验'), say('没有取到需要的内容，请检查网络后重试，或下载后用命令核对。')));
    }
  }

  refuse({ code, message }) {
    this.show([], verdict('is-late', 'x-circle-fill', say('核验不通过'), say('{message}原因代码：{code}', { message, code })));
    this.root.dataset.checked = code;
  }

  show(lines, told) {
    delete this.root.dataset.checked;
    this.steps.replaceChildren(...lines);
    this.steps.hidden = !lines.length;
    this.status.replaceChildren(told);
  }

  /** Tells whether the log signed; throws when it did not. */
  async signature(head) {
    const key = parseKey(this.root.dataset.key);
    const signed = await isSigned(head, key);
    if (signed === false) throw new LogRefused('checkpoint_signature', say('检查点不是这套日志的公钥所签。'));
    const step = { title: say('检查点由日志的公钥签名'), detail: key.name };
    if (signed) return checkedLine('is-ok', 'check-circle-fill', step, say('有效'));
    return checkedLine('is-warn', 'question-circle-fill', { ...step, detail: say('此浏览器不能核对Ed25519签名，请用命令 smallworks verify 核对。') }, say('未核对'));
  }
}

class Receipt extends Board {
  controls() {
    if (!this.root.dataset.receiptUrl) {
      return [this.file(say('回执文件'), say('从条目页下载的JSON文件，选择后立即核验。文件不会上传。'), '.json,application/json', (text) => this.run(() => this.check(text)))];
    }
    const again = make('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary' }, icon('arrow-clockwise'), ' ', say('重新核验'));
    const start = () => this.run(async () => this.check(await fetched(this.root.dataset.receiptUrl)));
    again.addEventListener('click', start);
    setTimeout(start);
    return [make('p', { class: 'mb-2' }, again)];
  }

  async check(text) {
    const { seq, size, head } = readReceipt(text);
    const place = { title: say('第{seq}条在{size}条日志之中，内容没有改动', { seq, size }), detail: say('由全文和路径重新算出的根与检查点一致') };
    const count = othersUnder(head);
    const others = { title: say('见证方签名{count}个', { count }), detail: say('见证方在另外的机器上核对过日志只增不改；其公钥列在公开日志页。') };
    const seen = count ? checkedLine('is-ok', 'eye', others, say('附有')) : checkedLine('is-idle', 'eye-slash', others, say('没有'));
    const lines = [checkedLine('is-ok', 'check-circle-fill', place, say('一致')), await this.signature(head), seen];
    this.show(lines, verdict('is-ok', 'check-circle-fill', say('核验通过'), say('这一条在日志里，没有改动。')));
    this.root.dataset.checked = 'ok';
  }
}

class Seen extends Board {
  controls() {
    return [this.file(say('以前保存的检查点'), say('从本站下载的文本文件，或从见证方、他人处得到的。'), '.txt,text/plain', (text) => this.run(() => this.compare(text.replaceAll('\r\n', '\n'))))];
  }

  async compare(text) {
    const old = parseCheckpoint(text);
    await this.signature(old);
    const head = parseCheckpoint(await fetched(`${LOG}/checkpoint`));
    const signed = await this.signature(head);
    if (old.size > head.size) throw new LogRefused('seen_truncated', say('日志被截短：以前签过{old}条，现在只有{now}条。', { old: old.size, now: head.size }));
    const { path } = JSON.parse(await fetched(`${LOG}/consistency?first=${old.size}&second=${head.size}`));
    const holds = verifyConsistency(sha256, { first: old.size, second: head.size, path: path.map(unhex), old: old.root, head: head.root });
    if (!holds) {
      const forked = old.size === head.size;
      throw new LogRefused(forked ? 'seen_forked' : 'seen_rewritten', forked ? say('日志分叉：同样的条数，签过两个不同的根。') : say('日志被改写：现在的日志不是由以前的增加而来。'));
    }
    const grown = { title: say('现在的{now}条由以前的{old}条增加而来', { now: head.size, old: old.size }), detail: say('按一致性证明重新算出的两个根都相符') };
    this.show([checkedLine('is-ok', 'check-circle-fill', grown, say('一致')), signed], verdict('is-ok', 'check-circle-fill', say('核验通过'), say('日志只增不改。')));
    this.root.dataset.checked = 'ok';
  }
}

onEvery('[data-log-receipt]', (root) => new Receipt(root));
onEvery('[data-log-seen]', (root) => new Seen(root));
