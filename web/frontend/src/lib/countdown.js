// <span data-countdown="2026-11-24T17:30:00+08:00"> counts down to the second: role timer, spoken only at 10, 5, 1 minutes.
// The server's clock counts, not the visitor's: <meta name="server-now"> is the moment the page was made.
import { make, onEvery } from './dom.js';
import { say } from './words.js';

const SPOKEN = [600, 300, 60];
const DAY = 86_400;
const pad = (number) => String(number).padStart(2, '0');

const stated = Date.parse(document.querySelector('meta[name="server-now"]')?.content ?? '');
const offset = Number.isNaN(stated) ? 0 : stated - Date.now();
export const now = () => Date.now() + offset;

/** `2日03:04:05`, `03:04:05` or `04:05`. */
export function clockText(seconds) {
  const rest = Math.max(seconds, 0);
  const days = Math.floor(rest / DAY);
  const [hours, minutes] = [Math.floor(rest / 3600) % 24, Math.floor(rest / 60) % 60];
  const short = `${pad(minutes)}:${pad(rest % 60)}`;
  return days ? say('{days}日{hours}:{short}', { days, hours: pad(hours), short }) : hours ? `${pad(hours)}:${short}` : short;
}

/** 还有4分37秒, for those who hear the page. */
export function spokenText(seconds) {
  const rest = Math.max(seconds, 0);
  const parts = [[Math.floor(rest / DAY), say('日')], [Math.floor(rest / 3600) % 24, say('小时')], [Math.floor(rest / 60) % 60, say('分')], [rest % 60, say('秒')]];
  const said = parts.filter(([number]) => number).map(([number, unit]) => number + unit).join('');
  return said ? say('还有{said}', { said }) : say('时间已到');
}

export function wireCountdowns() {
  onEvery('[data-countdown]', (element) => {
    const end = Date.parse(element.dataset.countdown);
    const voice = make('span', { class: 'visually-hidden', 'aria-live': 'polite' });
    element.setAttribute('role', 'timer');
    element.after(voice);
    let last = Infinity;
    const tick = () => {
      const left = Math.ceil((end - now()) / 1000);
      element.textContent = clockText(left);
      element.dataset.digits = left >= DAY ? 'long' : String(element.textContent.length);
      element.setAttribute('aria-label', spokenText(left));
      const due = SPOKEN.find((mark) => left <= mark && last > mark);
      if (due && last !== Infinity) voice.textContent = spokenText(due);
      last = left;
      if (left > 0 && element.isConnected) { setTimeout(tick, 1000 - (now() % 1000)); return; }
      if (left <= 0) element.dispatchEvent(new CustomEvent('countdown:over', { bubbles: true }));
    };
    tick();
  });
}
