// When: in words, kept as the expression that the engine runs.
import { useState } from 'preact/hooks';
import { say } from '../lib/words.js';
import { Expression } from './expression.jsx';
import { Choice, Field, Text } from './fields.jsx';
import { UNITS, WAYS, readTime, timeInWords, writeTime } from './times.js';

const BEGINNING = { working_days: { count: '', rule: '', from: '' }, rule: { rule: '' }, moment: { variable: '' }, span: { count: '', unit: 'day' }, fixed: { moment: '' }, expression: { text: '' } };
const wholeNumber = (text) => (text && !/^[1-9]\d{0,3}$/.test(text) ? say('请填写1至9999的整数。') : '');

export function Time({ studio, value, set, label, required, ways = Object.keys(WAYS), kind = 'timer', help }) {
  const read = readTime(value);
  const [begun, begin] = useState(null);
  const time = begun ?? read;
  const change = (part) => {
    const next = { ...time, ...part };
    const written = writeTime(next);
    begin(written ? null : next);
    if (written !== value) set(written);
  };
  const options = ways.filter((way) => way in WAYS).map((way) => ({ value: way, title: WAYS[way] }));
  if (time.way && !ways.includes(time.way)) options.push({ value: time.way, title: WAYS[time.way] });
  const turn = (way) => {
    if (!way) { begin(null); set(''); return; }
    begin(way === 'expression' ? { way, text: value } : { way, ...BEGINNING[way] });
  };
  const words = timeInWords(value, studio.titles);
  return <fieldset class="sw-time">
    <Choice label={label} required={required} value={time.way} set={turn} options={options} empty={required ? say('（未填）') : say('不限')} help={help} />
    {time.way && <div class="sw-time-parts"><Parts key={time.way} studio={studio} time={time} change={change} kind={kind} /></div>}
    {words && time.way !== 'expression' && <p class="sw-help">{words}</p>}
  </fieldset>;
}

function Parts({ studio, time, change, kind }) {
  const periods = studio.names.rules.filter((one) => one.unit === 'working_day');
  if (time.way === 'working_days') return <>
    <Text label={say('工作日数')} value={time.count} set={(count) => change({ count, rule: '' })} check={wholeNumber} suggest={[]} />
    <Choice label={say('或取规则的天数')} value={time.rule} set={(rule) => change({ rule, count: '' })} options={periods} />
    <Text label={say('从何时起')} value={time.from} set={(from) => change({ from })} code suggest={studio.variables()} placeholder={say('到这一步时')} />
  </>;
  if (time.way === 'rule') return <Choice label={say('规则')} required value={time.rule} set={(rule) => change({ rule })} options={periods} link={() => studio.urls.rules} />;
  if (time.way === 'moment') return <Text label={say('变量')} required code value={time.variable} set={(variable) => change({ variable })} suggest={studio.variables()} />;
  if (time.way === 'span') return <>
    <Text label={say('数量')} required value={time.count} set={(count) => change({ count })} check={wholeNumber} />
    <Choice label={say('单位')} value={time.unit} set={(unit) => change({ unit })} options={Object.entries(UNITS).map(([unit, title]) => ({ value: unit, title }))} empty={null} />
  </>;
  if (time.way === 'fixed') return <Moment moment={time.moment} set={(moment) => change({ moment })} />;
  return <Expression studio={studio} label={say('表达式')} kind={kind} value={time.text} set={(text) => change({ text })} />;
}

const BEIJING = ':00+08:00';

function Moment({ moment, set }) {
  return <Field id="fixed-moment" label={say('日期和时间（北京时间）')}>
    <input id="fixed-moment" class="form-control form-control-sm" type="datetime-local" value={moment.slice(0, 16)} onChange={(event) => set(event.target.value ? `${event.target.value}${BEIJING}` : '')} />
  </Field>;
}
