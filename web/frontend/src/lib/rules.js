// The rule of each kind of field: the same order, limits and words as processes/forms/fields.py and numbers.py.
import { creditCodeProblem } from './credit_code.js';
import * as messages from './messages.js';
import { filled } from './messages.js';
import { MAX_FEN, formatFen } from './money.js';
import { say } from './words.js';

export const MAX_TEXT = 1_000;
export const MAX_LONG_TEXT = 20_000;
export const MAX_FILES = 20;
export const MAX_ROWS = 300;
const MAX_OPTIONS = 500;
const MAX_WORKING_DAYS = 250;

const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}$/;
const PHONE = /^\+?[0-9][0-9 -]{5,18}[0-9]$/;
const MOBILE = /^1[3-9]\d{9}$/;
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\p{Surrogate}/u;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2})(?:Z|[+-](\d{2}):(\d{2}))?$/;
const CHOICES = ['radio', 'select'];
const MULTIPLE_CHOICES = ['checklist', 'taglist'];
const REQUIRED = { checkbox: messages.REQUIRED_TICK, filepicker: messages.REQUIRED_FILE, draw_secret: messages.MISSING_SHARE };

export const checksOf = (component) => String(component.properties?.check ?? '').split(/\s+/).filter(Boolean);
export const kindOf = (component) => ['draw_secret', 'money'].find((name) => checksOf(component).includes(name)) ?? component.type;
export const isEmpty = (value) => value == null || value === '' || (Array.isArray(value) && !value.length);
const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);
const isEqual = (one, other) => typeof one === typeof other && one === other;

/**
 * What is wrong with a value, or null. `field` is `{component, setting(name), data, evaluate(expression), today, calendar: {from, until, off}}`.
 */
export function fieldProblem(field, value) {
  const kind = kindOf(field.component);
  if (isEmpty(value) || (kind === 'checkbox' && value === false)) return field.setting('required') === true ? missing(kind) : null;
  return RULES[kind]?.(field, value) ?? namedProblem(field.component, value) ?? workingDayProblem(field, value);
}

function missing(kind) {
  return [...CHOICES, ...MULTIPLE_CHOICES].includes(kind) ? messages.REQUIRED_CHOICE : REQUIRED[kind] ?? messages.REQUIRED;
}

function namedProblem(component, value) {
  if (typeof value !== 'string') return null;
  const checks = { uscc: creditCodeProblem, mobile: (text) => (MOBILE.test(text) ? null : messages.MOBILE) };
  for (const name of checksOf(component)) {
    const problem = checks[name]?.(value); // other names are the server's alone: their answer lies in its database
    if (problem) return problem;
  }
  return null;
}

/** Days by the calendar that the page was given; a day it does not know is the server's to judge. */
function workingDayProblem({ component, today, calendar }, value) {
  const count = workingDaysOf(component);
  const mustWork = checksOf(component).includes('working_day');
  if (component.type !== 'datetime' || !(count || mustWork) || !calendar?.until || !today) return null;
  const day = String(value).slice(0, 10);
  if (!DATE.test(day)) return null;
  const off = new Set(calendar.off);
  const earliest = count ? laterWorkingDay(today, count, calendar.until, off) : day;
  if (earliest === null) return null;
  if (day < earliest) return filled(messages.TOO_EARLY, earliest);
  return mustWork && day >= calendar.from && off.has(day) ? filled(messages.NOT_WORKED, day) : null;
}

const workingDaysOf = ({ properties }) => {
  const given = String(properties?.working_days ?? '');
  return /^[1-9]\d{0,2}$/.test(given) && Number(given) <= MAX_WORKING_DAYS ? Number(given) : null;
};

function laterWorkingDay(start, count, until, off) {
  const day = new Date(`${start}T00:00:00Z`);
  for (let left = count; left;) {
    day.setUTCDate(day.getUTCDate() + 1);
    const text = day.toISOString().slice(0, 10);
    if (text > until) return null;
    if (!off.has(text)) left -= 1;
  }
  return day.toISOString().slice(0, 10);
}

function text(field, value) {
  if (typeof value !== 'string') return messages.WRONG_KIND;
  if (CONTROL.test(value)) return messages.CONTROL_CHARACTERS;
  return lengthProblem(field, value) ?? shapeProblem(field, value);
}

function lengthProblem(field, value) {
  const ceiling = field.component.type === 'textarea' ? MAX_LONG_TEXT : MAX_TEXT;
  const [shortest, longest] = [field.setting('minLength'), field.setting('maxLength')];
  const { length } = value.trim();
  if (value.length > ceiling) return filled(messages.TOO_LONG, ceiling);
  if (isNumber(shortest) && length < shortest) return filled(messages.TOO_SHORT, Math.trunc(shortest));
  return isNumber(longest) && length > longest ? filled(messages.TOO_LONG, Math.trunc(longest)) : null;
}

function shapeProblem(field, value) {
  const [pattern, kind] = [field.setting('pattern'), field.setting('validationType')];
  if (pattern && !fits(pattern, value)) return field.setting('patternErrorMessage') || messages.PATTERN;
  if (kind === 'email' && !EMAIL.test(value)) return messages.EMAIL;
  return kind === 'phone' && !PHONE.test(value) ? messages.PHONE : null;
}

function fits(pattern, value) {
  try {
    return [...value].length <= MAX_TEXT && new RegExp(pattern, 'u').test(value);
  } catch {
    return false;
  }
}

function decimalPlaces(number) {
  const [digits, exponent = '0'] = String(number).toLowerCase().split('e');
  return Math.max((digits.split('.')[1]?.replace(/0+$/, '').length ?? 0) - Number(exponent), 0);
}

function isMultiple(number, step) {
  const places = Math.min(Math.max(decimalPlaces(number), decimalPlaces(step)), 100);
  const whole = (value) => BigInt(Number(value).toFixed(places).replace('.', ''));
  return whole(number) % whole(step) === 0n;
}

function number(field, value) {
  const { serializeToString, decimalDigits, increment } = field.component;
  const size = typeof value === 'string' && serializeToString && value.trim() === value ? Number(value) : value;
  if (!isNumber(size)) return messages.NOT_A_NUMBER;
  if (Math.abs(size) > Number.MAX_SAFE_INTEGER) return messages.TOO_LARGE;
  if (decimalDigits != null && decimalPlaces(size) > decimalDigits) return decimalDigits ? filled(messages.DECIMALS, decimalDigits) : messages.WHOLE_NUMBER;
  if (increment && !isMultiple(size, increment)) return filled(messages.STEP, increment);
  const [low, high] = [field.setting('min'), field.setting('max')];
  if (isNumber(low) && size < low) return filled(messages.MINIMUM, low);
  return isNumber(high) && size > high ? filled(messages.MAXIMUM, high) : null;
}

function money(field, value) {
  if (!Number.isInteger(value) || value < 0 || value > MAX_FEN) return messages.MONEY;
  const [low, high] = [field.setting('min'), field.setting('max')];
  if (isNumber(low) && value < low) return filled(messages.MONEY_MINIMUM, formatFen(Math.trunc(low)));
  return isNumber(high) && value > high ? filled(messages.MONEY_MAXIMUM, formatFen(Math.trunc(high))) : null;
}

function optionsOf({ component, data, evaluate }) {
  let listed = component.values;
  if (component.valuesKey) listed = component.valuesKey.split('.').reduce((values, name) => values?.[name], data);
  else if (component.valuesExpression) listed = evaluate(component.valuesExpression);
  return (Array.isArray(listed) ? listed.slice(0, MAX_OPTIONS) : []).map((one) => (one !== null && typeof one === 'object' ? one.value : one));
}

const choice = (field, value) => (optionsOf(field).some((option) => isEqual(option, value)) ? null : messages.OPTION);

function choices(field, value) {
  if (!Array.isArray(value)) return messages.WRONG_KIND;
  const options = optionsOf(field);
  const known = value.every((one) => options.some((option) => isEqual(option, one)));
  return known && new Set(value.map(String)).size === value.length ? null : messages.OPTION;
}

function isDay(value) {
  const found = typeof value === 'string' && DATE.exec(value);
  if (!found || found[1] === '0000') return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

function isTime(value) {
  const found = typeof value === 'string' && TIME.exec(value);
  return Boolean(found) && found[1] < '24' && found[2] < '60' && (found[3] ?? '00') < '24' && (found[4] ?? '00') < '60';
}

function moment(field, value) {
  const { subtype, disallowPassedDates, notBeforeToday } = field.component;
  if (subtype === 'time') return isTime(value) ? null : messages.TIME;
  const [day, clock] = typeof value === 'string' ? [value.slice(0, 10), value.slice(10)] : ['', ''];
  const sound = subtype === 'date' ? isDay(value) : isDay(day) && clock.startsWith('T') && isTime(clock.slice(1));
  if (!sound) return subtype === 'date' ? messages.DATE : messages.DATE_TIME;
  return (disallowPassedDates || notBeforeToday) && field.today && day < field.today ? filled(messages.PAST_DATE, field.today) : null;
}

/** The file endings a field takes, in lower case; none means any. */
export const acceptedEndings = ({ accept }) => String(accept ?? '').split(',').map((part) => part.trim().toLowerCase()).filter((part) => part.startsWith('.'));

function files({ component }, value) {
  if (!Array.isArray(value)) return messages.WRONG_KIND;
  if (value.length > 1 && component.multiple !== true) return messages.ONE_FILE;
  if (value.length > MAX_FILES) return filled(messages.TOO_MANY_FILES, MAX_FILES);
  if (!value.every((one) => typeof one?.id === 'string')) return messages.FILE_GONE;
  const endings = acceptedEndings(component);
  const wrong = endings.length && !value.every(({ name }) => endings.some((ending) => String(name).toLowerCase().endsWith(ending)));
  return wrong ? filled(messages.FILE_KIND, endings.join(say('、'))) : null;
}

const tick = (_, value) => (typeof value === 'boolean' ? null : messages.WRONG_KIND);
const secret = (_, value) => (/^[0-9a-f]{64}$/.test(value?.commit) && typeof value.envelope === 'object' ? null : messages.MISSING_SHARE);

const RULES = {
  textfield: text, textarea: text, number, money, checkbox: tick, radio: choice, select: choice, checklist: choices, taglist: choices,
  datetime: moment, filepicker: files, draw_secret: secret,
};
