// A draw as it happens: the page asks again every few seconds and replaces only the parts that changed.
import { NetworkError, send } from '../lib/http.js';
import { now } from '../lib/countdown.js';
import { isEnglish, say } from '../lib/words.js';

const EVERY = 3_000;
const TOLERATED = 2; // one lost answer is no news
const live = document.querySelector('[data-live]');
const known = new Map(); // part → markup as the server last sent it: countdowns write into the page's own
let lost = 0;

const partsOf = (root) => [...root.querySelectorAll('[data-part]')];
const namesOf = (parts) => parts.map((part) => part.dataset.part).join();

async function refresh() {
  if (document.querySelector('.modal.show')) return; // somebody is being asked: what they look at stays
  const answer = await fetch(live.dataset.live, { headers: { 'X-Requested-With': 'live' }, credentials: 'same-origin' });
  if (answer.status === 401 || answer.redirected) location.reload();
  if (!answer.ok) throw new NetworkError(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').body;
  if (namesOf(partsOf(fresh)) !== namesOf(partsOf(live))) live.replaceChildren(...adopt(fresh));
  else partsOf(fresh).forEach(renew);
}

function adopt(fresh) {
  known.clear();
  for (const part of partsOf(fresh)) known.set(part.dataset.part, part.outerHTML);
  announce(fresh);
  return fresh.childNodes;
}

function renew(part) {
  const name = part.dataset.part;
  const markup = part.outerHTML;
  const shown = live.querySelector(`[data-part="${name}"]`);
  const isNew = known.has(name) ? known.get(name) !== markup : shown.dataset.state !== part.dataset.state;
  known.set(name, markup);
  if (!isNew) return;
  const hadFocus = shown.contains(document.activeElement);
  shown.replaceWith(part);
  carry(shown, part);
  if (name === 'act' || name === 'clock') announce(part);
  if (hadFocus) focusOn(part.querySelector('button:not(:disabled), h2') ?? part);
}

/** What was ticked or typed in a part stays when the server draws it anew. */
function carry(from, to) {
  for (const field of to.querySelectorAll('[name]')) {
    const former = from.querySelector(`[name="${field.name}"]`);
    if (former) [field.value, field.checked] = [former.value, former.checked];
  }
}

function focusOn(element) {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
}

/** Tells those who hear the page what is going on now. */
function announce(root) {
  const heading = root.querySelector('#act, .sw-hall-winner, .sw-hall-label');
  document.querySelector('[data-said]').textContent = heading?.textContent.trim() ?? '';
}

async function look() {
  try {
    await refresh();
    lost = 0;
  } catch {
    lost += 1;
  }
  document.querySelector('[data-offline]').hidden = lost < TOLERATED;
}

async function loop() {
  if (!document.hidden) await look();
  setTimeout(loop, EVERY);
}

function tick() {
  const clock = document.querySelector('[data-clock]');
  if (!clock) return;
  const parts = new Intl.DateTimeFormat(isEnglish ? 'en-GB' : 'zh-CN', { timeZone: 'Asia/Shanghai', year: 'numeric', month: 'long', day: 'numeric', weekday: 'long', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).formatToParts(now());
  const value = Object.fromEntries(parts.map(({ type, value: text }) => [type, text]));
  clock.textContent = say('{year}年{month}月{day}日 {weekday} {hour}:{minute}:{second}', { year: value.year, month: isEnglish ? value.month : parseInt(value.month, 10), day: value.day, weekday: value.weekday, hour: value.hour, minute: value.minute, second: value.second });
}

async function act(event) {
  const form = event.target.closest('[data-act]');
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  const button = form.querySelector('button');
  if (button.disabled) return;
  button.disabled = true;
  complain('');
  try {
    const answer = await send(form.dataset.act, { json: { form: filled(form) } });
    if (!answer.ok) complain(answer.body.message ?? say('没有办成，请刷新后重试。'));
  } catch {
    complain(say('没有连上服务器，没有办理，请检查网络后再按一次。'));
  }
  button.disabled = false;
  await look();
}

/** Only what was filled in: an empty remark is none. */
function filled(form) {
  const fields = [...form.elements].filter(({ name }) => name);
  const values = fields.map((field) => [field.name, field.type === 'checkbox' ? field.checked : field.value.trim()]);
  return Object.fromEntries(values.filter(([, value]) => value !== ''));
}

function complain(text) {
  const box = live.querySelector('[data-act-error]');
  if (box) box.textContent = text;
}

document.addEventListener('submit', act);
document.addEventListener('countdown:over', look);
document.addEventListener('visibilitychange', () => document.hidden || look());
setInterval(tick, 1_000);
tick();
loop();
