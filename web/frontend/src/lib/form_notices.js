// What stands above a form when it was not accepted: the list of faults, or why the step could not be taken.
import { icon, make } from './dom.js';
import { say } from './words.js';

/** `faults` are `{text, target}`; each with a target is a link that puts the cursor there. */
export function errorSummary(faults) {
  const items = faults.map(({ text, target }) => {
    if (!target) return make('li', {}, text);
    const link = make('a', { href: `#${target.id}` }, text);
    link.addEventListener('click', (event) => { event.preventDefault(); focusOn(target); });
    return make('li', {}, link);
  });
  return make('div', { class: 'sw-errors mb-3', role: 'alert', tabindex: '-1' },
    make('h2', {}, icon('exclamation-circle'), ' ', say('还有{count}处需要改正，改正后再提交', { count: faults.length })), make('ul', {}, ...items));
}

export function focusOn(target) {
  target.scrollIntoView({ block: 'center' });
  target.focus({ preventScroll: true });
}

const FACTS = { title: say('待办'), who: say('办结人'), by: say('办结人'), at: say('办结时间'), outcome: say('结论') };

/** Somebody was first: who, when, what; what was typed stays in the form below. */
export function conflictCard({ code, message, details = {} }, typed) {
  const facts = Object.entries(FACTS).filter(([name]) => typeof details[name] === 'string');
  return make('section', { class: 'sw-card sw-stop is-warn mb-3', role: 'alert', tabindex: '-1', 'aria-label': say('没有提交') },
    make('span', { class: 'sw-stop-icon' }, icon('people')),
    make('div', {},
      make('h2', {}, message ?? say('该事项状态已变化')),
      make('p', { class: 'mt-2 mb-3' }, say('您的这一次没有生效，也没有重复办理。您填写的内容还在本页，可以查看和复制。')),
      facts.length ? make('dl', { class: 'sw-facts mb-3' }, ...facts.map(([name, label]) => make('div', { class: 'is-full' }, make('dt', {}, label), make('dd', {}, details[name])))) : null,
      make('div', { class: 'sw-tools mb-3' }, make('a', { class: 'btn btn-primary', href: '/inbox' }, icon('inbox'), say('回到待办'))),
      make('details', { class: 'mb-3' }, make('summary', {}, say('查看填写的内容')), make('div', { class: 'sw-effects mt-2' }, ...typed.map((line) => make('div', {}, line)))),
      make('p', { class: 'sw-quiet mb-0' }, say('错误编号 409-{code}', { code: String(code ?? 'conflict').replaceAll('_', '-') }))));
}

export function banner(text, tone = 'is-late', link = null) {
  return make('div', { class: `sw-banner ${tone}`, role: 'alert', tabindex: '-1' }, icon('exclamation-triangle'), make('p', {}, text), link && make('a', { class: 'btn btn-sm btn-outline-secondary', href: link.href, target: '_blank', rel: 'noopener' }, link.text));
}
