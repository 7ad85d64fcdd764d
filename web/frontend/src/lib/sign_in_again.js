// The session ended while somebody works: they sign in over the page, which stays as it is, and the request goes out again.
// The steps are those of the sign-in page: each answer says by its form whether a password or a code is wanted next.
import { make } from './dom.js';
import { csrfToken, send } from './http.js';
import { accountHere } from './kept_work.js';
import { toast } from './toast.js';
import { say } from './words.js';

let asking = null;
let isLater = false;

/** Answers whether the same person is signed in again; whoever else asks meanwhile waits for the same answer. */
export function signInAgain() {
  asking ??= goOn().finally(() => { asking = null; });
  return asking;
}

/** Asks at once the next time, though "later" was chosen. */
export const askAgain = () => { isLater = false; };

async function goOn() {
  const page = await pageAt(location.href);
  if (!page) return false;
  if (isIn(page)) return takeUp(page);
  return isLater ? false : new Asking(page).answer();
}

const isIn = (page) => Boolean(page.querySelector('meta[name="account"]'));

/** The page's anti-forgery token is the new session's; another person's session is not used. */
function takeUp(page) {
  const who = page.querySelector('meta[name="account"]').content;
  if (who !== accountHere()) {
    if (!isLater) toast(say('这个浏览器里现在登录的是另一个账号（{who}），本页的内容不会以他的名义保存。请在新窗口退出，再用原来的账号登录。', { who }), 'is-late');
    isLater = true;
    return false;
  }
  isLater = false;
  setToken(page.querySelector('meta[name="csrf-token"]')?.content);
  return true;
}

function setToken(token) {
  if (!token) return;
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (meta) meta.content = token;
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token; // the page's plain forms
}

async function pageAt(url, body) {
  const answer = await fetch(url, { method: body ? 'POST' : 'GET', body, headers: { Accept: 'text/html' }, credentials: 'same-origin' }).catch(() => null);
  return answer && new DOMParser().parseFromString(await answer.text(), 'text/html');
}

class Asking {
  constructor(page) {
    this.told = make('div', { class: 'sw-errors', role: 'alert', hidden: true });
    this.fields = make('form', { class: 'sw-form' });
    this.ways = make('div', {});
    const later = make('button', { class: 'btn btn-outline-secondary', type: 'button' }, say('稍后再登录'));
    const window = make('a', { class: 'btn btn-link', href: '/sign-in', target: '_blank', rel: 'noopener' }, say('在新窗口登录'));
    this.box = make('dialog', { class: 'sw-again', 'aria-labelledby': 'sw-again-title' },
      make('h2', { id: 'sw-again-title' }, say('登录已过期，请重新登录')),
      make('p', {}, say('您写的都还在本页，登录后自动保存，不用重填。')), this.told, this.fields, this.ways, make('div', { class: 'sw-tools' }, later, window));
    this.fields.addEventListener('submit', (event) => { event.preventDefault(); event.stopPropagation(); this.hand(); });
    later.addEventListener('click', () => this.end(false));
    this.box.addEventListener('cancel', (event) => { event.preventDefault(); this.end(false); });
    // signed in in the other window: nothing more to ask
    this.back = async () => { if (!document.hidden && !this.isBusy) { const seen = await pageAt(location.href); if (seen && isIn(seen)) this.end(takeUp(seen)); } };
    document.addEventListener('visibilitychange', this.back);
    this.ask(page);
  }

  answer() {
    document.body.append(this.box);
    this.before = document.activeElement;
    this.box.showModal();
    this.fields.querySelector('input:not([readonly])')?.focus();
    return new Promise((resolve) => { this.resolve = resolve; });
  }

  end(isDone) {
    if (!isDone) isLater = true;
    document.removeEventListener('visibilitychange', this.back);
    this.box.close();
    this.box.remove();
    this.before?.focus?.();
    this.resolve(isDone);
  }

  /** Shows what the page at which the person would be asks for: the password, or the second step's code. */
  ask(page) {
    const isCode = Boolean(page.querySelector('form[action="/sign-in/code"]'));
    setToken(page.querySelector('input[name="csrf_token"]')?.value);
    const field = (label, name, more) => make('div', { class: 'sw-field is-full' }, make('label', { for: `again-${name}` }, label), make('input', { class: 'form-control', id: `again-${name}`, name, required: true, ...more }));
    const go = make('button', { class: 'btn btn-primary w-100', type: 'submit' }, isCode ? say('完成登录') : say('登录并继续'));
    this.url = isCode ? '/sign-in/code' : '/sign-in';
    this.fields.replaceChildren(...(isCode ? [field(say('手机验证器上的6位验证码，或一个恢复码'), 'code', { autocomplete: 'one-time-code', maxlength: 24 })]
      : [field(say('账号'), 'username', { value: accountHere(), readonly: true, autocomplete: 'username' }), field(say('密码'), 'password', { type: 'password', autocomplete: 'current-password', maxlength: 128 })]), go);
    this.tell(page.querySelector('.sw-errors')?.textContent.trim() ?? '');
    if (isCode) this.ways.replaceChildren();
    else if (!this.ways.firstChild) this.wire(page.querySelector('[data-key-ways]'));
    this.fields.querySelector('input:not([readonly])').focus();
  }

  /** The proofs by key or certificate, as the sign-in page has them; a vendor's program may be asked from that page alone. */
  async wire(found) {
    if (!found) return;
    const place = document.importNode(found, true);
    place.querySelector('[data-key-way="program"]')?.remove();
    const { bodyOf, wireKeyWays } = await import('./key_ways.js');
    this.ways.replaceChildren(make('details', { class: 'sw-again-ways' }, make('summary', {}, say('用安全密钥或数字证书登录')), place));
    wireKeyWays(place, async (proof) => {
      bodyOf(await send('/sign-in/keys', { json: { ...proof, next: location.pathname } }));
      this.met(await pageAt(location.href));
    });
  }

  async hand() {
    if (this.isBusy) return;
    this.isBusy = true;
    const sent = new URLSearchParams(new FormData(this.fields));
    sent.set('csrf_token', csrfToken());
    sent.set('next', location.pathname + location.search);
    this.met(await pageAt(this.url, sent));
    this.isBusy = false;
  }

  met(page) {
    if (!page) this.tell(say('网络断开，没有完成，请恢复网络后重试。'));
    else if (isIn(page)) this.end(takeUp(page));
    else if (page.querySelector('form[action^="/sign-in"]')) this.ask(page);
    else this.tell(say('现在不能登录，请稍等片刻再试。'));
  }

  tell(words) {
    this.told.replaceChildren(make('p', { class: 'mb-0' }, words));
    this.told.hidden = !words;
  }
}
