// How our forms differ from form-js as it comes: Chinese words, our rules, hidden fields that stay empty, own fields.
import { ConditionChecker, Numberfield, Textfield, buildExpressionContext } from '@bpmn-io/form-js-viewer';
import { get } from 'min-dash';
import { drawSecretField, filePicker, moneyField } from './form_fields.js';
import { fieldProblem, kindOf } from './rules.js';
import { isEnglish } from './words.js';

const MAX_ROUNDS = 10;

/** form-js speaks English itself; these are its words in Chinese. */
const WORDS = isEnglish ? {} : {
  'Add new': '新增一行', 'All values selected': '已全部选中', 'Browse': '选择文件', 'Collapse': '收起', 'Date and time must both be entered.': '日期和时间须一起填写。',
  'Decrement': '减少', 'Expand all ({value})': '展开全部（{value}行）', 'Increment': '增加', 'Next page': '下一页', 'No content to show.': '没有可显示的内容',
  'No files selected': '还没有上传', 'No results': '没有匹配的选项', 'Nothing to show.': '暂无数据', 'Previous page': '上一页', 'Remove tag': '移除', 'Search': '搜索', 'Select': '请选择',
  'Skip to search': '跳到搜索框', '{page} of {total}': '第{page}页，共{total}页', '{value} files selected': '已选{value}个文件',
  'Click to sort by {value} descending': '按{value}从大到小排列', 'Click to sort by {value} ascending': '按{value}从小到大排列', 'Click to remove sorting': '取消排列',
};

export const translate = (sentence, values = {}) => (WORDS[sentence] ?? sentence).replace(/{([^}]+)}/g, (mark, name) => values[name] ?? mark);

class Rules {
  constructor(expressionLanguage, formFieldRegistry, formSettings) {
    Object.assign(this, { expressionLanguage, formFieldRegistry, formSettings });
  }

  validateFieldInstance({ id, expressionContextInfo }, value) {
    const component = this.formFieldRegistry.get(id);
    if (!component) return [];
    const context = buildExpressionContext(expressionContextInfo);
    const evaluate = (setting) => (this.expressionLanguage.isExpression(setting) ? this.expressionLanguage.evaluate(setting, context) : setting);
    if (component.disabled === true || evaluate(component.readonly) === true) return [];
    const setting = (name) => evaluate(component.validate?.[name]) ?? undefined;
    const problem = fieldProblem({ component, setting, evaluate, data: expressionContextInfo.data, today: this.formSettings.today, calendar: this.formSettings.calendar }, value);
    return problem ? [problem] : [];
  }

  validateField(component, value) {
    return this.validateFieldInstance({ id: component.id, expressionContextInfo: { data: {}, this: {}, parent: null, i: [] } }, value);
  }
}
Rules.$inject = ['expressionLanguage', 'formFieldRegistry', 'formSettings'];

/** Filters until nothing changes, so that what hangs on a hidden field sees it empty, as on the server. */
class SettledConditions extends ConditionChecker {
  applyConditions(data, contextData = {}, options = {}) {
    let seen = contextData;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const filtered = super.applyConditions(data, seen, options);
      if (JSON.stringify(filtered) === JSON.stringify(seen)) break;
      seen = filtered;
    }
    const gone = Object.keys(data).filter((name) => !(name in seen));
    return { ...seen, ...Object.fromEntries(gone.map((name) => [name, undefined])) };
  }
}
SettledConditions.$inject = ConditionChecker.$inject ?? ['formFieldRegistry', 'pathRegistry', 'expressionLanguage', 'eventBus'];

/** Lets computed fields follow each other: a total is computed again when its rows have been, within bounds. */
class ChainedExpressions {
  constructor(eventBus) {
    this.times = new Map();
    eventBus.on('field.updated', ({ shouldNotRecompute }) => { if (!shouldNotRecompute) this.reset(); });
    eventBus.on('import.done', () => this.reset());
    eventBus.on('reset', () => this.reset());
  }

  registerExpressionExecution(field) {
    const times = (this.times.get(field) ?? 0) + 1;
    this.times.set(field, times);
    return times <= MAX_ROUNDS;
  }

  reset() { this.times.clear(); }
}
ChainedExpressions.$inject = ['eventBus'];

const chosen = (plain, special, kind) => {
  const Chosen = (props) => (kindOf(props.field) === kind ? special : plain)(props);
  const sanitizeValue = (options) => (kindOf(options.formField) === kind ? options.value : plain.config.sanitizeValue(options));
  Chosen.config = { ...plain.config, sanitizeValue };
  return Chosen;
};

class OwnFields {
  constructor(formFields, formSettings) {
    formFields.register('filepicker', filePicker(formSettings));
    formFields.register('number', chosen(Numberfield, moneyField, 'money'));
    formFields.register('textfield', chosen(Textfield, drawSecretField, 'draw_secret'));
  }
}
OwnFields.$inject = ['formFields', 'formSettings'];

/** What `new Form` takes as additional modules; settings are `{today, calendar, uploadUrl, onPending(change)}`. */
export const formModules = (settings) => [{
  __init__: ['ownFields'],
  formSettings: ['value', settings],
  translate: ['value', translate],
  validator: ['type', Rules],
  conditionChecker: ['type', SettledConditions],
  expressionLoopPreventer: ['type', ChainedExpressions],
  ownFields: ['type', OwnFields],
}];

/** Clocks run to 24 here, whatever the author of the form left unsaid; "today" is the platform's day (our rules), never this computer's. */
const clockwork = ({ disallowPassedDates }) => ({ use24h: true, disallowPassedDates: false, notBeforeToday: disallowPassedDates === true });
export function withOurClock(component) {
  const inner = component.components?.map(withOurClock);
  return { ...component, ...(component.type === 'datetime' && clockwork(component)), ...(inner && { components: inner }) };
}

/** `['items', 0, 'name']` as `items[0].name`. */
export const pathText = (path) => path.map((part, place) => (typeof part === 'number' || /^\d+$/.test(part) ? `[${part}]` : place ? `.${part}` : part)).join('');

/** The fields now on the page with path, label, the element's id and the first error. */
export function fieldsOf(form) {
  const registry = form.get('formFieldRegistry');
  const { errors } = form._getState();
  return form.get('formFieldInstanceRegistry').getAllKeyed().map(({ id, valuePath, indexes }) => {
    const numbers = Object.values(indexes ?? {});
    const component = registry.get(id);
    const [error] = [get(errors, [id, ...numbers]) ?? []].flat();
    const domId = ['fjs-form', form._id, id].join('-') + numbers.map((number) => `_${number}`).join('');
    return { id, numbers, path: pathText(valuePath), valuePath, component, error: typeof error === 'string' ? error : undefined, domId };
  });
}
