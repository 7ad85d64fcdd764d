// Words that the token simulation and bpmn-js write past their translate service, put into the page's language while bundling.
// The build fails when one of them is no longer there.
import fs from 'node:fs/promises';

const either = (english, chinese) => `(document.documentElement.lang === 'en' ? ${english} : ${chinese})`;

/** A quoted text is an expression; anything else stands inside a template. A third text is put in as it is. */
const SIMULATION = {
  'features/log/Log.js': [["'SubProcess'", "'子流程'"], ["'Process'", "'流程'"], ["'Service Task'", "'服务任务'"], ["'User Task'", "'人工任务'"], ["'Call Activity'", "'调用流程'"], ["'Script Task'", "'脚本任务'"], ["'Business Rule Task'", "'决策任务'"],
    ["'Manual Task'", "'线下任务'"], ["'Receive Task'", "'接收任务'"], ["'Send Task'", "'发送任务'"], ["'Task'", "'任务'"], ["'Exclusive Gateway'", "'选择网关'"], ["'Parallel Gateway'", "'并行网关'"], ["'Inclusive Gateway'", "'包容网关'"],
    ["'Start Event'", "'开始'"], ["'Intermediate Event'", "'中间事件'"], ["'Boundary Event'", "'附着事件'"], ["'End Event'", "'结束'"], ['aria-label="Close"', 'aria-label="关闭"'], ["'<p class=\"bts-entry placeholder\">No Entries</p>'", "'<p class=\"bts-entry placeholder\">还没有走过</p>'"], ['        <p class="bts-entry placeholder">No Entries</p>', '        <p class="bts-entry placeholder">还没有走过</p>'], ['title="Toggle Simulation Log"', 'title="走过的环节" aria-label="走过的环节"'], ['        Simulation Log', '        走过的环节']],
  'features/reset-simulation/ResetSimulation.js': [['title="Reset Simulation"', 'title="从头再来" aria-label="从头再来"'], ["'Reset Simulation'", "'已回到开头'"]],
  'features/element-support/ElementSupport.js': [["'Found unsupported elements'", "'有些环节不能演示'"], ["'Not supported'", "'不能演示'"]],
  'features/pause-simulation/PauseSimulation.js': [["'Pause Simulation'", "'已暂停'"], ["'Play Simulation'", "'继续'"], ['title="Play/Pause Simulation"', 'title="继续或暂停" aria-label="继续或暂停"']],
  'features/set-animation-speed/SetAnimationSpeed.js': [["'Slow'", "'慢'"], ["'Normal'", "'中'"], ["'Fast'", "'快'"], ['title="Set animation speed = ${ label }"', 'title="速度：${ label }" aria-label="速度：${ label }"']],
  'features/context-pads/handler/PauseHandler.js': [["'Remove' : 'Add' } pause point", '', `${either("'Remove the stop'", "'取消停留'")} : ${either("'Stop here'", "'在这里停留'")} }`]],
  'features/context-pads/handler/TriggerHandler.js': [['title="Trigger Event"', 'title="从这里往下走" aria-label="从这里往下走"']],
  'features/context-pads/handler/ExclusiveGatewayHandler.js': [['title="Set Sequence Flow"', 'title="换一条走" aria-label="换一条走"']],
  'features/context-pads/handler/InclusiveGatewayHandler.js': [['title="Set Sequence Flow"', 'title="换一条走" aria-label="换一条走"']],
  'features/simulation-state/SimulationState.js': [["'Finished'", "'走完了'"]],
  'features/show-scopes/ShowScopes.js': [['title="Focus process instance ${scope.id}"', 'title="只看这一份" aria-label="只看这一份"']],
  'features/toggle-mode/viewer/ToggleMode.js': [['Token Simulation <span', '演示走向 <span']],
};
const DRAWING = { 'features/popup-menu/PopupMenuComponent.js': [["title || 'Search'", "title || '搜索'"]] };

const inPlace = (phrase, chinese) => (/^'|^title \|\|/.test(phrase) ? either(phrase, chinese) : `\${${either(`\`${phrase}\``, `\`${chinese}\``)}}`);

function translated(contents, phrases, file) {
  const gone = phrases.filter(([phrase]) => !contents.includes(phrase)).map(([phrase]) => ({ text: `${file} no longer says ${phrase}` }));
  return { contents: phrases.reduce((text, [phrase, chinese, put]) => text.replaceAll(phrase, () => put ?? inPlace(phrase, chinese)), contents), loader: 'js', errors: gone };
}

function reading(onLoad, folder, files) {
  onLoad({ filter: new RegExp(`${folder}[\\\\/]lib[\\\\/]features[\\\\/].*\\.js$`) }, async ({ path }) => {
    const name = Object.keys(files).find((file) => path.replaceAll('\\', '/').endsWith(`${folder}/lib/${file}`));
    return name ? translated(await fs.readFile(path, 'utf8'), files[name], name) : undefined;
  });
}

export const modellerPhrases = {
  name: 'modeller-phrases',
  setup({ onLoad }) {
    reading(onLoad, 'bpmn-js-token-simulation', SIMULATION);
    reading(onLoad, 'diagram-js', DRAWING);
  },
};
