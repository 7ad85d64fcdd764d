// One parameter: a fixed value (typed by what it is), a variable, or an expression.
import { useId, useState } from 'preact/hooks';
import { say } from '../lib/words.js';
import { Expression } from './expression.jsx';
import { Field, useTyped } from './fields.jsx';
import { KINDS, canBeFixed, readValue, valueProblem, writeValue } from './values.js';

const YES_NO = [{ value: 'True', title: say('是') }, { value: 'False', title: say('否') }];

export function Value({ studio, parameter, value, set }) {
  const id = useId();
  const { type, label, required, of } = parameter;
  const read = readValue(value, type);
  // an empty list or table can only be filled from elsewhere; what was chosen by hand holds until something is written
  const [chosen, choose] = useState(null);
  const kind = chosen ?? (value || canBeFixed(type) ? read.kind : 'variable');
  const shown = kind === read.kind ? read.value : '';
  const problem = kind === 'expression' ? '' : valueProblem({ kind, value: shown }, type, required);
  const write = (next) => { choose(next ? null : kind); set(writeValue({ kind, value: next }, type)); };
  const kinds = Object.entries(KINDS).filter(([name]) => name !== 'fixed' || canBeFixed(type) || read.kind === 'fixed');
  return <Field id={id} label={label} required={required} problem={problem}>
    <div class="sw-value">
      <select class="form-select form-select-sm" aria-label={say('“{label}”从哪里来', { label })} value={kind} onChange={(event) => choose(event.target.value)}>
        {kinds.map(([name, title]) => <option key={name} value={name}>{title}</option>)}
      </select>
      <Control id={id} studio={studio} kind={kind} type={type} of={of} label={label} value={shown} write={write} invalid={Boolean(problem)} />
    </div>
  </Field>;
}

function Control({ id, studio, kind, type, of, label, value, write, invalid }) {
  if (kind === 'expression') return <Expression key="expression" studio={studio} value={value} set={write} />;
  if (kind === 'variable') return <Line key="variable" id={id} value={value} write={write} code suggest={studio.variables()} invalid={invalid} label={label} />;
  const options = type === 'bool' ? YES_NO : studio.names.choices[of];
  if (options && (!value || options.some((one) => one.value === value))) return <select key="choice" id={id} class="form-select form-select-sm" value={value} aria-invalid={invalid} onChange={(event) => write(event.target.value)}>
    <option value="">{say('（未选）')}</option>{options.map((one) => <option key={one.value} value={one.value}>{one.title}</option>)}
  </select>;
  return <Line key="fixed" id={id} value={value} write={write} suggest={options ?? []} number={type === 'int' || type === 'float'} invalid={invalid} label={label} />;
}

function Line({ id, value, write, suggest, code, number, invalid }) {
  const [text, type, flush] = useTyped(value, write);
  return <><input id={id} class={`form-control form-control-sm${code ? ' sw-code' : ''}`} value={text} list={suggest.length ? `${id}-l` : undefined} inputmode={number ? 'numeric' : undefined} spellcheck={false} autocomplete="off" maxlength={2000} aria-invalid={invalid}
    onInput={(event) => type(event.target.value)} onBlur={flush} />
    {suggest.length > 0 && <datalist id={`${id}-l`}>{suggest.map((one) => <option key={one.value} value={one.value}>{one.title}</option>)}</datalist>}</>;
}
