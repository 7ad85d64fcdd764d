// Unified social credit codes as GB 32100-2015 says; the same sentences as models/credit_code.py.
import { say } from './words.js';

const LENGTH = 18;
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const NEVER_USED = 'IOSVZ';
const DEPARTMENTS = {
  1: [say('机构编制'), '1239'], 2: [say('外交'), '19'], 3: [say('司法行政'), '123459'], 4: [say('文化'), '19'], 5: [say('民政'), '12349'], 6: [say('旅游'), '129'],
  7: [say('宗教'), '129'], 8: [say('工会'), '19'], 9: [say('市场监管'), '1239'], A: [say('中央军委改革和编制办公室'), '19'],
  N: [say('农业农村（农村集体经济组织）'), '1239'], Y: [say('其他'), '1'],
};

/** Why a text is no credit code and what to do, or null. */
export const creditCodeProblem = (code) => alphabetProblem(code) ?? structureProblem(code) ?? checkProblem(code);

function alphabetProblem(code) {
  const signs = [...code];
  if (signs.length !== LENGTH) return say('统一社会信用代码须为{limit}位，现有{count}位，请核对后补全。', { limit: LENGTH, count: signs.length });
  const wrong = signs.find((sign) => !ALPHABET.includes(sign));
  if (wrong === undefined) return null;
  if (NEVER_USED.includes(wrong)) return say('统一社会信用代码不使用字母{wrong}，请核对是否为形近的数字。', { wrong });
  return say('统一社会信用代码只含数字和大写字母，请去掉空格和其他符号。');
}

function structureProblem(code) {
  const department = DEPARTMENTS[code[0]];
  if (!department) return say('统一社会信用代码第1位不是登记管理部门代码，请核对第1位。');
  const [name, kinds] = department;
  if (!kinds.includes(code[1])) return say('统一社会信用代码第2位不是{name}部门登记的机构类别，请核对第2位。', { name });
  return /^\d{6}$/.test(code.slice(2, 8)) ? null : say('统一社会信用代码第3至8位须为6位行政区划数字，请核对。');
}

function checkProblem(code) {
  let [total, weight] = [0, 1];
  for (const sign of code.slice(0, -1)) {
    total += ALPHABET.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (total % 31)) % 31] === code.at(-1) ? null : say('统一社会信用代码校验位不对，请对照证照逐位核对。');
}
