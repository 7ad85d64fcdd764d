// Strict JSON in, one byte form out (RFC 8785 without floats). JSON.parse would let floats and keys given twice pass.
import { utf8 } from './bytes.js';
import { Refused, require } from './reasons.js';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 12;
const ESCAPES = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function canonicalText(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null) return 'null';
  if (Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value === 'object') {
    const pairs = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`);
    return `{${pairs.join(',')}}`;
  }
  throw new TypeError(`no canonical form: ${typeof value}`);
}

/** The JCS bytes of integers, strings, lists, objects and null; nothing else has any. */
export const canonical = (value) => utf8(canonicalText(value));

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
  }

  skip() {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at += 1;
  }

  take(mark) {
    require(this.text[this.at] === mark, 'file_not_json');
    this.at += 1;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found?.[0];
  }

  value() {
    this.skip();
    const mark = this.text[this.at];
    if (mark === '{') return this.nested(() => this.object());
    if (mark === '[') return this.nested(() => this.list());
    if (mark === '"') return this.string();
    return this.plain();
  }

  nested(read) {
    this.depth += 1;
    require(this.depth <= MAX_DEPTH, 'file_too_deep');
    this.at += 1;
    this.skip();
    const value = read();
    this.depth -= 1;
    return value;
  }

  /** Whether the list or object goes on after an item; `end` closes it. */
  goesOn(end) {
    this.skip();
    if (this.text[this.at] === end) {
      this.at += 1;
      return false;
    }
    this.take(',');
    this.skip();
    return true;
  }

  object() {
    const found = Object.create(null);
    if (this.text[this.at] === '}') {
      this.at += 1;
      return found;
    }
    do {
      const key = this.string();
      this.skip();
      this.take(':');
      const value = this.value();
      require(!(key in found), 'file_duplicate_key');
      found[key] = value;
    } while (this.goesOn('}'));
    return found;
  }

  list() {
    const found = [];
    if (this.text[this.at] === ']') {
      this.at += 1;
      return found;
    }
    do found.push(this.value()); while (this.goesOn(']'));
    return found;
  }

  string() {
    this.take('"');
    let found = '';
    for (;;) {
      found += this.match(/[^"\\\u0000-\u001f]+/gy) ?? '';
      const mark = this.text[this.at];
      this.at += 1;
      if (mark === '"') return found;
      require(mark === '\\', 'file_not_json');
      found += this.escape();
    }
  }

  escape() {
    const mark = this.text[this.at];
    this.at += 1;
    if (mark !== 'u') {
      require(Object.hasOwn(ESCAPES, mark ?? ''), 'file_not_json');
      return ESCAPES[mark];
    }
    const digits = this.match(/[0-9a-fA-F]{4}/gy);
    require(digits, 'file_not_json');
    return String.fromCharCode(parseInt(digits, 16));
  }

  plain() {
    const word = this.match(/true|false|null/gy);
    if (word) return { true: true, false: false, null: null }[word];
    require(!this.match(/-?Infinity|NaN/gy), 'file_number');
    const number = this.match(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/gy);
    require(number, 'file_not_json');
    const whole = /^-?[0-9]+$/.test(number) && number !== '-0' && Number.isSafeInteger(Number(number));
    require(whole, 'file_number');
    return Number(number);
  }
}

function decode(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused('file_not_utf8');
  }
}

const isWellFormed = (value) => {
  if (typeof value === 'string') return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value);
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([key, held]) => isWellFormed(key) && isWellFormed(held));
};

/** Reads JSON strictly: no floats, no key twice, bounded in size and depth. */
export function parse(bytes) {
  require(bytes.length <= MAX_BYTES, 'file_too_large');
  const reader = new Reader(decode(bytes));
  const value = reader.value();
  reader.skip();
  require(reader.at === reader.text.length, 'file_not_json');
  require(isWellFormed(value), 'file_text');
  return value;
}
