// The live part of a draw asks again every few seconds and is replaced only when something changed.
import { NetworkError, send } from '../lib/http.js';
import { now } from '../lib/countdown.js';

const EVERY = 3_000;
const live = document.querySelector('[data-live]');

const stateOf = (root) => root.querySelector('[data-state]')?.dataset.state;

async function refresh() {
  const answer = await fetch(live.dataset.live, { headers: { 'X-Requested-With': 'live' }, credentials: 'same-origin' });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (stateOf(fresh.body) === stateOf(live)) return replacePeople(fresh);
  live.replaceChildren(...fresh.body.childNodes);
  return undefined;
}

function replacePeople(fresh) {
  for (const name of ['.sw-people', '.sw-hall-main .sw-hall-list']) {
    const [old, next] = [live.querySelector(name), fresh.querySelector(name)];
    if (old && next && old.textContent !== next.textContent) old.replaceChildren(...next.childNodes);
  }
}

async function loop() {
  if (!document.hidden) await refresh().catch(() => {});
  setTimeout(loop, EVERY);
}

function tick() {
  const clock = document.querySelector('[data-clock]');
  if (!clock) return;
  const parts = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', year: 'numeric', month: 'long', day: 'numeric', weekday: 'long', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }).formatToParts(now());
  const value = Object.fromEntries(parts.map(({ type, value: text }) => [type, text]));
  clock.textContent = `${value.year}年${parseInt(value.month, 10)}月${value.day}日 ${value.weekday} ${value.hour}:${value.minute}:${value.second}`;
}

async function act(event) {
  const form = event.target.closest('[data-act]');
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  const button = form.querySelector('button');
  const said = live.querySelector('[data-act-error]');
  if (button.disabled) return;
  button.disabled = true;
  said.textContent = '';
  try {
    const answer = await send(form.dataset.act, { json: { form: {} } });
    if (!answer.ok) said.textContent = answer.body.message ?? '没有办成，请刷新后重试。';
    await refresh();
  } catch (error) {
    said.textContent = error instanceof NetworkError ? '没有连上服务器，请检查网络后再按一次。' : String(error);
  }
  button.disabled = false;
}

document.addEventListener('submit', act);
document.addEventListener('countdown:over', () => refresh().catch(() => {}));
setInterval(tick, 1_000);
setTimeout(loop, EVERY);
