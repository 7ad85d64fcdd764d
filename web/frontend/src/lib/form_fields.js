// Own fields inside form-js: money typed in yuan and kept in fen, documents uploaded as they are chosen, the share of a draw.
import { Description, Errors, Label } from '@bpmn-io/form-js-viewer';
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { inCapitals, parseYuan, yuanText } from './money.js';
import { acceptedEndings } from './rules.js';
import { sizeText, uploadDocument } from './upload.js';
import { say } from './words.js';

const classes = (type, { errors = [], disabled, readonly }) =>
  ['fjs-form-field', `fjs-form-field-${type}`, errors.length && 'fjs-has-errors', disabled && 'fjs-disabled', readonly && 'fjs-readonly'].filter(Boolean).join(' ');

const described = (domId, errors) => ({ 'aria-describedby': `${domId}-description ${domId}-error-message`, 'aria-invalid': errors.length > 0 });

const around = (type, props, ...children) => h('div', { class: classes(type, props) },
  h(Label, { htmlFor: props.domId, label: props.field.label, required: props.field.validate?.required }), ...children,
  h(Description, { id: `${props.domId}-description`, description: props.field.description }),
  h(Errors, { id: `${props.domId}-error-message`, errors: props.errors ?? [] }));

const shown = (value) => (Number.isInteger(value) && value >= 0 ? yuanText(value) : value ?? '');

/** An amount of yuan; what cannot be read stays as it was typed, and the rule says so. */
export function moneyField(props) {
  const { field, domId, value, errors = [], disabled, readonly, onChange, onBlur, onFocus } = props;
  const [typed, setTyped] = useState(null);
  const read = (text) => (text.trim() === '' ? null : parseYuan(text) ?? text);
  const input = h('input', {
    id: domId, class: 'fjs-input', type: 'text', inputMode: 'decimal', autoComplete: 'off', disabled, readOnly: readonly, value: typed ?? shown(value), ...described(domId, errors),
    onInput: ({ target }) => { setTyped(target.value); onChange({ field, value: read(target.value) }); },
    onFocus: () => onFocus?.(),
    onBlur: () => { setTyped(null); onBlur?.(); },
  });
  const capitals = Number.isInteger(value) && value >= 0 ? say('大写：{value}', { value: inCapitals(value) }) : say('以元为单位，最多两位小数');
  return around('number', props, h('div', { class: 'fjs-input-group sw-money-input' }, h('span', { class: 'fjs-input-adornment border-radius-left', 'aria-hidden': true }, '¥'), input), h('div', { class: 'fjs-form-field-description sw-capitals' }, capitals));
}

/** Documents are uploaded when chosen; the value is the list of their references, so that a draft keeps them. */
export const filePicker = ({ uploadUrl, onPending }) => {
  function FilePicker(props) {
    const { field, domId, errors = [], disabled, readonly, onChange } = props;
    const value = Array.isArray(props.value) ? props.value : [];
    const [state, setState] = useState({ busy: '', problem: '' });
    const chooser = useRef();
    const latest = useRef(value);
    useEffect(() => { latest.current = value; }, [value]);
    const set = (list) => { latest.current = list; onChange({ field, value: list.length ? list : null }); };
    const add = async (chosen) => {
      for (const file of chosen) {
        setState({ busy: file.name, problem: '' });
        const done = uploadDocument(uploadUrl, file).then(
          (stored) => { set([...(field.multiple ? latest.current : []), stored]); setState({ busy: '', problem: '' }); },
          (error) => setState({ busy: '', problem: say('{name}：{message}', { name: file.name, message: error.message }) }),
        );
        onPending?.(done);
        await done;
      }
    };
    const locked = disabled || readonly;
    const rows = value.map((one, place) => h('li', { key: one.id },
      h('span', { class: 'sw-docs-icon' }, h('i', { class: 'bi bi-file-earmark-text', 'aria-hidden': true })),
      h('span', { class: 'sw-docs-name' }, one.name, h('small', {}, one.size == null ? '' : sizeText(one.size))),
      h('span', { class: 'sw-status is-ok' }, h('i', { class: 'bi bi-check-circle', 'aria-hidden': true }), say('已上传')),
      locked ? null : h('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', 'aria-label': say('移除{name}', { name: one.name }), onClick: () => set(value.filter((_, other) => other !== place)) }, say('移除'))));
    const words = state.busy ? say('正在上传 {busy}', { busy: state.busy }) : value.length ? '' : say('还没有上传');
    return around('filepicker', { ...props, errors: state.problem ? [state.problem, ...errors] : errors },
      rows.length ? h('ul', { class: 'sw-docs' }, rows) : null,
      h('input', { id: `${domId}-file`, type: 'file', ref: chooser, class: 'visually-hidden', tabIndex: -1, 'aria-hidden': true, multiple: field.multiple === true, accept: acceptedEndings(field).join(',') || undefined,
        onChange: ({ target }) => { add([...target.files]); target.value = ''; } }),
      h('div', { class: 'sw-file-line' },
        h('button', { id: domId, type: 'button', class: 'btn btn-sm btn-outline-secondary', disabled: locked || Boolean(state.busy), ...described(domId, errors), 'aria-invalid': undefined, onClick: () => chooser.current.click() },
          h('i', { class: 'bi bi-upload', 'aria-hidden': true }), value.length && !field.multiple ? say('更换') : say('上传')),
        h('span', { class: 'sw-quiet', role: 'status' }, words)));
  }
  FilePicker.config = { type: 'filepicker', keyed: true, name: say('附件'), group: 'basic-input', emptyValue: null, sanitizeValue: ({ value }) => (Array.isArray(value) ? value : null), create: (options = {}) => ({ ...options }) };
  return FilePicker;
};

/** Nothing to fill: the browser makes the share when the form is sent. */
export function drawSecretField(props) {
  const ready = props.value?.commit;
  return h('div', { class: classes('textfield', props), id: props.domId, tabIndex: -1 },
    h('div', { class: 'sw-banner is-info' }, h('i', { class: 'bi bi-shield-lock', 'aria-hidden': true }),
      h('p', {}, ready ? say('本人的抽取保密数已在本机生成并加密，随表单一起提交。') : say('提交时，本浏览器自动生成本人的抽取保密数并加密，任何人（含系统管理员）在开启前都看不到。'))),
    h(Errors, { id: `${props.domId}-error-message`, errors: props.errors ?? [] }));
}
