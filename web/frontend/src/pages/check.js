// Checks the proof of a draw in the visitor's own browser. On `<div data-check>`:
//   data-proof-url  the proof to check at once; without it the visitor chooses or drops a file
//   data-plan       the plan's hash as the notice prints it; without it the visitor may type it in
import { icon, make, onEvery } from '../lib/dom.js';
import { verifyBytes } from '../selection/draw.js';
import { NoSecureContextError } from '../selection/envelope.js';
import { Refused } from '../selection/reasons.js';
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
};

function stepOf(code) {
  if (code.startsWith('plan')) return 'plan';
  if (code.startsWith('secret') || code === 'contributors') return 'secrets';
  if (/^(ticket|list|org|too_few)/.test(code)) return 'list';
  if (code.startsWith('beacon')) return 'beacon';
  if (/^(ranking|winner)/.test(code)) return 'ranking';
  return code === 'platform_path' ? 'platform' : 'file';
}

const line = (tone, name, { title, detail }, state) => make('li', { class: tone }, icon(name), make('span', {}, title, make('small', { class: 'text-break' }, detail)), make('span', { class: `sw-status ${tone}` }, state));

function verdict(tone, name, title, text) {
  return make('div', { class: `sw-verdict ${tone} mb-2` }, icon(name), make('span', {}, make('b', {}, title), text));
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
    return [this.planField(), this.dropZone()];
  }

  planField() {
    const [id, help] = [`${this.id}-plan`, `${this.id}-plan-help`];
    this.plan = make('input', { id, class: 'form-control', maxlength: 64, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': help, value: this.root.dataset.plan });
    this.plan.addEventListener('change', () => this.file && this.run(this.file));
    return make('div', { class: 'sw-field mb-3' }, make('label', { for: id }, say('计划指纹（选填）')), this.plan, make('div', { id: help, class: 'sw-help' }, say('印在公告里的64位数字和字母。不填只能说明前后一致，不能说明就是公告的那一份计划。')));
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
    const plan = (this.plan?.value ?? this.root.dataset.plan ?? '').trim() || undefined;
    try {
      const report = await verifyBytes(bytes, { plan, platformRoot: this.root.dataset.platformRoot || undefined });
      if (turn === this.running) this.accept(report, performance.now() - started);
    } catch (error) {
      if (turn === this.running) this.refuse(error);
    }
  }

  accept({ steps, planHash, planCompared }, took) {
    const seconds = say('计算全部在本机完成，用时{seconds}秒，没有上传任何数据。', { seconds: Math.max(took / 1000, 0.1).toFixed(1) });
    const lines = steps.map((step) => {
      const open = step.code === 'plan' && !planCompared;
      return line(open ? 'is-warn' : 'is-ok', open ? 'question-circle-fill' : 'check-circle-fill', step, step.state ?? say('一致'));
    });
    const told = planCompared
      ? verdict('is-ok', 'check-circle-fill', say('核验通过，结果与公告的计划和冻结的名单一致'), seconds)
      : verdict('is-warn', 'question-circle-fill', say('前后一致；计划未比对'), say('请与公告上的计划指纹核对：{planHash}。{seconds}', { planHash, seconds }));
    this.show(lines, told);
    this.root.dataset.checked = planCompared ? 'ok' : 'consistent';
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
