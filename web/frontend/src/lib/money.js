// Money is whole fen; the same readings and writings as models/money.py.

export const MAX_FEN = 999_999_999_999 * 100 + 99;
const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const PLACES = ['', '拾', '佰', '仟'];
const SECTIONS = ['', '万', '亿'];
const YUAN = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/;

/** `¥ 123,456.00` with a no-break space. */
export function formatFen(fen) {
  const size = Math.abs(fen);
  return `${fen < 0 ? '-' : ''}¥\u00a0${yuanText(size)}`;
}

/** `123,456.00`, as it stands in a field. */
export function yuanText(fen) {
  const yuan = String(Math.floor(fen / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${yuan}.${String(fen % 100).padStart(2, '0')}`;
}

/** The fen of a typed amount, or null when it is none. */
export function parseYuan(text) {
  const plain = text.replaceAll('\u00a0', ' ').trim().replace(/^¥/, '').trim();
  const found = YUAN.exec(plain);
  if (!found) return null;
  const whole = found[1].replaceAll(',', '');
  const fen = whole.length <= String(MAX_FEN).length ? Number(whole) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : -1;
  return fen >= 0 && fen <= MAX_FEN ? fen : null;
}

/** 人民币壹拾捌万叁仟陆佰元整. */
export function inCapitals(fen) {
  const [yuan, jiao, cents] = [Math.floor(fen / 100), Math.floor(fen / 10) % 10, fen % 10];
  const whole = yuan || !(jiao || cents) ? `${wholeNumber(yuan)}元` : '';
  return `人民币${whole}${belowOneYuan(jiao, cents, Boolean(yuan))}`;
}

function belowOneYuan(jiao, cents, afterYuan) {
  if (!jiao && !cents) return '整';
  if (!jiao) return `${afterYuan ? '零' : ''}${DIGITS[cents]}分`;
  return `${DIGITS[jiao]}角${cents ? `${DIGITS[cents]}分` : '整'}`;
}

function wholeNumber(number) {
  if (!number) return DIGITS[0];
  let [words, gap] = ['', false];
  for (const power of [2, 1, 0]) {
    const part = Math.floor(number / 10_000 ** power) % 10_000;
    if (!part) { gap = words !== ''; continue; }
    if (words && (gap || part < 1000)) words += DIGITS[0];
    words += section(part) + SECTIONS[power];
    gap = false;
  }
  return words;
}

function section(part) {
  let [words, gap] = ['', false];
  for (const power of [3, 2, 1, 0]) {
    const digit = Math.floor(part / 10 ** power) % 10;
    if (!digit) { gap = words !== ''; continue; }
    words += (gap ? DIGITS[0] : '') + DIGITS[digit] + PLACES[power];
    gap = false;
  }
  return words;
}
