// On every page: Bootstrap's moving parts, htmx, keys, questions before what cannot be undone, messages, countdowns, uploads.
import 'bootstrap/js/dist/collapse.js';
import 'bootstrap/js/dist/dropdown.js';
import 'bootstrap/js/dist/offcanvas.js';
import 'bootstrap/js/dist/tab.js';
import htmx from 'htmx.org';
import { ask, wireConfirmations } from '../lib/confirm.js';
import { wireCountdowns } from '../lib/countdown.js';
import { onEvery } from '../lib/dom.js';
import { csrfToken } from '../lib/http.js';
import { toast } from '../lib/toast.js';
import { wireUploads } from '../lib/upload_widget.js';
import { say } from '../lib/words.js';

htmx.config.includeIndicatorCSS = false; // its rules stand in the theme

document.addEventListener('htmx:config:request', ({ detail: { ctx } }) => {
  if (!['GET', 'HEAD'].includes(ctx.request.method)) ctx.request.headers['X-CSRFToken'] = csrfToken();
});
document.addEventListener('htmx:error', () => toast(say('网络断开，这一步没有完成，内容仍在本页，请恢复网络后重试。'), 'is-late'));

const typing = (element) => element?.closest?.('input, textarea, select, [contenteditable="true"], .modal.show') != null;

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const search = document.querySelector('[data-search], .sw-search input[type="search"], .sw-filter input[type="search"]');
  if (event.key === '/' && search && !typing(event.target)) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === 'Escape' && event.target === search) {
    if (search.value) search.value = '';
    else search.blur();
  }
});

document.addEventListener('click', (event) => {
  if (event.target.closest('[data-print]')) window.print();
  const reveal = event.target.closest('[data-reveal]');
  if (reveal) {
    const field = document.getElementById(reveal.dataset.reveal);
    field.type = field.type === 'password' ? 'text' : 'password';
    reveal.setAttribute('aria-pressed', String(field.type === 'text'));
  }
  const copy = event.target.closest('[data-copy]');
  if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => toast(say('已复制')), () => toast(say('浏览器不允许复制，请手动选中后复制。'), 'is-late'));
});

// One press sends one form; the button says that it is at work and comes back when the page is shown again.
document.addEventListener('submit', ({ target, submitter, defaultPrevented }) => {
  if (defaultPrevented || target.method === 'get' || target.target === '_blank' || target.dataset.busy) return;
  target.dataset.busy = 'true';
  queueMicrotask(() => submitter?.setAttribute('aria-busy', 'true'));
});
document.addEventListener('submit', (event) => {
  if (event.target.dataset.busy) event.preventDefault();
}, true);
window.addEventListener('pageshow', () => document.querySelectorAll('form[data-busy]').forEach((form) => delete form.dataset.busy));

// What the editors kept of work that was not saved goes with its person (lib/kept_work.js).
document.addEventListener('submit', ({ target }) => {
  if (target.getAttribute('action') !== '/sign-out') return;
  const { dataset } = document.documentElement;
  dataset.signingOut = '';
  for (const act of ['keydown', 'pointerdown']) addEventListener(act, () => { delete dataset.signingOut; }, { once: true, capture: true }); // who stayed goes on
  try { for (const key of Object.keys(localStorage)) if (key.startsWith('smallworks-work:')) localStorage.removeItem(key); } catch { /* nothing may be stored here, so nothing is */ }
});

wireConfirmations();
wireCountdowns();
wireUploads();
onEvery('[data-toast]', (element) => { toast(element.dataset.toast, element.dataset.tone ?? 'is-ok'); element.remove(); });
onEvery('select[data-autosubmit]', (element) => element.addEventListener('change', () => element.form.requestSubmit()));
onEvery('[data-check-all]', (all) => all.addEventListener('change', () => {
  document.querySelectorAll(all.dataset.checkAll).forEach((box) => { box.checked = all.checked; box.dispatchEvent(new Event('change', { bubbles: true })); });
}));
if (document.querySelector('[x-data]')) import('@alpinejs/csp').then(({ default: Alpine }) => { window.Alpine = Alpine; Alpine.start(); });

Object.assign(window, { smallworks: { ask, toast } });
