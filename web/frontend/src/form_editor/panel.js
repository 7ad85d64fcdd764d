// The properties of the chosen field, in words: nobody needs to know the format underneath. What this page does not know is kept.
import { make } from '../lib/dom.js';
import { parseYuan, yuanText } from '../lib/money.js';
import { say } from '../lib/words.js';
import { conditionSection } from './condition_section.js';
import { area, button, choice, line, section, tick } from './controls.js';
import { DOCUMENTS, checksOf, labelOf, nameOf } from './kinds.js';
import { optionSection } from './option_section.js';

const INPUTS = ['textfield', 'textarea', 'number', 'checkbox', 'checklist', 'radio', 'select', 'taglist', 'datetime', 'filepicker'];
const CHOICES = ['checklist', 'radio', 'select', 'taglist'];
const PLACES = ['group', 'dynamiclist'];
const NAME = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u;
const WIDTHS = [['', say('自动')], ['16', say('整行')], ['8', say('半行')], ['5', say('三分之一')], ['4', say('四分之一')], ['11', say('三分之二')]];

export class FieldPanel {
  constructor({ place, editor, names }) {
    Object.assign(this, { place, editor, names });
    editor.on('selection.changed', () => this.show());
    editor.on('import.done', () => this.show());
    editor.on('commandStack.changed', () => { if (!this.isEditing) this.show(); });
  }

  /** The field that the controls are about: an edit still on its way counts for it, whatever is chosen next. */
  get field() { return this.shown ?? this.chosen; }

  get chosen() {
    const chosen = this.editor.get('selection').get();
    return chosen && this.editor.get('formFieldRegistry').get(chosen.id) === chosen ? chosen : this.editor._getState().schema;
  }

  /** The controls stay as they are: the next one may be typed in already. */
  edit(properties) {
    this.isEditing = true;
    try {
      this.editor.get('modeling').editFormField(this.field, properties);
    } finally {
      this.isEditing = false;
    }
    const title = this.place.querySelector('h2');
    if (title && this.field.type !== 'default') title.textContent = labelOf(this.field);
  }

  /** Sets one setting inside `validate`, `properties`, `layout` or `appearance`; an empty one goes. */
  within(group, name, value) {
    const { [name]: _, ...others } = this.field[group] ?? {};
    const next = value === undefined || value === '' || value === false ? others : { ...others, [name]: value };
    this.edit({ [group]: Object.keys(next).length ? next : undefined });
  }

  /** What stands in the control that has the focus counts now. */
  flush() {
    const busy = document.activeElement;
    if (this.place.contains(busy)) busy.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** The first text of the field, ready to be written over. */
  focusFirst() {
    const first = this.place.querySelector('.sw-card-body :is(input[type="text"], textarea)');
    first?.focus();
    first?.select();
  }

  show() {
    this.flush();
    const field = this.shown = this.chosen;
    if (!field) return;
    const isForm = field.type === 'default';
    this.place.replaceChildren(
      make('div', { class: 'sw-card-head' }, make('h2', {}, isForm ? say('整张表单') : labelOf(field)), isForm ? null : make('span', { class: 'sw-quiet' }, nameOf(field))),
      make('div', { class: 'sw-card-body' }, ...(isForm ? this.ofForm() : this.ofField(field)).filter(Boolean)));
  }

  ofForm() {
    return [make('p', { class: 'sw-quiet' }, say('在画布里点一个字段，这里显示它的设置。从左侧拖入字段，或选中左侧字段按回车加到末尾。'))];
  }

  ofField(field) {
    return [
      section(say('常用'), this.general(field)),
      section(say('内容'), this.content(field)),
      CHOICES.includes(field.type) ? optionSection(this, field) : null,
      section(say('要求'), this.demands(field)),
      field.type === 'separator' || field.type === 'spacer' ? null : conditionSection(this, field),
      section(say('版式与数据'), this.layout(field)),
      make('div', { class: 'sw-tools mt-3' }, ...this.moves(field)),
    ];
  }

  general(field) {
    const labels = field.type === 'datetime' ? this.dateLabels(field) : 'label' in field || INPUTS.includes(field.type) || PLACES.includes(field.type) || field.type === 'table' || field.type === 'expression'
      ? [line(say('标签'), field.label, (text) => this.edit({ label: text }), { help: say('填写的人看到的名称。') })] : [];
    const isInput = INPUTS.includes(field.type);
    return [...labels,
      isInput ? area(say('说明'), field.description, (text) => this.edit({ description: text || undefined }), { rows: 2, help: say('写在字段下面的一句话：填什么、照什么填、举一个例子。') }) : null,
      isInput ? tick(say('必填'), field.validate?.required, (yes) => this.within('validate', 'required', yes)) : null,
      isInput && typeof field.readonly !== 'string' ? tick(say('只读'), field.readonly === true, (yes) => this.edit({ readonly: yes || undefined }), { help: say('只给人看，不能改。') }) : null,
      isInput && typeof field.readonly === 'string' ? line(say('只读条件'), field.readonly, (text) => this.edit({ readonly: text || undefined }), { code: true }) : null];
  }

  dateLabels(field) {
    const kinds = [['date', say('日期')], ['time', say('时刻')], ['datetime', say('日期和时刻')]];
    return [choice(say('填什么'), field.subtype, kinds, (value) => { this.edit({ subtype: value, ...(value === 'date' ? {} : { timeLabel: field.timeLabel ?? say('时刻'), use24h: true, timeInterval: field.timeInterval ?? 15, timeSerializingFormat: 'no_timezone' }), ...(value === 'time' ? {} : { dateLabel: field.dateLabel ?? say('日期') }) }); this.show(); }),
      field.subtype === 'time' ? null : line(say('日期的标签'), field.dateLabel, (text) => this.edit({ dateLabel: text })),
      field.subtype === 'date' ? null : line(say('时刻的标签'), field.timeLabel, (text) => this.edit({ timeLabel: text })),
      field.subtype === 'date' ? null : choice(say('时刻间隔'), String(field.timeInterval ?? 15), [['5', say('5分钟')], ['10', say('10分钟')], ['15', say('15分钟')], ['30', say('30分钟')], ['60', say('1小时')]], (value) => this.edit({ timeInterval: Number(value) }))];
  }

  content(field) {
    switch (field.type) {
      case 'text': return [area(say('文字'), field.text, (text) => this.edit({ text }), { rows: 6, help: say('### 开头是标题，- 开头是列表；{{name}} 换成案件里的数据。') })];
      case 'image': return [line(say('图片地址'), field.source, (text) => this.edit({ source: text })), line(say('替代文字'), field.alt, (text) => this.edit({ alt: text }), { help: say('看不见图片的人听到的话。') })];
      case 'expression': return [area(say('计算式'), field.expression, (text) => this.edit({ expression: text }), { help: say('以等号开头，用字段的数据名称，例如 =price * count；服务器会再算一遍。') }),
        choice(say('何时计算'), field.computeOn ?? 'change', [['change', say('随填随算')], ['presubmit', say('提交时')]], (value) => this.edit({ computeOn: value }))];
      case 'table': return [line(say('数据来源'), field.dataSource, (text) => this.edit({ dataSource: text }), { code: true, help: say('案件数据里的一个列表，例如 =offers。') }),
        area(say('列'), (Array.isArray(field.columns) ? field.columns : []).map(({ key, label }) => `${key} ${label}`).join('\n'), (text) => this.edit({ columns: columnsOf(text) }), { help: say('每行一列：数据名称、空格、列标题。') })];
      case 'filepicker': return this.files(field);
      case 'dynamiclist': return [tick(say('填写的人可以增删行'), field.allowAddRemove !== false, (yes) => this.edit({ allowAddRemove: yes })),
        line(say('开始时的行数'), field.defaultRepetitions ?? 1, (text) => this.whole(text, (number) => this.edit({ defaultRepetitions: number })), { mode: 'numeric', help: say('最多300行；更长的清单请改为上传表格文件。') })];
      default: return [];
    }
  }

  files(field) {
    const kinds = [['.pdf', say('只收 PDF')], ['.pdf,.jpg,.jpeg,.png', say('PDF 或图片')], ['.xls,.xlsx', say('电子表格')], [DOCUMENTS, say('PDF、文档、表格、图片')], ['', say('不限')]];
    return [choice(say('收哪些文件'), field.accept ?? '', kinds, (value) => this.edit({ accept: value || undefined })),
      tick(say('可以上传多个文件'), field.multiple, (yes) => this.edit({ multiple: yes || undefined }), { help: say('最多20个。') }),
      line(say('资料种类'), field.properties?.kind, (text) => this.within('properties', 'kind', text), { code: true, help: say('需要按种类归档时填，例如 tender_attachment；可不填。') })];
  }

  demands(field) {
    const limit = (label, name, take = (text) => this.number(text, (value) => this.within('validate', name, value))) => line(label, field.validate?.[name], take, { wide: false, mode: 'decimal' });
    if (checksOf(field).includes('draw_secret')) return [];
    switch (field.type) {
      case 'textfield': return [this.shape(field), limit(say('至少几个字'), 'minLength'), limit(say('至多几个字'), 'maxLength'), ...this.pattern(field)];
      case 'textarea': return [limit(say('至少几个字'), 'minLength'), limit(say('至多几个字'), 'maxLength')];
      case 'number': return checksOf(field).includes('money') ? [this.money(say('不低于（元）'), 'min'), this.money(say('不高于（元）'), 'max')]
        : [limit(say('不小于'), 'min'), limit(say('不大于'), 'max'), line(say('小数位数'), field.decimalDigits, (text) => this.whole(text, (value) => this.edit({ decimalDigits: value })), { wide: false, mode: 'numeric' }),
          line(say('须为几的整数倍'), field.increment, (text) => this.number(text, (value) => this.edit({ increment: value === undefined ? undefined : String(value) })), { wide: false, mode: 'decimal' }),
          line(say('单位'), field.appearance?.suffixAdorner, (text) => this.within('appearance', 'suffixAdorner', text), { wide: false })];
      case 'datetime': return field.subtype === 'time' ? [] : this.days(field);
      default: return [];
    }
  }

  shape(field) {
    const kinds = [['', say('任意文字')], ['uscc', say('统一社会信用代码')], ['mobile', say('手机号')], ['email', say('电子邮箱')], ['phone', say('电话')], ['custom', say('自己写规则')]];
    const known = checksOf(field).find((name) => ['uscc', 'mobile'].includes(name));
    const now = known ?? field.validate?.validationType ?? (field.validate?.pattern ? 'custom' : '');
    return choice(say('格式'), now, kinds, (value) => {
      const others = checksOf(field).filter((name) => !['uscc', 'mobile'].includes(name));
      const checks = [...others, ...(['uscc', 'mobile'].includes(value) ? [value] : [])].join(' ');
      const { validationType: _, pattern, patternErrorMessage, ...validate } = field.validate ?? {};
      const kept = value === 'custom' ? { pattern: pattern ?? '', patternErrorMessage } : {};
      const kind = ['email', 'phone', 'custom'].includes(value) ? { validationType: value } : {};
      const { check: _old, ...properties } = field.properties ?? {};
      this.edit({ validate: { ...validate, ...kind, ...kept }, properties: checks ? { ...properties, check: checks } : Object.keys(properties).length ? properties : undefined });
      this.show();
    });
  }

  pattern(field) {
    if (field.validate?.validationType !== 'custom' && !field.validate?.pattern) return [];
    return [line(say('规则（正则表达式）'), field.validate?.pattern, (text) => this.within('validate', 'pattern', text), { code: true, help: say('浏览器和服务器都懂的写法，例如 ^[0-9]{4}$。') }),
      line(say('不符合时说什么'), field.validate?.patternErrorMessage, (text) => this.within('validate', 'patternErrorMessage', text))];
  }

  money(label, name) {
    const value = this.field.validate?.[name];
    const shown = typeof value === 'number' ? yuanText(value).replaceAll(',', '') : value;
    return line(label, shown, (text) => {
      if (text.trim().startsWith('=') || !text.trim()) return void this.within('validate', name, text.trim() || undefined);
      const fen = parseYuan(text);
      if (fen == null) return say('请填以元为单位的数字，最多两位小数，如 386400.00。');
      return void this.within('validate', name, fen);
    }, { wide: false, mode: 'decimal' });
  }

  days(field) {
    const checks = checksOf(field);
    const set = (name, yes) => this.within('properties', 'check', [...checks.filter((one) => one !== name), ...(yes ? [name] : [])].join(' '));
    return [tick(say('不能早于今天'), field.disallowPassedDates, (yes) => this.edit({ disallowPassedDates: yes || undefined })),
      tick(say('必须是工作日'), checks.includes('working_day'), (yes) => { set('working_day', yes); this.show(); }, { help: say('照本平台的工作日历，含调休。') }),
      tick(say('所在年份须有工作日历'), checks.includes('date_in_calendar'), (yes) => set('date_in_calendar', yes)),
      line(say('至少在几个工作日之后'), field.properties?.working_days, (text) => this.whole(text, (value) => this.within('properties', 'working_days', value === undefined ? undefined : String(value))), { mode: 'numeric', help: say('从今天的下一个工作日数起；可不填。') })];
  }

  layout(field) {
    const width = choice(say('宽度'), field.layout?.columns ? String(field.layout.columns) : '', WIDTHS, (value) => this.within('layout', 'columns', value ? Number(value) : undefined), { wide: false });
    return [width, this.container(field), this.name(field),
      INPUTS.includes(field.type) ? tick(say('只随办理提交，不进入案件数据'), field.properties?.store === 'none', (yes) => this.within('properties', 'store', yes ? 'none' : undefined)) : null];
  }

  /** Groups and lists that the field may lie in; without a mouse this is how it gets there. */
  container(field) {
    const registry = this.editor.get('formFieldRegistry');
    const form = this.editor._getState().schema;
    const inside = (one) => one === field || (one?._parent ? inside(registry.get(one._parent)) : false);
    const places = registry.getAll().filter((one) => PLACES.includes(one.type) && !inside(one));
    if (!places.length) return null;
    const all = [[form.id, say('表单最外层')], ...places.map((one) => [one.id, labelOf(one)])];
    return choice(say('放在哪里'), field._parent ?? form.id, all, (id) => {
      const [source, target] = [registry.get(field._parent) ?? form, registry.get(id) ?? form];
      this.editor.get('modeling').moveFormField(field, source, target, source.components.indexOf(field), target.components.length);
      return undefined;
    });
  }

  /** Where the value lies: refused when another field has it, or when it is no name. */
  name(field) {
    const setting = PLACES.includes(field.type) ? 'path' : 'key';
    const config = this.editor.get('formFields').get(field.type)?.config;
    if (!config?.keyed && !config?.pathed) return null;
    const mayBeEmpty = field.type === 'group';
    return line(say('数据名称'), field[setting], (text) => {
      const value = text.trim();
      if (!value && mayBeEmpty) return void this.edit({ path: undefined });
      if (!NAME.test(value)) return say('只能用文字、数字和下划线，不能以数字开头。');
      if (this.taken(field, value)) return say('同一层里已有这个名称，请另取。');
      return void this.edit({ [setting]: value });
    }, { code: true, help: say('流程图的条件、文书和其他表单用这个名称取值；改名会影响它们。') });
  }

  taken(field, value) {
    const parent = this.editor.get('formFieldRegistry').get(field._parent) ?? this.editor._getState().schema;
    const others = (parent.components ?? []).filter((one) => one !== field).map((one) => one.key ?? one.path).filter(Boolean);
    return others.some((one) => one === value || one.startsWith(`${value}.`) || value.startsWith(`${one}.`));
  }

  moves(field) {
    const parent = this.editor.get('formFieldRegistry').get(field._parent) ?? this.editor._getState().schema;
    const place = parent.components.indexOf(field);
    const move = (to) => { this.editor.get('modeling').moveFormField(field, parent, parent, place, to, undefined, undefined); };
    const up = button(say('上移'), 'arrow-up', () => move(place - 1));
    const down = button(say('下移'), 'arrow-down', () => move(place + 1));
    up.disabled = place === 0;
    down.disabled = place === parent.components.length - 1;
    return [up, down, button(say('再来一个'), 'copy', () => this.copy(field, parent, place)),
      button(say('删除'), 'trash', () => this.editor.get('modeling').removeFormField(field, parent, place), 'btn-outline-danger')];
  }

  copy(field, parent, place) {
    const fresh = (one) => { const { id: _i, key: _k, _parent, _path, layout: _l, ...rest } = one; return { ...rest, ...(rest.path ? { path: `${rest.path}_2` } : {}), ...(rest.components ? { components: [] } : {}) }; };
    this.editor.get('modeling').addFormField(fresh(field), parent, place + 1);
  }

  number(text, set) {
    const given = text.trim();
    if (given.startsWith('=') || !given) return void set(given || undefined);
    return Number.isFinite(Number(given)) ? void set(Number(given)) : say('请填数字，或以等号开头的表达式。');
  }

  whole(text, set) {
    const given = text.trim();
    if (!given) return void set(undefined);
    return /^\d{1,3}$/.test(given) ? void set(Number(given)) : say('请填整数。');
  }
}

const columnsOf = (text) => text.split('\n').map((one) => one.trim()).filter(Boolean).map((one) => { const [key, ...label] = one.split(/\s+/); return { key, label: label.join(' ') || key }; });
