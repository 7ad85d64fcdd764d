// What reading a file has to say, in Chinese; what would be lost by saving is told apart from what is only remarked.
import { say } from '../lib/words.js';
import { translate } from './words.js';

const UNREAD = /^unparsable content <?([^>\s]*)/;
const LINE = /\n\tline: (\d+)/;
const REASON = /\n\tnested error: ([\s\S]*)$/;
const REASONS = [[/^unknown type/, say('不认识这种内容')], [/^duplicate ID <([^>]*)>/, say('编号“{1}”重复')], [/^illegal ID <([\s\S]*)>$/, say('编号“{1}”不合规')], [/^non-whitespace outside of root node/, say('文件末尾有多余内容')], [/^(?:un|not )?closed|^unexpected|^missing|^expected/, say('写法不完整')]];
const KNOWN = [[/^unresolved reference <([^>]*)>/, say('引用的“{1}”在文件里没有')], [/#(?:source|target) Ref not specified$/, say('有一条连线的一端没有接上，图上没有画出')], [/^no bpmnElement referenced/, say('有一处画法没有说画的是什么')],
  [/^no diagram to display/, say('文件里只有流程，没有图')], [/^no process or collaboration to display/, say('文件里没有流程')], [/^failed to parse document as <bpmn:Definitions>/, say('这不是BPMN文件')], [/^multiple DI elements/, say('同一个环节画了两次')], [/^(?:missing start tag|unclosed|unexpected|illegal|not a|malformed|expected)/i, say('XML写法不完整')]];

const filled = (words, found) => words.replace(/{(\d)}/g, (_, place) => found[Number(place)] ?? '');
const firstOf = (list, text) => { for (const [pattern, words] of list) { const found = pattern.exec(text); if (found) return filled(words, found); } return ''; };

/** Whether saving would leave out what this says could not be read. */
export const isLoss = (message) => /^unparsable content/.test(message);

/** A warning or failure of the import in one sentence. */
export function inWords(message) {
  const unread = UNREAD.exec(message);
  if (!unread) return firstOf(KNOWN, message) || translate(message);
  const [line, reason] = [LINE, REASON].map((pattern) => pattern.exec(message)?.[1] ?? '');
  const said = { line: Number(line) + 1, what: unread[1].slice(0, 60), why: firstOf(REASONS, reason.trim()) || say('写法不对') };
  return line ? say('第{line}行的“{what}”读不进来：{why}', said) : say('“{what}”读不进来：{why}', said);
}
