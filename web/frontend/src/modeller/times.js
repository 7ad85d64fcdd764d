// Moments and spans in words ⇄ the expression that the engine runs.
import { say } from '../lib/words.js';
import { isVariable, literalText } from './values.js';

const SPAN = /^P(?:(\d+)W|(\d+)D|T(?:(\d+)H|(\d+)M|(\d+)S))$/;
const SPAN_UNITS = ['week', 'day', 'hour', 'minute', 'second'];
const SPAN_WRITTEN = { week: (n) => `P${n}W`, day: (n) => `P${n}D`, hour: (n) => `PT${n}H`, minute: (n) => `PT${n}M`, second: (n) => `PT${n}S` };
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?\+08:00$/; // other zones stay expressions: the field speaks Beijing time
const RULE = /^deadline\(\s*(?:"([^"]+)"|'([^']+)')\s*\)$/;
const WORKING_DAYS = /^working_days_after\(\s*(.+?)\s*,\s*(?:(\d+)|rule\(\s*(?:"([^"]+)"|'([^']+)')\s*\))\s*\)$/;
const NOW = 'now()';

export const UNITS = { minute: say('分钟'), hour: say('小时'), day: say('天（日历天）'), week: say('周'), second: say('秒') };
/** Ways to say when, in the order of the chooser; `duration` belongs to timers that count, the others name a moment. */
export const WAYS = { working_days: say('若干工作日后'), rule: say('按县区规则的期限'), moment: say('到某一时刻（变量）'), span: say('过一段时间'), fixed: say('固定时刻'), expression: say('表达式') };

/** `{way, …}` of an expression; an empty one is `{way: ''}`. */
export function readTime(expression) {
  const given = (expression ?? '').trim();
  if (!given) return { way: '' };
  return spanOf(given) ?? fixedOf(given) ?? ruleOf(given) ?? workingDaysOf(given) ?? (isVariable(given) ? { way: 'moment', variable: given } : { way: 'expression', text: given });
}

function spanOf(given) {
  const found = SPAN.exec(literalText(given) ?? '');
  const place = found ? found.slice(1).findIndex((count) => count !== undefined) : -1;
  return place < 0 ? null : { way: 'span', count: found[place + 1], unit: SPAN_UNITS[place] };
}

function fixedOf(given) {
  const text = literalText(given);
  return text !== null && MOMENT.test(text) ? { way: 'fixed', moment: text } : null;
}

function ruleOf(given) {
  const found = RULE.exec(given);
  return found && { way: 'rule', rule: found[1] ?? found[2] };
}

function workingDaysOf(given) {
  const found = WORKING_DAYS.exec(given);
  if (!found || (found[1] !== NOW && !isVariable(found[1]))) return null;
  return { way: 'working_days', from: found[1] === NOW ? '' : found[1], count: found[2] ?? '', rule: found[3] ?? found[4] ?? '' };
}

/** The expression for a time; empty while something is missing. */
export function writeTime(time) {
  const write = WRITTEN[time.way];
  return write ? write(time) : '';
}

const WRITTEN = {
  working_days: ({ from, count, rule }) => {
    const days = rule ? `rule("${rule}")` : count;
    return days ? `working_days_after(${from || NOW}, ${days})` : '';
  },
  rule: ({ rule }) => (rule ? `deadline("${rule}")` : ''),
  moment: ({ variable }) => variable?.trim() ?? '',
  span: ({ count, unit }) => (count ? `"${SPAN_WRITTEN[unit](count)}"` : ''),
  fixed: ({ moment }) => (moment ? `"${moment}"` : ''),
  expression: ({ text }) => text?.trim() ?? '',
};

/** The same in a sentence; `ruleTitle` and `variableTitle` give the words for names. */
export function timeInWords(expression, { ruleTitle = (key) => key, variableTitle = (name) => name } = {}) {
  const time = readTime(expression);
  const said = SAID[time.way];
  return said ? said(time, ruleTitle, variableTitle) : '';
}

const SAID = {
  working_days: ({ from, count, rule }, ruleTitle, variableTitle) => {
    const days = rule ? say('按“{rule}”的工作日数后', { rule: ruleTitle(rule) }) : say('{count}个工作日后', { count });
    return from ? say('“{moment}”起{days}', { moment: variableTitle(from), days }) : days;
  },
  rule: ({ rule }, ruleTitle) => say('按“{rule}”', { rule: ruleTitle(rule) }),
  moment: ({ variable }, _, variableTitle) => say('到“{moment}”的时刻', { moment: variableTitle(variable) }),
  span: ({ count, unit }) => say('{count}{unit}后', { count, unit: unit === 'day' ? say('天') : UNITS[unit] }),
  fixed: ({ moment }) => `${moment.slice(0, 16).replace('T', ' ')}`,
  expression: ({ text }) => text,
};

/** Which timer definition holds a time: what counts is a duration, what names a moment a date. */
export const definitionOf = (way, expression = '') => {
  if (way === 'span') return 'timeDuration';
  return way === 'expression' && /^["']R\d*\//.test(expression.trim()) ? 'timeCycle' : 'timeDate';
};
