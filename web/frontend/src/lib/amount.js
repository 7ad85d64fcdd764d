// An amount as people type it, read and judged in the page alone: what is wrong is told before anything is sealed.
import { formatFen, parseYuan } from './money.js';
import { say } from './words.js';

const HUNDREDTH = 100; // under a hundredth of the ceiling somebody has most likely counted in 万元
const FEN_IN_WAN = 1_000_000;
const WAN = /^(\d{1,9}(?:\.\d{1,6})?)万元?$/;

/** The text without what input methods and habit put around figures: full-width digits, spaces, ¥, 元. */
const plain = (text) => text.normalize('NFKC').replaceAll('。', '.').replaceAll('、', ',').replace(/\s/g, '').replace(/^[¥￥]/, '').replace(/(?<!万)元$/, '');

/** What is wrong with the text as an amount between nothing and the ceiling; an empty text when nothing is. */
function faultOf(text, fen, limit, name) {
  const wan = WAN.exec(text);
  const yuan = wan && formatFen(Math.round(Number(wan[1]) * FEN_IN_WAN));
  const ceiling = formatFen(limit);
  if (wan) return say('请以元为单位填写：{text}应填 {yuan}。', { text, yuan });
  if (/^[-−]/.test(text)) return say('{name}不能是负数，请改为大于零的金额。', { name });
  if (/^[\d,]*\.\d{3,}$/.test(text)) return say('最多两位小数（到分），请缩短小数部分。');
  if (fen === null) return say('金额写法不对，请填写以元为单位的数字，最多两位小数，如 386400.00。');
  if (fen === 0) return say('{name}必须大于零，请重新填写。', { name });
  if (fen > limit) return say('{name}不能高于最高限价 {ceiling}，请改小。', { name, ceiling });
  return '';
}

/** `{fen, fault, warning}` of what was typed; `fen` is null unless it may be sealed. */
export function readAmount(typed, { ceiling, name }) {
  const text = plain(typed);
  if (!text) return { fen: null, fault: say('请填写{name}。', { name }), warning: '' };
  const fen = parseYuan(text);
  const fault = faultOf(text, fen, ceiling, name);
  if (fault) return { fen: null, fault, warning: '' };
  const small = fen * HUNDREDTH < ceiling;
  const warning = small ? say('不到最高限价的百分之一：单位是元，不是万元，请核对。') : '';
  return { fen, fault: '', warning };
}
