// What bpmn-js says, in Chinese, or as it is on an English page; `missing` gathers what it says besides (a test expects nothing there).

import { isEnglish } from '../lib/words.js';

export const DICTIONARY = {
  // tools
  'Activate hand tool': '移动画布', 'Activate lasso tool': '框选', 'Activate create/remove space tool': '拉开或收拢空间', 'Activate global connect tool': '连线',
  'Create start event': '开始', 'Create end event': '结束', 'Create intermediate/boundary event': '中间事件', 'Create gateway': '网关', 'Create task': '任务',
  'Create data object reference': '数据对象', 'Create data store reference': '数据存储', 'Create expanded sub-process': '子流程', 'Create group': '分组', 'Create pool/participant': '流程池',
  'Open minimap': '打开缩略图', 'Close minimap': '收起缩略图', 'Search in diagram': '在图中查找', 'Open {element}': '打开{element}', Search: '搜索',
  // beside an element
  'Add lane above': '在上方加泳道', 'Add lane below': '在下方加泳道', 'Divide into two lanes': '分成两条泳道', 'Divide into three lanes': '分成三条泳道',
  'Add text annotation': '加批注', 'Append text annotation': '加批注', 'Change element': '改为其他类型', 'Change type': '改为其他类型', 'Connect to other element': '连到其他环节', Delete: '删除', Remove: '删除',
  'Connect using association': '用关联线连接', 'Connect using data input association': '用数据关联连接', 'Connect using sequence/message flow or association': '连接',
  'Append end event': '接结束', 'Append gateway': '接网关', 'Append task': '接任务', 'Append intermediate/boundary event': '接中间事件', 'Append receive task': '接接收任务',
  'Append message intermediate catch event': '接“等消息”', 'Append timer intermediate catch event': '接“等时间”', 'Append conditional intermediate catch event': '接“等条件”',
  'Append signal intermediate catch event': '接“等信号”', 'Append compensation activity': '接补偿活动',
  'Align elements': '对齐', 'Align elements left': '左对齐', 'Align elements right': '右对齐', 'Align elements top': '上对齐', 'Align elements bottom': '下对齐', 'Align elements center': '水平居中', 'Align elements middle': '垂直居中',
  'Distribute elements horizontally': '水平等距', 'Distribute elements vertically': '垂直等距',
  'Toggle non-interrupting': '切换是否中断', 'Toggle interrupting': '切换是否中断', Collection: '集合', 'Participant multiplicity': '多个参与方',
  'Parallel multi-instance': '多份，同时办', 'Sequential multi-instance': '多份，逐一办', Loop: '循环', 'Ad-hoc': '临时',
  // kinds
  Task: '任务（未定类型）', 'User task': '人工任务', 'Service task': '服务任务', 'Script task': '脚本任务', 'Business rule task': '决策任务', 'Manual task': '线下任务', 'Send task': '发送任务', 'Receive task': '接收任务',
  'Call activity': '调用流程', 'Sub-process': '子流程', 'Sub-process (collapsed)': '子流程（收起）', 'Sub-process (expanded)': '子流程（展开）', 'Event sub-process': '事件子流程', Transaction: '事务',
  'Ad-hoc sub-process': '临时子流程', 'Ad-hoc sub-process (collapsed)': '临时子流程（收起）', 'Ad-hoc sub-process (expanded)': '临时子流程（展开）',
  Gateway: '网关', 'Exclusive gateway': '选择网关（只走一条）', 'Parallel gateway': '并行网关（全部走）', 'Inclusive gateway': '包容网关（走满足的）', 'Complex gateway': '复杂网关', 'Event-based gateway': '事件网关（先到先走）',
  'Event based instantiating Gateway': '事件启动网关', 'Parallel Event based instantiating Gateway': '并行事件启动网关',
  'Start event': '开始', 'Message start event': '收到消息时开始', 'Timer start event': '到时间开始', 'Conditional start event': '满足条件时开始', 'Signal start event': '收到信号时开始', 'Error start event': '出错时开始', 'Escalation start event': '升级时开始', 'Compensation start event': '补偿开始',
  'Message start event (non-interrupting)': '收到消息时开始（不中断）', 'Timer start event (non-interrupting)': '到时间开始（不中断）', 'Conditional start event (non-interrupting)': '满足条件时开始（不中断）', 'Signal start event (non-interrupting)': '收到信号时开始（不中断）', 'Escalation start event (non-interrupting)': '升级时开始（不中断）',
  'End event': '结束', 'Message end event': '结束并发消息', 'Escalation end event': '结束并升级', 'Error end event': '结束并报错', 'Cancel end event': '结束并取消', 'Compensation end event': '结束并补偿', 'Signal end event': '结束并发信号', 'Terminate end event': '结束整个流程',
  'Intermediate throw event': '中间事件', 'Message intermediate catch event': '等消息', 'Message intermediate throw event': '发消息', 'Timer intermediate catch event': '等时间', 'Conditional intermediate catch event': '等条件',
  'Signal intermediate catch event': '等信号', 'Signal intermediate throw event': '发信号', 'Escalation intermediate throw event': '升级', 'Compensation intermediate throw event': '补偿', 'Link intermediate catch event': '链接到达', 'Link intermediate throw event': '链接出发',
  'Boundary event': '附着事件', 'Message boundary event': '收到消息即中断', 'Timer boundary event': '到时间即中断', 'Conditional boundary event': '满足条件即中断', 'Signal boundary event': '收到信号即中断', 'Error boundary event': '出错即中断', 'Escalation boundary event': '升级即中断', 'Cancel boundary event': '取消即中断', 'Compensation boundary event': '补偿',
  'Message boundary event (non-interrupting)': '收到消息时（不中断）', 'Timer boundary event (non-interrupting)': '到时间时（不中断）', 'Conditional boundary event (non-interrupting)': '满足条件时（不中断）', 'Signal boundary event (non-interrupting)': '收到信号时（不中断）', 'Escalation boundary event (non-interrupting)': '升级时（不中断）',
  'Sequence flow': '普通连线', 'Default flow': '缺省连线（其余情形走这条）', 'Conditional flow': '带条件的连线', 'Data object reference': '数据对象', 'Data store reference': '数据存储', 'Empty pool/participant': '空的流程池', 'Empty pool/participant (removes content)': '空的流程池（内容删除）', 'Expanded pool/participant': '展开的流程池',
  // what the import says
  'element {element} referenced by {referenced}#{property} not yet drawn': '{referenced} 的 {property} 指向 {element}，图中没有画出它', 'unknown di {di} for element {semantic}': '{semantic} 的画法 {di} 不认识', '{semantic}#{side} Ref not specified': '{semantic} 的一端没有接上',
  'already rendered {element}': '{element} 画了两次', 'failed to import {element}': '{element} 没有画出', 'multiple DI elements defined for {element}': '{element} 有两处画法', 'no bpmnElement referenced in {element}': '{element} 没有说画的是什么', 'diagram not part of bpmn:Definitions': '图不在 bpmn:Definitions 里面',
  'no diagram to display': '文件里没有图', 'no process or collaboration to display': '文件里没有流程', 'correcting missing bpmnElement on {plane} to {rootElement}': '{plane} 没有说画的是什么，按 {rootElement} 显示', 'unsupported bpmnElement for {plane}: {rootElement}': '{plane} 画的 {rootElement} 不能显示',
  'unrecognized flowElement {element} in context {context}': '{context} 里的 {element} 不认识', 'missing {semantic}#attachedToRef': '{semantic} 没有附着在任何环节上',
  'flow elements must be children of pools/participants': '环节必须放在流程池里面', 'Data object must be placed within a pool/participant.': '数据对象必须放在流程池里面', 'Flow elements must be children of pools/participants': '环节必须放在流程池里面',
};

export const missing = new Set();

/** The phrase in the page's language, its places filled in. */
export function translate(phrase, values = {}) {
  if (!(phrase in DICTIONARY) && /[A-Za-z]{2}/.test(phrase)) missing.add(phrase);
  return ((isEnglish ? null : DICTIONARY[phrase]) ?? phrase).replace(/{([^}]+)}/g, (place, name) => values[name] ?? place);
}
