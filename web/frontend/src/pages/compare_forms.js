// Two forms side by side, to be looked at only: <div data-compare-forms> with [data-side] holding each schema as JSON.
import { Form } from '@bpmn-io/form-js-viewer';
import { formModules, withOurClock } from '../lib/form_modules.js';
import { say } from '../lib/words.js';

async function mount(place, changes) {
  const schema = JSON.parse(place.querySelector('script').textContent);
  if (!schema) {
    place.textContent = say('这一边没有这张表单，或文件无法读取。');
    return;
  }
  const box = document.createElement('div');
  box.className = 'sw-fjs';
  place.append(box);
  const form = new Form({ container: box, additionalModules: formModules({}) });
  form.setProperty('readOnly', true);
  await form.importSchema(withOurClock(schema), {});
  await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
  changes.forEach(({ element, kind }) => fieldOf(box, element)?.classList.add('sw-compare-field', `is-${kind}`));
}

function fieldOf(box, id) {
  if (!id) return null;
  const name = CSS.escape(id); // a date's own inputs add to its id: …-completed_on-date
  const inside = box.querySelector(`[id$="-${name}"], [id*="-${name}-"]`);
  return inside?.closest('.fjs-form-field') ?? null;
}

async function start(place) {
  const changes = JSON.parse(place.querySelector('[data-compare-changes]').textContent);
  await Promise.all([...place.querySelectorAll('[data-side]')].map((side) => mount(side, changes).catch(() => {
    side.textContent = say('表单没有打开，不同之处见下面的列表，或刷新页面再试。');
  })));
  document.querySelectorAll('[data-go]').forEach((button) => button.addEventListener('click', () => {
    const found = [...place.querySelectorAll('[data-side]')].map((side) => fieldOf(side, button.dataset.go)).filter(Boolean);
    found.at(-1)?.scrollIntoView({ block: 'center' });
  }));
  place.dataset.ready = 'true';
}

document.querySelectorAll('[data-compare-forms]').forEach(start);
