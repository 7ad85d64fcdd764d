// Checks the proof of a draw, or the transcript of a bidding's opening, in the visitor's own browser.
// On `<div data-check>`:
//   data-proof-url  the file to check at once; without it the visitor chooses or drops one
//   data-plan       the plan's hash as the notice prints it; without it the visitor may type it in
//   data-floor      the floor price's fingerprint as the notice prints it
//   data-root       the list of sealed bids as the log holds it since the close
//   data-hash       the transcript's fingerprint as the award notice prints it
//   data-tickets    the equal tickets among which a draw must have been held
import { icon, make, onEvery } from '../lib/dom.js';
import { verify } from '../selection/draw.js';
import { NoSecureContextError } from '../selection/envelope.js';
import { parse } from '../selection/jcs.js';
import { verifyOpening } from '../selection/opening.js';
import { Refused, require } from '../selection/reasons.js';
import { checkedLine as line, verdict } from '../lib/verdict.js';
import { say } from '../lib/words.js';

let number = 0;

const FAILED_STEP = {
  plan: say('选取计划就是公告里公布的那一份'),
  secrets: say('各方随机数与公告前的承诺相符'),
  list: say('名单在冻结之后没有增减'),
  beacon: say('公共随机数'),
  ranking: say('重新排序，排第一的就是中选的票'),
  platform: say('平台随机数在年初公布的清单之中'),
  file: say('证明文件完整、写法规范'),
  floor: say('最低限价就是公告前密封的那一份'),
  bids: say('报价在截止之后没有增减'),
  invalid: say('不计入的报价各有原因'),
  settled: say('重新计算的成交价和报出它的票'),
};

function stepOf(code) {
  if (code === 'bid_invalid') return 'invalid';
  if (/^(bid|envelope)_/.test(code)) return 'bids';
  if (/^(floor|settled)_/.test(code)) return code.split('_')[0];
  if (code.startsWith('plan')) return 'plan';
  if (code.startsWith('secret') || code === 'contributors') return 'secrets';
  if (/^(ticket|list|org|too_few)/.test(code)) return 'list';
  if (code.startsWith('beacon')) return 'beacon';
  if (/^(ranking|winner)/.test(code)) return 'ranking';
  return code === 'platform_path' ? 'platform' : 'file';
}

const isOpening = (file) => file !== null && typeof file === 'object' && Object.hasOwn(file, 'settled');

/** What a file shows, in one form for both kinds; what is known beforehand is compared. */
async function examine(bytes, { plan, floor, root, hash, tickets, platformRoot }) {
  const file = parse(bytes);
  if (isOpening(file)) {
    const { steps, isCompared } = await verifyOpening(file, { floor, root, hash });
    return {
      steps,
      isCompared,
      praise: say('核验通过，成交价与公告前密封的最低限价和截止时的报价一致'),
      open: say('前后一致；指纹未全部比对'),
      advice: say('请与公告上的最低限价指纹和公开日志里的报价名单指纹核对。'),
    };
  }
  const { steps, planHash, planCompared } = await verify(file, { plan, platformRoot });
  const drawn = file.list.tickets.map(({ ticket }) => ticket).join(' ');
  require(!tickets || drawn === tickets, 'settled_tied');
  return {
    steps: steps.map((step) => ({ ...step, isOpen: step.code === 'plan' && !planCompared })),
    isCompared: planCompared,
    praise: say('核验通过，结果与公告的计划和冻结的名单一致'),
    open: say('前后一致；计划未比对'),
    advice: say('请与公告上的计划指纹核对：{planHash}。', { planHash }),
  };
}

class Check {
  constructor(root) {
    this.root = root;
    this.id = `check-${number += 1}`;
    this.running = 0;
    this.status = make('div', { role: 'status', 'aria-live': 'polite' });
    this.steps = make('ul', { class: 'sw-checks', 'aria-label': say('逐项核验结果') });
    this.steps.hidden = true;
    root.append(...this.controls(), this.status, this.steps);
    if (root.dataset.proofUrl) this.fetchAndRun();
  }

  controls() {
    if (this.root.dataset.proofUrl) {
      const again = make('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary' }, icon('arrow-clockwise'), ' ', say('重新核验'));
      again.addEventListener('click', () => this.fetchAndRun());
      return [make('p', { class: 'mb-2' }, again)];
    }
    const printed = say('印在公告里的64位数字和字母。随机选取填计划指纹，竞价选取填最低限价指纹；不填只能说明前后一致，不能说明就是公告的那一份。');
    const logged = say('竞价选取才填：竞价截止时写进公开日志的64位指纹，结果页上也有。');
    this.printed = this.hashField('plan', say('公告所印的指纹（选填）'), printed);
    this.logged = this.hashField('root', say('报价名单指纹（选填）'), logged);
    return [this.printed.field, this.logged.field, this.dropZone()];
  }

  hashField(name, title, text) {
    const [id, help] = [`${this.id}-${name}`, `${this.id}-${name}-help`];
    const input = make('input', { id, class: 'form-control', maxlength: 71, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': help });
    input.addEventListener('change', () => this.file && this.run(this.file));
    const field = make('div', { class: 'sw-field mb-3' }, make('label', { for: id }, title), input, make('div', { id: help, class: 'sw-help' }, text));
    return { field, read: () => input.value.replace(/\s/g, '') };
  }

  /** The hashes to compare with: those of the page, or what the visitor typed; none is undefined. */
  known() {
    const { plan, floor, root, hash, tickets, platformRoot } = this.root.dataset;
    const typed = this.printed?.read();
    const given = { plan: plan || typed, floor: floor || typed, root: root || this.logged?.read(), hash, tickets, platformRoot };
    return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, text || undefined]));
  }

  dropZone() {
    const [id, help] = [`${this.id}-file`, `${this.id}-file-help`];
    const input = make('input', { id, class: 'form-control', type: 'file', accept: '.json,application/json', 'aria-describedby': help });
    input.addEventListener('change', () => input.files[0] && this.readAndRun(input.files[0]));
    const zone = make('div', { class: 'sw-field mb-3' }, make('label', { for: id }, say('证明文件')), input, make('div', { id: help, class: 'sw-help' }, say('从结果页下载的JSON文件，选择后立即核验，也可以拖到这里。文件不会上传。')));
    zone.addEventListener('dragover', (event) => event.preventDefault());
    zone.addEventListener('drop', (event) => {
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      if (file) this.readAndRun(file);
    });
    return zone;
  }

  async readAndRun(file) {
    try {
      this.file = new Uint8Array(await file.arrayBuffer());
    } catch {
      this.refuse(new Refused('file_unreadable'));
      return;
    }
    await this.run(this.file);
  }

  async fetchAndRun() {
    this.show([], verdict('is-info', 'hourglass-split', say('正在核验……'), say('正在取证明文件。')));
    let bytes;
    try {
      const answer = await fetch(this.root.dataset.proofUrl, { credentials: 'same-origin' });
      if (!answer.ok) throw new Error(String(answer.status));
      bytes = new Uint8Array(await answer.arrayBuffer());
    } catch {
      this.show([], verdict('is-warn', 'exclamation-triangle-fill', say('没有取到证明文件，尚未核验'), say('请检查网络后点“重新核验”，或下载证明文件和离线核验程序在本机核验。')));
      return;
    }
    await this.run(bytes);
  }

  async run(bytes) {
    const turn = this.running += 1;
    this.show([], verdict('is-info', 'hourglass-split', say('正在核验……'), say('计算全部在本机完成。')));
    await new Promise((resolve) => { setTimeout(resolve); }); // let the page show that work has begun
    const started = performance.now();
    try {
      const report = await examine(bytes, this.known());
      if (turn === this.running) this.accept(report, performance.now() - started);
    } catch (error) {
      if (turn === this.running) this.refuse(error);
    }
  }

  accept({ steps, isCompared, praise, open, advice }, took) {
    const seconds = say('计算全部在本机完成，用时{seconds}秒，没有上传任何数据。', { seconds: Math.max(took / 1000, 0.1).toFixed(1) });
    const lines = steps.map((step) => line(step.isOpen ? 'is-warn' : 'is-ok', step.isOpen ? 'question-circle-fill' : 'check-circle-fill', step, step.state ?? say('一致')));
    const told = isCompared
      ? verdict('is-ok', 'check-circle-fill', praise, seconds)
      : verdict('is-warn', 'question-circle-fill', open, `${advice}${seconds}`);
    this.show(lines, told);
    this.root.dataset.checked = isCompared ? 'ok' : 'consistent';
  }

  refuse(error) {
    if (!(error instanceof Refused)) {
      const text = error instanceof NoSecureContextError ? error.message : say('本机浏览器无法完成计算，请下载离线核验程序核验。');
      this.show([], verdict('is-warn', 'exclamation-triangle-fill', say('尚未核验'), text));
      return;
    }
    const step = { title: FAILED_STEP[stepOf(error.code)], detail: say('{message}原因代码：{code}', { message: error.message, code: error.code }) };
    this.show([line('is-late', 'x-circle-fill', step, say('不符'))], verdict('is-late', 'x-circle-fill', say('核验不通过'), error.message));
    this.root.dataset.checked = error.code;
  }

  show(lines, told) {
    delete this.root.dataset.checked;
    this.steps.replaceChildren(...lines);
    this.steps.hidden = !lines.length;
    this.status.replaceChildren(told);
  }
}

onEvery('[data-check]', (root) => new Check(root));
