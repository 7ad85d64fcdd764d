// Words that the editors of forms and decisions write past any translate service, put into the page's language while bundling,
// and the few places where they break the site's rules.
// The build fails when one of them is no longer there.
import fs from 'node:fs/promises';

const either = (english, chinese) => `(document.documentElement.lang === 'en' ? ${english} : ${chinese})`;
const quoted = (text) => JSON.stringify(text);

/** Names of fields as palette and new fields show them, and what the viewer inside the editor says. */
const FIELDS = {
  Button: '按钮', Checkbox: '勾选项', 'Checkbox group': '多选', Date: '日期', 'Date time': '日期时间', 'Document preview': '文书预览', 'Dynamic list': '可增行的列表',
  Expression: '计算结果', 'File picker': '附件', Group: '分组', 'HTML view': '网页片段', iFrame: '外部网页', 'Image view': '图片', Number: '数字',
  'Radio group': '单选', Select: '下拉选择', Separator: '分隔线', Spacer: '空白', Table: '表格（只显示）', 'Tag list': '多选标签', 'Text area': '多行文字',
  'Text field': '单行文字', 'Text view': '说明文字', Value: '选项', 'Nothing to show.': '暂无数据', 'Previous page': '上一页', 'Next page': '下一页',
  'No content to show.': '没有可显示的内容', ID: '编号', Name: '名称', 'Skip to search': '跳到搜索框', 'Remove tag': '移除', 'No files selected': '还没有上传', Browse: '选择文件',
};
const EDITOR = {
  'Build your form': '开始设计表单', 'Clear content': '清除', Components: '字段', 'Drag and drop components here to start designing.': '从左侧把字段拖到这里，或选中字段按回车加到末尾。',
  'Drag and drop components here.': '把字段拖到这里', 'No components found.': '没有找到这样的字段', Repeatable: '可增行', 'Search components': '查找字段',
  'Use the preview window to test your form.': '右上角“预览”看填写人看到的样子。', Input: '填写', Selection: '选择', Presentation: '说明与排版', Containers: '分组与列表', Action: '动作',
  'Text view is empty': '说明文字还是空的', 'Text view is populated by an expression': '说明文字由表达式生成', 'Text view is templated': '说明文字含案件数据',
  'Html view is empty': '网页片段还是空的', 'Remove form field': '删除字段',
};
const CONTEXT = '((?:label|name|title|children|placeholder|text|header|children|["\']aria-label["\']): |return |, )';

const SOURCES = [
  { filter: /form-js-editor[\\/]node_modules[\\/]@bpmn-io[\\/]form-js-viewer[\\/]dist[\\/]index\.es\.js$/, words: FIELDS, texts: [
    ['`Remove list item ${itemIndex + 1}`', either('`Remove row ${itemIndex + 1}`', '`删除第${itemIndex + 1}行`')],
    ["placeholder: 'Search'", `placeholder: ${either("'Search'", "'搜索'")}`],
    ["valueLabel || 'Select'", `valueLabel || ${either("'Select'", "'请选择'")}`],
    ["'Add new'", either("'Add new'", "'新增一行'")],
    ['placeholder: getLocaleReadableDateFormat()', `placeholder: ${either("'yyyy-mm-dd'", "'年-月-日'")}`],
    ['dateFormat: getLocaleDateFlatpickrConfig()', "dateFormat: 'Y-m-d'"],
    ["use24h ? 'hh:mm' : 'hh:mm --'", either("'hh:mm'", "'时:分'")],
  ] },
  { filter: /form-js-editor[\\/]dist[\\/]index\.es\.js$/, words: EDITOR, texts: [
    ['`Create ${getIndefiniteArticle(type)} ${label} element`', either('`Add ${label}`', '`添加${label}`')],
    ['`Remove ${entry.label}`', either('`Remove ${entry.label}`', '`删除${entry.label}`')],
    ["let placeholderContent = 'Expression is empty'", `let placeholderContent = ${either("'Expression is empty'", "'计算式还是空的'")}`],
    ["`Expression for '${key}'`", either("`Expression for '${key}'`", '`计算结果：${key}`')],
    ['        alt: label,', "        alt: '',"],
    ['const PALETTE_GROUPS = [{', `const PALETTE_GROUPS = [{ label: ${either("'Works'", "'工程专用'")}, id: 'own' }, {`],
  ] },
  // the types are chosen by their names, and nothing but a type can be typed
  { filter: /dmn-js-decision-table[\\/]lib[\\/]features[\\/]type-ref[\\/]components[\\/]TypeRefCellContextMenu\.js$/, words: {}, texts: [['"label": label,', '"label": label, "noInput": true,']] },
  { filter: /dmn-js-decision-table[\\/]lib[\\/]features[\\/]drag-and-drop[\\/]DragAndDrop\.js$/, words: {}, texts: [["`Move ${isInput(col) ? 'Input' : 'Output'}`", either("`Move ${isInput(col) ? 'input' : 'output'}`", "`移动${isInput(col) ? '条件' : '结果'}列`")]] },
  // styles go where the site's policy lets scripts put them, not into an element
  { filter: /style-mod[\\/]src[\\/]style-mod\.js$/, words: {}, texts: [['if (!root.head && root.adoptedStyleSheets', 'if (root.adoptedStyleSheets']] },
];

export const editorPhrases = {
  name: 'editor-phrases',
  setup({ onLoad }) {
    for (const { filter, words, texts } of SOURCES) {
      onLoad({ filter }, async ({ path }) => {
        let contents = await fs.readFile(path, 'utf8');
        const gone = texts.map(([text]) => text).filter((text) => !contents.includes(text));
        for (const [text, put] of texts) contents = contents.replaceAll(text, () => put);
        for (const [english, chinese] of Object.entries(words)) {
          const pattern = new RegExp(`${CONTEXT}(['"])${english.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\2`, 'g');
          if (!pattern.test(contents)) gone.push(english);
          contents = contents.replace(pattern, (_, before) => before + either(quoted(english), quoted(chinese)));
        }
        return { contents, loader: 'js', errors: gone.map((text) => ({ text: `an editor no longer says ${text}` })) };
      });
    }
  },
};
