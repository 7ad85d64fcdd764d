// Unified social credit codes as GB 32100-2015 says; the same sentences as models/credit_code.py.

const LENGTH = 18;
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const NEVER_USED = 'IOSVZ';
const DEPARTMENTS = {
  1: ['机构编制', '1239'], 2: ['外交', '19'], 3: ['司法行政', '123459'], 4: ['文化', '19'], 5: ['民政', '12349'], 6: ['旅游', '129'],
  7: ['宗教', '129'], 8: ['工会', '19'], 9: ['市场监管', '1239'], A: ['中央军委改革和编制办公室', '19'],
  N: ['农业农村（农村集体经济组织）', '1239'], Y: ['其他', '1'],
};

/** Why a text is no credit code and what to do, or null. */
export const creditCodeProblem = (code) => alphabetProblem(code) ?? structureProblem(code) ?? checkProblem(code);

function alphabetProblem(code) {
  const signs = [...code];
  if (signs.length !== LENGTH) return `统一社会信用代码须为${LENGTH}位，现有${signs.length}位，请核对后补全。`;
  const wrong = signs.find((sign) => !ALPHABET.includes(sign));
  if (wrong === undefined) return null;
  if (NEVER_USED.includes(wrong)) return `统一社会信用代码不使用字母${wrong}，请核对是否为形近的数字。`;
  return '统一社会信用代码只含数字和大写字母，请去掉空格和其他符号。';
}

function structureProblem(code) {
  const department = DEPARTMENTS[code[0]];
  if (!department) return '统一社会信用代码第1位不是登记管理部门代码，请核对第1位。';
  const [name, kinds] = department;
  if (!kinds.includes(code[1])) return `统一社会信用代码第2位不是${name}部门登记的机构类别，请核对第2位。`;
  return /^\d{6}$/.test(code.slice(2, 8)) ? null : '统一社会信用代码第3至8位须为6位行政区划数字，请核对。';
}

function checkProblem(code) {
  let [total, weight] = [0, 1];
  for (const sign of code.slice(0, -1)) {
    total += ALPHABET.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (total % 31)) % 31] === code.at(-1) ? null : '统一社会信用代码校验位不对，请对照证照逐位核对。';
}
