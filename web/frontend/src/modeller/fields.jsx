// The fields of the panel: what is typed is kept at once on the screen and given to the diagram after a short pause,
// when the field is left, and before anything is saved, so nothing typed is ever lost.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { say } from '../lib/words.js';

const PAUSE = 300;
const open = new Set();

/** Gives to the diagram whatever stands in a field and was not given yet. */
export const flushFields = () => { for (const flush of [...open]) flush(); };

/** `[text, type, flush]` of a field whose value is `value` in the diagram. */
export function useTyped(value, commit) {
  const [text, setText] = useState(value);
  const state = useRef({}).current;
  state.commit = commit;
  state.flush ??= () => {
    clearTimeout(state.timer);
    open.delete(state.flush);
    if (state.text === undefined) return;
    const typed = state.text;
    state.text = undefined;
    state.commit(typed);
  };
  useEffect(() => { if (state.text === undefined) setText(value); }, [value]);
  useEffect(() => () => state.flush(), []);
  const type = (typed) => {
    setText(typed);
    state.text = typed;
    open.add(state.flush);
    clearTimeout(state.timer);
    state.timer = setTimeout(state.flush, PAUSE);
  };
  return [text, type, state.flush];
}

/** A label, its control, help and what is wrong with it. */
export function Field({ id, label, required, help, problem, children }) {
  return <div class="sw-field is-full">
    {label && <label for={id}>{required && <span class="sw-req" aria-hidden="true">*</span>}{label}</label>}
    {children}
    {problem && <div class="sw-error" id={`${id}-e`} role="status"><i class="bi bi-exclamation-circle" aria-hidden="true" /><span>{problem}</span></div>}
    {help && <div class="sw-help" id={`${id}-h`}>{help}</div>}
  </div>;
}

const about = (id, { problem, help }) => [problem && `${id}-e`, help && `${id}-h`].filter(Boolean).join(' ') || undefined;

export function Text({ value, set, code, check, suggest = [], disabled, placeholder, maxlength = 255, ...rest }) {
  const id = useId();
  const [text, type, flush] = useTyped(value, (typed) => { if (!check?.(typed)) set(typed); });
  const problem = check?.(text) || rest.problem || (rest.required && !text.trim() ? say('必须填写。') : '');
  return <Field {...rest} id={id} problem={problem}>
    <input id={id} class={`form-control form-control-sm${code ? ' sw-code' : ''}`} value={text} disabled={disabled} placeholder={placeholder} maxlength={maxlength} spellcheck={false} autocomplete="off"
      list={suggest.length ? `${id}-l` : undefined} aria-required={rest.required} aria-invalid={Boolean(problem)} aria-describedby={about(id, { ...rest, problem })}
      onInput={(event) => type(event.target.value)} onBlur={flush} />
    {suggest.length > 0 && <datalist id={`${id}-l`}>{suggest.map(({ value: one, title }) => <option key={one} value={one}>{title}</option>)}</datalist>}
  </Field>;
}

export function Area({ value, set, rows = 3, ...rest }) {
  const id = useId();
  const [text, type, flush] = useTyped(value, set);
  return <Field {...rest} id={id}>
    <textarea id={id} class="form-control form-control-sm" rows={rows} value={text} maxlength={8000} aria-describedby={about(id, rest)} onInput={(event) => type(event.target.value)} onBlur={flush} />
  </Field>;
}

/** A choice among `options` of `{value, title}`; a value that is none of them stays, and is shown as what it is. */
export function Choice({ value, set, options, empty = say('（未选）'), link, ...rest }) {
  const id = useId();
  const known = options.some((one) => one.value === value);
  const problem = rest.problem || (value && !known ? say('“{value}”已不存在，请重新选择。', { value }) : rest.required && !value ? say('请选择。') : '');
  return <Field {...rest} id={id} problem={problem}>
    <div class={link && value && known ? 'input-group input-group-sm' : ''}>
      <select id={id} class="form-select form-select-sm" value={value} aria-required={rest.required} aria-invalid={Boolean(problem)} aria-describedby={about(id, { ...rest, problem })} onChange={(event) => set(event.target.value)}>
        {empty !== null && <option value="">{empty}</option>}
        {value && !known && <option value={value}>{say('{value}（不存在）', { value })}</option>}
        {options.map((one) => <option key={one.value} value={one.value}>{one.title}</option>)}
      </select>
      {link && value && known && <a class="btn btn-outline-secondary sw-icon-btn" href={link(value)} target="_blank" rel="noopener" title={say('在新页打开')} aria-label={say('在新页打开“{title}”', { title: options.find((one) => one.value === value).title })}><i class="bi bi-box-arrow-up-right" aria-hidden="true" /></a>}
    </div>
  </Field>;
}

/** A choice among many: typed words narrow the list; the keyboard walks through it. */
export function Finder({ value, set, options, label, required, help, placeholder = say('输入几个字查找') }) {
  const id = useId();
  const [sought, setSought] = useState(null);
  const [at, setAt] = useState(0);
  const chosen = options.find((one) => one.value === value);
  const found = sought === null ? [] : options.filter((one) => `${one.title} ${one.value} ${one.hint ?? ''}`.toLowerCase().includes(sought.trim().toLowerCase())).slice(0, 60);
  const problem = value && !chosen ? say('“{value}”已不存在，请重新选择。', { value }) : required && !value ? say('请选择。') : '';
  const close = () => { setSought(null); setAt(0); };
  const take = (one) => { close(); if (one) set(one.value); };
  const key = (event) => {
    if (event.key === 'ArrowDown') { setSought(sought ?? ''); setAt(Math.min(at + 1, found.length - 1)); }
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else if (event.key === 'Enter' && sought !== null) take(found[at]);
    else if (event.key === 'Escape' && sought !== null) close();
    else return;
    event.preventDefault();
  };
  return <Field id={id} label={label} required={required} help={help} problem={problem}>
    <div class="sw-finder">
      <input id={id} class="form-control form-control-sm" role="combobox" aria-expanded={found.length > 0} aria-controls={`${id}-l`} aria-autocomplete="list" aria-required={required} aria-activedescendant={found.length ? `${id}-${at}` : undefined}
        autocomplete="off" placeholder={placeholder} value={sought ?? (chosen ? chosen.title : value)} onInput={(event) => { setSought(event.target.value); setAt(0); }} onFocus={(event) => { setSought(''); event.target.select(); }} onKeyDown={key} onBlur={close} />
      <ul id={`${id}-l`} class="sw-finder-list" role="listbox" aria-label={say('可选的{label}', { label })} hidden={!found.length}>
        {found.map((one, place) => <li key={one.value} id={`${id}-${place}`} role="option" aria-selected={place === at} onMouseDown={(event) => { event.preventDefault(); take(one); }}>{one.title}<small>{one.hint ?? one.value}</small></li>)}
      </ul>
    </div>
  </Field>;
}

export function Check({ value, set, label, help }) {
  const id = useId();
  return <div class="sw-field is-full"><div class="form-check">
    <input id={id} class="form-check-input" type="checkbox" checked={value} onChange={(event) => set(event.target.checked)} aria-describedby={help ? `${id}-h` : undefined} />
    <label class="form-check-label" for={id}>{label}</label>
  </div>{help && <div class="sw-help" id={`${id}-h`}>{help}</div>}</div>;
}

/** Several of `options`; `value` is a list. */
export function Several({ value, set, options, label, help }) {
  const toggle = (one, on) => set(options.map((each) => each.value).filter((each) => (each === one ? on : value.includes(each))));
  return <fieldset class="sw-field is-full sw-several"><legend>{label}</legend>
    <div>{options.map((one) => <label key={one.value} class="form-check"><input class="form-check-input" type="checkbox" checked={value.includes(one.value)} onChange={(event) => toggle(one.value, event.target.checked)} /><span>{one.title}</span></label>)}</div>
    {help && <div class="sw-help">{help}</div>}
  </fieldset>;
}
