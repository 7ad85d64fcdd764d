// The kinds of fields this domain needs, as the palette offers them: each is a plain form-js field with the platform's own settings.
import agencyIcon from 'bootstrap-icons/icons/building.svg';
import moneyIcon from 'bootstrap-icons/icons/cash-coin.svg';
import dayIcon from 'bootstrap-icons/icons/calendar-week.svg';
import filesIcon from 'bootstrap-icons/icons/file-earmark-arrow-up.svg';
import listIcon from 'bootstrap-icons/icons/list-ol.svg';
import phoneIcon from 'bootstrap-icons/icons/phone.svg';
import personIcon from 'bootstrap-icons/icons/person-check.svg';
import awardIcon from 'bootstrap-icons/icons/award.svg';
import codeIcon from 'bootstrap-icons/icons/upc-scan.svg';
import { say } from '../lib/words.js';

export const DOCUMENTS = '.pdf,.doc,.docx,.xls,.xlsx,.jpg,.jpeg,.png';
export const PARTIES = 'parties_of_';
export const PEOPLE = 'accounts_of_';

const required = { required: true };

/** `names` are the county's roles and qualifications; each kind gives what a new field of it holds. */
export const ownKinds = (names) => ({
  own_money: [say('金额'), moneyIcon, { type: 'number', label: say('金额（元）'), properties: { check: 'money' }, validate: { required: true, min: 1 } }],
  own_credit_code: [say('统一社会信用代码'), codeIcon, { type: 'textfield', label: say('统一社会信用代码'), properties: { check: 'uscc' }, validate: required }],
  own_mobile: [say('手机号'), phoneIcon, { type: 'textfield', label: say('手机号'), properties: { check: 'mobile' }, validate: required }],
  own_working_day: [say('工作日日期'), dayIcon, { type: 'datetime', subtype: 'date', dateLabel: say('日期'), disallowPassedDates: true, properties: { check: 'date_in_calendar working_day', working_days: '1' }, validate: required }],
  own_files: [say('文件清单'), filesIcon, { type: 'filepicker', label: say('附件'), multiple: true, accept: DOCUMENTS, validate: required }],
  own_party: [say('选择单位'), agencyIcon, { type: 'select', label: say('单位'), valuesKey: `${PARTIES}contractor`, searchable: true, validate: required }],
  own_person: [say('选择人员'), personIcon, { type: 'select', label: say('人员'), valuesKey: `${PEOPLE}selection_officer`, validate: required }],
  own_qualification: [say('选择资质'), awardIcon, { type: 'select', label: say('施工企业资质'), values: names.qualifications, properties: { catalogue: 'qualification' }, validate: required }],
  own_rows: [say('逐行填写的清单'), listIcon, { type: 'dynamiclist', label: say('清单'), isRepeating: true, allowAddRemove: true, defaultRepetitions: 1, showOutline: false, components: [] }],
});

/** Registers the kinds with the editor; what they make are fields of the plain types. */
export function kindsModule(names) {
  class OwnKinds {
    constructor(formFields) {
      for (const [type, [name, icon, field]] of Object.entries(ownKinds(names))) formFields.register(type, paletteOnly(formFields, type, name, icon, field));
    }
  }
  OwnKinds.$inject = ['formFields'];
  return { __init__: ['ownKinds'], ownKinds: ['type', OwnKinds] };
}

function paletteOnly(formFields, type, name, iconUrl, field) {
  const { config } = formFields.get(field.type);
  const Kind = () => null;
  const fresh = () => structuredClone(field);
  Kind.config = { ...config, type, name, label: undefined, group: 'own', iconUrl, create: (options = {}) => ({ ...config.create({ ...fresh() }), ...fresh(), ...options, type: field.type }) };
  return Kind;
}

export const NAMES = {
  textfield: say('单行文字'), textarea: say('多行文字'), number: say('数字'), checkbox: say('勾选项'), checklist: say('多选'), radio: say('单选'), select: say('下拉选择'),
  taglist: say('多选标签'), datetime: say('日期时间'), filepicker: say('附件'), text: say('说明文字'), image: say('图片'), separator: say('分隔线'), spacer: say('空白'),
  table: say('表格（只显示）'), expression: say('计算结果'), group: say('分组'), dynamiclist: say('可增行的列表'),
};

export const checksOf = (field) => String(field.properties?.check ?? '').split(/\s+/).filter(Boolean);

/** What people call a field: the kind the platform knows, else the type's name. */
export function nameOf(field) {
  const checks = checksOf(field);
  const own = { money: say('金额'), uscc: say('统一社会信用代码'), mobile: say('手机号'), draw_secret: say('抽取保密数'), working_day: say('工作日日期') };
  const found = Object.keys(own).find((name) => checks.includes(name));
  if (found) return own[found];
  if (field.properties?.catalogue === 'qualification') return say('选择资质');
  if (field.valuesKey?.startsWith(PARTIES)) return say('选择单位');
  if (field.valuesKey?.startsWith(PEOPLE)) return say('选择人员');
  return NAMES[field.type] ?? field.type;
}

/** What stands before a field for people. */
export const labelOf = (field) => field.label || field.dateLabel || field.timeLabel || field.key || field.path || nameOf(field);
