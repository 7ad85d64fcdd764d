// <div data-diagram="/…/diagram.bpmn" data-diagram-label="…"> with <script type="application/json" data-trail> {"done":[ids],"current":[ids]};
// a rehearsal adds {"failed":[ids],"flows":[ids]}: where it failed, and the sequence flows it went, which are guessed otherwise.
// The server prints the same as text beside it; here the picture is for those who see it.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { say } from '../lib/words.js';
import { move } from '../lib/drawing_keys.js';

const MARGIN = 8;
const READABLE = 0.7; // below this the words in the boxes are guesses

async function mount(place) {
  const answer = await fetch(place.dataset.diagram, { credentials: 'same-origin', headers: { Accept: 'application/xml' } });
  if (!answer.ok) throw new Error(`diagram ${answer.status}`);
  const viewer = new NavigatedViewer({ container: place });
  await viewer.importXML(await answer.text());
  colour(viewer, JSON.parse(place.querySelector('[data-trail]')?.textContent ?? '{}'));
  const canvas = viewer.get('canvas');
  show(viewer, canvas);
  place.setAttribute('role', 'group');
  place.setAttribute('tabindex', '0');
  place.setAttribute('aria-label', place.dataset.diagramLabel ?? say('流程图，文字说明见旁边的办理进度'));
  new ResizeObserver(() => canvas.resized()).observe(place);
  place.addEventListener('keydown', (event) => move(event, canvas));
  place.dataset.ready = 'true';
}

/** The whole diagram when it can be read so, or else the current step in the middle, or the beginning; 0 shows the whole. */
function show(viewer, canvas) {
  canvas.zoom('fit-viewport', 'auto');
  const marked = (name) => viewer.get('elementRegistry').filter((element) => canvas.hasMarker(element, name));
  const [current] = [...marked('is-failed'), ...marked('is-current')];
  if (canvas.zoom() >= READABLE) return;
  canvas.zoom(READABLE);
  if (current) centre(canvas, current);
  else begin(canvas);
}

/** The left end of the whole diagram, where reading begins. */
function begin(canvas) {
  const { inner, ...box } = canvas.viewbox();
  canvas.viewbox({ ...box, x: inner.x - MARGIN, y: inner.y + inner.height / 2 - box.height / 2 });
}

function centre(canvas, { x, y, width, height }) {
  const box = canvas.viewbox();
  canvas.viewbox({ ...box, x: x + width / 2 - box.width / 2, y: y + height / 2 - box.height / 2 });
}

function colour(viewer, { done = [], current = [], failed = [], flows }) {
  const [canvas, elements] = [viewer.get('canvas'), viewer.get('elementRegistry')];
  const mark = (ids, name) => ids.filter((id) => elements.get(id)).forEach((id) => canvas.addMarker(id, name));
  mark(done, 'is-done');
  mark(current, 'is-current');
  mark(failed, 'is-failed');
  if (flows) return mark(flows, 'is-done');
  const reached = new Set([...done, ...current]);
  const walked = elements.filter(({ source, target }) => source && reached.has(source.id) && reached.has(target?.id));
  return mark(walked.map(({ id }) => id), 'is-done');
}

for (const place of document.querySelectorAll('[data-diagram]')) {
  mount(place).catch(() => {
    place.dataset.failed = 'true';
    place.textContent = say('流程图没有打开，办理进度请看文字说明，或刷新页面再试。');
  });
}
