// A text that the engine runs: names are offered while typing, and the server says at once what is wrong with it.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { say } from '../lib/words.js';
import { Field, useTyped } from './fields.jsx';
import { completions } from './completions.js';

const QUIET = 400;

/** What the server finds wrong with a text, asked after a pause; an old answer never replaces a newer one. */
export function useProblem(studio, kind, text) {
  const [problem, setProblem] = useState('');
  useEffect(() => {
    if (!text.trim()) { setProblem(''); return undefined; }
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const found = await studio.checkExpression(kind, text);
      if (isCurrent) setProblem(found);
    }, QUIET);
    return () => { isCurrent = false; clearTimeout(timer); };
  }, [kind, text]);
  return problem;
}

export function Expression({ studio, value, set, kind = 'expression', rows = 1, label, help, required, placeholder }) {
  const id = useId();
  const area = useRef(null);
  const [text, type, flush] = useTyped(value, set);
  const [offer, setOffer] = useState({ from: 0, options: [] });
  const [at, setAt] = useState(0);
  const problem = useProblem(studio, kind, text) || (required && !text.trim() ? say('必须填写。') : '');
  const look = () => {
    const before = area.current.value.slice(0, area.current.selectionStart);
    setOffer(completions(before, studio.variables(), studio.names));
    setAt(0);
  };
  const close = () => setOffer({ from: 0, options: [] });
  const take = ({ text: word }) => {
    const field = area.current;
    const caret = offer.from + word.length;
    type(field.value.slice(0, offer.from) + word + field.value.slice(field.selectionStart));
    close();
    requestAnimationFrame(() => { field.focus(); field.setSelectionRange(caret, caret); });
  };
  const key = (event) => {
    if (event.key === ' ' && event.ctrlKey) look();
    else if (!offer.options.length) return;
    else if (event.key === 'ArrowDown') setAt((at + 1) % offer.options.length);
    else if (event.key === 'ArrowUp') setAt((at + offer.options.length - 1) % offer.options.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(offer.options[at]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return <Field id={id} label={label} required={required} help={help} problem={problem}>
    <div class="sw-finder">
      <textarea ref={area} id={id} class="form-control form-control-sm sw-code" rows={Math.max(rows, Math.min(12, text.split('\n').length))} value={text} maxlength={8000} spellcheck={false} placeholder={placeholder}
        aria-autocomplete="list" aria-controls={`${id}-l`} aria-activedescendant={offer.options.length ? `${id}-${at}` : undefined}
        aria-label={label ? undefined : say('表达式')} aria-invalid={Boolean(problem)} aria-required={required} aria-describedby={problem ? `${id}-e` : undefined}
        onInput={(event) => { type(event.target.value); look(); }} onKeyDown={key} onBlur={() => { close(); flush(); }} />
      <ul id={`${id}-l`} class="sw-finder-list" role="listbox" aria-label={say('可以填写')} hidden={!offer.options.length}>
        {offer.options.map((one, place) => <li key={one.text} id={`${id}-${place}`} role="option" aria-selected={place === at} onMouseDown={(event) => { event.preventDefault(); take(one); }}><code>{one.text}</code><small>{one.title}</small></li>)}
      </ul>
    </div>
  </Field>;
}
