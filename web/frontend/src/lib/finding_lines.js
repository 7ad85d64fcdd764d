// What the check found in the file one edits: how many errors and warnings, then each with what to do.
import { icon, make } from './dom.js';
import { say } from './words.js';

const ERROR = ['is-late', 'x-circle-fill'];
const WARNING = ['is-warn', 'exclamation-triangle-fill'];

/** One finding; `where` (nodes and texts) stands before what it says. */
export function findingLine({ level, message }, ...where) {
  const [tone, sign] = level === 'error' ? ERROR : WARNING;
  return make('div', { class: `sw-find ${tone}` }, icon(sign), make('span', {}, ...where, message));
}

/** Fills the card of findings; `line` draws one. */
export const showFindings = (place, findings, line = (one) => findingLine(one)) => place.replaceChildren(summary(findings), ...findings.map(line));

function summary(findings) {
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.length - errors;
  const state = (tone, sign, words) => make('span', { class: `sw-status ${tone}` }, icon(sign), words);
  return make('div', { class: 'sw-card-head' }, make('h2', {}, say('检查')),
    errors ? state('is-late', 'x-circle', say('{count}处错误', { count: errors })) : state('is-ok', 'check-circle', say('没有错误')),
    warnings ? state('is-warn', 'exclamation-triangle', say('{count}处提示', { count: warnings })) : null,
    make('span', { class: 'sw-quiet ms-auto' }, say('有错误时不能提交发布')));
}
