// The decision table's words in Chinese: the whole vocabulary of the editor's table view; a test opens everything and finds no other.
import { isEnglish } from '../lib/words.js';

const CHINESE = {
  'Add input': '加条件列', 'Add output': '加结果列', 'Add rule': '加一条规则', 'Predefined values': '可选的值', 'No values': '没有', 'Clear predefined values': '清空可选的值',
  'Add predefined values': '加可选的值', '"value", "value", ...': '"值", "值"……', 'Strings must be in double quotes': '文字须放在英文双引号里', Annotations: '备注', Annotation: '备注', Resize: '调整列宽',
  'Copy rule': '复制规则', 'Cut rule': '剪切规则', 'Paste rule above': '粘贴到上面', 'Paste rule below': '粘贴到下面', 'Add rule above': '在上面加一条', 'Add rule below': '在下面加一条', 'Remove rule': '删除规则',
  'Copy input column': '复制条件列', 'Cut input column': '剪切条件列', 'Paste input column left': '粘贴到左边', 'Paste input column right': '粘贴到右边', 'Add input column left': '在左边加条件列', 'Add input column right': '在右边加条件列', 'Remove input column': '删除条件列',
  'Copy output column': '复制结果列', 'Cut output column': '剪切结果列', 'Paste output column left': '粘贴到左边', 'Paste output column right': '粘贴到右边', 'Add output column left': '在左边加结果列', 'Add output column right': '在右边加结果列', 'Remove output column': '删除结果列',
  Input: '条件', Output: '结果', 'Expression language: {expressionLanguageLabel}': '表达式写法：{expressionLanguageLabel}', When: '当', And: '且', Then: '则',
  'Input label: ': '条件名称：', 'Input expression: ': '取哪个数据：', 'Input values': '条件可选的值', 'Input type': '条件类型', 'Output label': '结果名称', 'Output name': '结果存为', 'Output values': '结果可选的值', 'Output type': '结果类型',
  'Edit input': '修改条件列', 'Input label': '条件名称', Expression: '取哪个数据', 'Input expression': '取哪个数据', 'Enter expression': '填数据名称', 'Output label: ': '结果名称：', 'Output name: ': '结果存为：', 'Edit output': '修改结果列',
  'Decision name: ': '决策名称：', 'Decision name': '决策名称', 'Remove cell description': '删除单元格说明', 'Add cell description': '加单元格说明', 'Move rule': '移动规则', 'Change cell expression language': '换表达式写法', 'Expression language': '表达式写法',
  'Hit policy:': '命中方式：', 'Hit policy': '命中方式', Yes: '是', No: '否', 'Edit boolean': '选是或否', 'Set value': '填值', 'Boolean value': '是或否',
  Exactly: '正好', Before: '早于', After: '晚于', Between: '介于', 'Edit date': '选日期', 'Test type': '怎样比较', 'Edit start date': '开始日期', 'Set date': '填日期', 'Start date': '开始日期', Date: '日期', 'e.g. { sample }': '例如 { sample }', 'Use today': '取今天',
  'Edit end date': '结束日期', 'End date': '结束日期', 'Date value': '日期', 'e.g. { example } ': '例如 { example } ', 'Edit date and time': '选日期和时刻', 'Edit start date and time': '开始日期和时刻', 'Set date and time': '填日期和时刻', 'Start date and time': '开始日期和时刻',
  'Date and time': '日期和时刻', 'Edit end date and time': '结束日期和时刻', 'End date and time': '结束日期和时刻', 'Date and time value': '日期和时刻', Equals: '等于', Less: '小于', 'Less or equals': '不大于', Greater: '大于', 'Greater or equals': '不小于', 'Comparison operator': '怎样比较',
  'Duration value': '时长', Include: '含', Exclude: '不含', 'Start value': '从', 'Range start operator': '起点含不含', 'Range start value': '从', 'End value': '到', 'Range end operator': '终点含不含', 'Range end value': '到', Comparison: '比大小', Range: '范围', 'Edit duration': '填时长', 'Set duration': '填时长',
  'Editing not supported for set expression language': '这种写法不能在这里改', Edit: '修改', Value: '值', 'Edit number': '填数字', 'Custom values': '自己填的值', 'Match one': '是其中之一', 'Match none': '都不是', 'Edit string': '选文字', 'String value': '文字', 'Add values': '加值', Values: '值', '"value"': '"值"',
  'Edit time': '填时刻', Time: '时刻', 'Edit start time': '开始时刻', 'Set time': '填时刻', 'Start time': '开始时刻', 'Use now': '取现在', 'Edit end time': '结束时刻', 'End time': '结束时刻', 'Time value': '时刻', Type: '类型', 'View DRD': '看决策关系图',
  'Decision table context menu': '决策表菜单', 'Remove item': '移除', string: '文字', number: '数字', boolean: '是或否', Any: '不限', date: '日期', time: '时刻', dateTime: '日期和时刻', dayTimeDuration: '天时长', yearMonthDuration: '年月时长', FEEL: 'FEEL 表达式',
};

const HIT_POLICIES = {
  UNIQUE: ['只命中一条', '同时最多一条规则成立；两条都成立时办理会停下，请改正规则。'], FIRST: ['取第一条命中的', '从上往下，取第一条成立的规则。'], COLLECT: ['收集所有命中的', '每个结果列给出一个列表。'],
};
const ENGLISH_POLICIES = { UNIQUE: ['Unique', 'At most one rule holds.'], FIRST: ['First', 'The first rule that holds, from above.'], COLLECT: ['Collect', 'A list of what every rule that holds says.'] };

/** What was asked for and is not in the dictionary; a test expects it to stay empty. */
export const missing = new Set();

export function translate(sentence, values = {}) {
  if (!isEnglish && !(sentence in CHINESE) && /[A-Za-z]{2}/.test(sentence)) missing.add(sentence);
  return ((isEnglish ? undefined : CHINESE[sentence]) ?? sentence).replace(/{([^}]+)}/g, (place, name) => values[name] ?? place);
}

/** Renames the ways of hitting in the library's own list; those that the engine does not run say so and stay readable. */
export function nameHitPolicies(policies) {
  const own = isEnglish ? ENGLISH_POLICIES : HIT_POLICIES;
  for (const one of policies) {
    const { hitPolicy, aggregation } = one.value;
    const known = aggregation ? null : own[hitPolicy];
    const name = [hitPolicy, aggregation].filter(Boolean).join(' ');
    [one.label, one.explanation] = known ?? (isEnglish ? [`${name} (not run here)`, ''] : [`${name}（不支持）`, '本平台不执行这种命中方式，请改选前三种之一。']);
    CHINESE[one.label] ??= one.label;
    CHINESE[one.explanation] ??= one.explanation;
  }
  policies.sort((one, other) => rank(one) - rank(other));
}

const rank = ({ value }) => { const at = value.aggregation ? -1 : Object.keys(HIT_POLICIES).indexOf(value.hitPolicy); return at < 0 ? 9 : at; };
