// Stable codes for programs, one sentence for people: the same table as the offline verifier's.
import { say } from '../lib/words.js';

export const REASONS = {
  file_unreadable: say('文件打不开，请检查文件名和读取权限后重试。'),
  file_too_large: say('文件超过16 MB，不是本平台的证明文件，请从结果页重新下载。'),
  file_not_utf8: say('文件不是UTF-8编码，可能在传输中损坏，请从结果页重新下载。'),
  file_not_json: say('文件不是完整的JSON，可能在传输中损坏，请从结果页重新下载。'),
  file_too_deep: say('文件嵌套过深，不是本平台的证明文件，请从结果页重新下载。'),
  file_duplicate_key: say('文件里同一个字段出现两次，内容含糊，不予采信。'),
  file_number: say('文件里有小数或超范围的数，证明文件只用整数，不予采信。'),
  file_text: say('文件里有不成字的字符，不予采信。'),
  proof_shape: say('证明文件缺少字段、字段不对或多出字段，请从结果页重新下载。'),
  plan_shape: say('选取计划缺少字段、字段不对或多出字段，请从结果页重新下载。'),
  plan_v: say('证明文件的版本不认识，请下载新版核验程序。'),
  plan_alg: say('杂凑算法不认识，只支持SHA-256和SM3。'),
  plan_rule: say('选取规则不认识，只支持rank-hmac。'),
  plan_pick: say('计划抽取的家数不是1，不符合规则。'),
  plan_beacon: say('公共随机数的种类不认识或写法不对。'),
  plan_commits: say('计划里的承诺没有按角色排序、有重复或写法不对。'),
  plan_hash: say('这份计划不是公告公布的那一份：计划指纹不一致。'),
  contributors: say('出具随机数的各方与计划里的不一致或次序不对。'),
  secret_shape: say('随机数不是32个字节。'),
  secret_commit: say('公开的随机数与公告前的承诺不符。'),
  secret_empty: say('随机数缺失，而证明里没有足以认定它无法开启的密封件和全部份额。'),
  ticket_shape: say('票的写法不对：票号应为32位小写十六进制，企业信息或其指纹须完整。'),
  ticket_order: say('票没有按票号从小到大排列，或有重复的票号。'),
  org_twice: say('同一家企业在名单中出现两次。'),
  list_count: say('名单的票数与实际不符。'),
  list_root: say('名单指纹不一致：名单在冻结之后被改动过。'),
  too_few: say('票数少于计划规定的最少家数，不能抽取。'),
  beacon_value: say('公共随机数的长度与计划规定的不符。'),
  ranking: say('排序与重新计算的不一致。'),
  winner: say('中选的票不是排序第一的票。'),
  winner_hidden: say('中选的票没有公开企业和盲值，无法核对中选企业。'),
  platform_path: say('平台随机数不在公布的清单之中，或清单路径写法不对。'),
  opening_shape: say('开启记录缺少字段、字段不对或多出字段，请从结果页重新下载。'),
  opening_v: say('开启记录的版本不认识，请下载新版核验程序。'),
  opening_ceiling: say('最高限价不是大于零的整数（单位：分）。'),
  opening_rule: say('对低于最低限价的报价如何处理，写法不认识。'),
  opening_time: say('竞价截止时间的写法不对。'),
  floor_envelope: say('最低限价的密封件不完整，或不是这个项目的。'),
  floor_commit: say('这份最低限价不是公告公布的那一份：最低限价指纹不一致。'),
  floor_released: say('最低限价的份额与密封件不符，或没有凑够两份。'),
  floor_val: say('公开的最低限价与密封件里的不一致。'),
  bid_envelope: say('报价的密封件不完整，或不是这个项目的。'),
  bid_order: say('报价没有按票号和指纹从小到大排列，或有重复。'),
  bid_released: say('报价的份额与密封件不符，或没有凑够两份。'),
  bid_val: say('公开的报价与密封件里的不一致。'),
  bid_invalid: say('报价是否有效、为什么无效，与按规则判断的不一致。'),
  envelope_root: say('报价名单指纹与公开日志不一致：截止之后有增减或替换。'),
  settled_price: say('成交价与按规则重新计算的不一致。'),
  settled_tied: say('报出最低有效价的票与重新计算的不一致。'),
  opening_hash: say('这份开启记录不是公示的那一份：记录指纹不一致。'),
};

/** The file proves nothing; `code` says why. */
export class Refused extends Error {
  constructor(code, where = '') {
    super(REASONS[code] + (where ? say('（位置：{where}）', { where }) : ''));
    this.code = code;
  }
}

export function require(holds, code, where) {
  if (!holds) throw new Refused(code, where);
}
