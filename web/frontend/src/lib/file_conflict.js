// Two people changed the same file: both versions side by side with what each changed, and what to do with mine.
import Modal from 'bootstrap/js/dist/modal.js';
import { make } from './dom.js';
import { NetworkError, send } from './http.js';
import { say } from './words.js';

const KINDS = { added: ['is-ok', say('新增')], removed: ['is-late', say('删除')], changed: ['is-warn', say('修改')], moved: ['is-idle', say('移动')] };
const LONG = 160;
const LISTED = 200;

/** `{mine, theirs, text, clashes, dangling}`: what each side changed since `base`, and both in one; nothing known without the server. */
export async function threeWays(url, { base, mine, theirs, takes = [] }) {
  const none = { mine: [], theirs: [], text: null, clashes: [], dangling: [] };
  if (base == null) return none;
  try {
    const { ok, body } = await send(url, { json: { base, mine, theirs, takes } });
    return ok ? body : none;
  } catch (error) {
    if (error instanceof NetworkError) return none;
    throw error;
  }
}

/**
 * Answers `{answer}`: 'theirs' (mine is given up), 'copy' (theirs is opened, mine is downloaded), 'mine' (saved over theirs, which
 * the history keeps), 'merged' with `text`, or null (nothing is decided; saving stays held).
 * `show(place, text, changes)` draws one version and marks the changes, else it is shown as text.
 */
export async function fileConflict({ message, edited_by: who, edited_at: at, base, mine, theirs, name, url, show = plain }) {
  const ways = await threeWays(url, { base, mine, theirs });
  const choices = ways.clashes.map(clash);
  const put = async () => (ways.clashes.length ? threeWays(url, { base, mine, theirs, takes: choices.filter(({ takesTheirs }) => takesTheirs()).map(({ place }) => place) }) : ways);
  const canMerge = ways.text !== null && ways.theirs.length > 0;
  const box = frame([
    make('p', {}, message ?? '', who ? say('（{who}，{at}）', { who, at: moment(at) }) : ''),
    choices.length && canMerge ? make('section', { class: 'mb-3' }, make('h3', { class: 'h6' }, say('两人都改了的地方（{count}处），合并时取谁的', { count: choices.length })), ...choices.map(({ row }) => row)) : null,
    make('div', { class: 'row g-3' }, side(say('对方的'), theirs, ways.theirs, show), side(say('我的（还没有保存）'), mine, ways.mine, show)),
    canMerge && ways.dangling.length ? make('p', { class: 'sw-status is-warn mt-2' }, say('合并后这些地方连到已删去的环节，合并后请改好：{names}', { names: ways.dangling.join('、') })) : null,
  ], [
    button('theirs', say('用对方的，放弃我的'), 'btn-outline-secondary'), button('copy', say('用对方的，我的下载留底'), 'btn-outline-secondary'),
    button('mine', say('用我的覆盖（对方的留在历史里）'), canMerge ? 'btn-outline-secondary' : 'btn-primary'), canMerge ? button('merged', say('两人的改动都要'), 'btn-primary') : null,
  ]);
  const answer = await asked(box);
  if (answer === 'copy') download(name, mine);
  if (answer !== 'merged') return { answer };
  const { text } = await put();
  return text === null ? { answer: null } : { answer, text };
}

const button = (answer, label, kind) => make('button', { class: `btn ${kind}`, type: 'button', 'data-answer': answer }, label);

function frame(body, buttons) {
  const title = say('另一人已先保存了这个文件');
  return make('div', { class: 'modal fade', tabindex: '-1', 'aria-labelledby': 'sw-conflict-title' },
    make('div', { class: 'modal-dialog modal-xl modal-dialog-scrollable sw-conflict' }, make('div', { class: 'modal-content' },
      make('div', { class: 'modal-header' }, make('h2', { class: 'modal-title', id: 'sw-conflict-title' }, title), make('button', { class: 'btn-close', type: 'button', 'data-bs-dismiss': 'modal', 'aria-label': say('关闭') })),
      make('div', { class: 'modal-body' }, ...body.filter(Boolean)), make('div', { class: 'modal-footer' }, ...buttons.filter(Boolean)))));
}

/** One version: what its person changed in words, and the drawing with the same places marked. */
function side(title, text, changes, show) {
  const place = make('div', { class: 'sw-conflict-side', tabindex: '0', role: 'region', 'aria-label': title });
  show(place, text, changes);
  return make('section', { class: 'col-md-6' }, make('h3', { class: 'h6' }, title, ' ', changes.length ? make('span', { class: 'sw-quiet' }, say('改了{count}处', { count: changes.length })) : ''),
    changes.length ? changeList(changes) : null, place);
}

/** Differences as a list in words. */
export function changeList(changes) {
  const line = ({ kind, title, what, before, after }) => make('li', {}, make('span', { class: `sw-status ${KINDS[kind][0]}` }, KINDS[kind][1]), ` ${title} `, make('span', { class: 'sw-quiet' }, what),
    before ? make('del', {}, short(before)) : null, after ? make('ins', {}, short(after)) : null);
  return make('ul', { class: 'sw-conflict-changes sw-diff', tabindex: '0' }, ...changes.slice(0, LISTED).map(line));
}

const short = (text) => (text.length > LONG ? `${text.slice(0, LONG)}…` : text);

/** A place that both changed: mine unless theirs is chosen. */
function clash({ place, words, mine, theirs }, at) {
  const option = (value, label, said) => {
    const input = make('input', { class: 'form-check-input', type: 'radio', name: `clash-${at}`, id: `clash-${at}-${value}`, checked: value === 'mine' });
    return [input, make('div', { class: 'form-check' }, input, make('label', { class: 'form-check-label', for: input.id }, `${label}：`, make('span', { class: 'sw-conflict-said' }, short(said))))];
  };
  const [, mineRow] = option('mine', say('我的'), mine);
  const [theirsInput, theirsRow] = option('theirs', say('对方的'), theirs);
  const row = make('fieldset', { class: 'sw-conflict-clash' }, make('legend', {}, words), mineRow, theirsRow);
  return { place, row, takesTheirs: () => theirsInput.checked };
}

function asked(box) {
  document.body.append(box);
  const before = document.activeElement;
  const modal = new Modal(box);
  let answer = null;
  box.addEventListener('click', ({ target }) => { if (target.dataset?.answer) { answer = target.dataset.answer; modal.hide(); } });
  modal.show();
  return new Promise((resolve) => {
    box.addEventListener('hidden.bs.modal', () => {
      modal.dispose();
      box.remove();
      before?.focus?.();
      resolve(answer);
    });
  });
}

/** Hands a text to the person as a file. */
export function download(name, text, type = 'application/octet-stream') {
  const link = make('a', { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}

/** The text with the lines marked that a change is about. */
const plain = (place, text) => place.append(make('pre', {}, text));

export const moment = (at) => new Date(at).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false });
