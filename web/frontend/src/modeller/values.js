// A parameter's expression as a person fills it in: a text, a number, yes or no, a variable; anything else stays an expression.
import { say } from '../lib/words.js';

const TEXT = /^(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")$/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const VARIABLE = /^[A-Za-z_]\w*(?:\[(?:"[^"\]]+"|'[^'\]]+')\])*$/;
const ESCAPES = { n: '\n', t: '\t' };
const WORDS = new Set(['True', 'False', 'None']);

/** Where a value comes from, in the order of the chooser. */
export const KINDS = { fixed: say('固定值'), variable: say('取变量'), expression: say('表达式') };

const unescaped = (text) => text.replace(/\\(.)/g, (_, sign) => ESCAPES[sign] ?? sign);

/** The text of a literal, or null when the expression is none. */
export function literalText(expression) {
  const found = TEXT.exec(expression.trim());
  return found ? unescaped(found[1] ?? found[2]) : null;
}

export const quoted = (text) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n')}'`;

export const isVariable = (expression) => VARIABLE.test(expression.trim()) && !WORDS.has(expression.trim());

/** `{kind, value}`: a fixed value by its own words (a text without its quotes), a variable, or an expression as it stands. */
export function readValue(expression, type = 'str') {
  const given = (expression ?? '').trim();
  if (!given) return { kind: 'fixed', value: '' };
  const text = literalText(given);
  // a text that looks like a number, given to a number, is a mistake that must be seen as it is
  if (text !== null) return type === 'int' || type === 'bool' ? { kind: 'expression', value: given } : { kind: 'fixed', value: text };
  if (type === 'bool' && (given === 'True' || given === 'False')) return { kind: 'fixed', value: given };
  if (['int', 'float'].includes(type) && NUMBER.test(given)) return { kind: 'fixed', value: given };
  if (isVariable(given)) return { kind: 'variable', value: given };
  return { kind: 'expression', value: given };
}

/** The expression for what was filled in; an empty one stays empty. */
export function writeValue({ kind, value }, type = 'str') {
  if (kind !== 'fixed') return value.trim();
  if (value === '') return '';
  return ['int', 'float', 'bool'].includes(type) ? value.trim() : quoted(value);
}

/** What is wrong with a fixed value, in words, or nothing. */
export function valueProblem({ kind, value }, type, required) {
  if (required && !value.trim()) return say('必须填写。');
  if (kind !== 'fixed' || !value) return '';
  if (type === 'int' && !/^-?\d+$/.test(value.trim())) return say('请填写整数。');
  return '';
}

/** Types whose fixed value can be typed; lists and tables come from variables. */
export const canBeFixed = (type) => ['str', 'int', 'float', 'bool', 'Any'].includes(type);
