// What reading a file has to say, in Chinese; what would be lost by saving is told apart from what is only remarked.
import { translate } from './words.js';

const UNREAD = /^unparsable content <?([^>\s]*)/;
const LINE = /\n\tline: (\d+)/;
const REASON = /\n\tnested error: ([\s\S]*)$/;
const REASONS = [[/^unknown type/, '不认识这种内容'], [/^duplicate ID <([^>]*)>/, '编号“{1}”重复'], [/^illegal ID <([\s\S]*)>$/, '编号“{1}”不合规'], [/^non-whitespace outside of root node/, '文件末尾有多余内容'], [/^(?:un|not )?closed|^unexpected|^missing|^expected/, '写法不完整']];
const KNOWN = [[/^unresolved reference <([^>]*)>/, '引用的“{1}”在文件里没有'], [/#(?:source|target) Ref not specified$/, '有一条连线的一端没有接上，图上没有画出'], [/^no bpmnElement referenced/, '有一处画法没有说画的是什么'],
  [/^no diagram to display/, '文件里只有流程，没有图'], [/^no process or collaboration to display/, '文件里没有流程'], [/^failed to parse document as <bpmn:Definitions>/, '这不是BPMN文件'], [/^multiple DI elements/, '同一个环节画了两次'], [/^(?:missing start tag|unclosed|unexpected|illegal|not a|malformed|expected)/i, 'XML写法不完整']];

const filled = (words, found) => words.replace(/{(\d)}/g, (_, place) => found[Number(place)] ?? '');
const firstOf = (list, text) => { for (const [pattern, words] of list) { const found = pattern.exec(text); if (found) return filled(words, found); } return ''; };

/** Whether saving would leave out what this says could not be read. */
export const isLoss = (message) => /^unparsable content/.test(message);

/** A warning or failure of the import in one sentence. */
export function inWords(message) {
  const unread = UNREAD.exec(message);
  if (!unread) return firstOf(KNOWN, message) || translate(message);
  const [line, reason] = [LINE, REASON].map((pattern) => pattern.exec(message)?.[1] ?? '');
  return `${line ? `第${Number(line) + 1}行的` : ''}“${unread[1].slice(0, 60)}”读不进来：${firstOf(REASONS, reason.trim()) || '写法不对'}`;
}
