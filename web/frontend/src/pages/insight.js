// Figures on a flow's diagram: <div data-insight="/…/diagram.bpmn"> with <script data-marks> {element: {waiting, late, median}}.
// The table below says the same in words.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { make } from '../lib/dom.js';
import { say } from '../lib/words.js';
import { move } from '../lib/drawing_keys.js';

const READABLE = 0.6;

async function mount(place) {
  const marks = JSON.parse(place.querySelector('[data-marks]').textContent);
  const answer = await fetch(place.dataset.insight, { credentials: 'same-origin', headers: { Accept: 'application/xml' } });
  if (!answer.ok) throw new Error(`diagram ${answer.status}`);
  const viewer = new NavigatedViewer({ container: place });
  await viewer.importXML(await answer.text());
  const [canvas, elements, overlays] = ['canvas', 'elementRegistry', 'overlays'].map((name) => viewer.get(name));
  Object.entries(marks).filter(([id]) => elements.get(id)).forEach(([id, mark]) => put(overlays, canvas, id, mark));
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() < READABLE) begin(canvas);
  new ResizeObserver(() => canvas.resized()).observe(place);
  place.addEventListener('keydown', (event) => move(event, canvas));
  place.dataset.ready = 'true';
}

function begin(canvas) {
  canvas.zoom(READABLE);
  const { inner, ...box } = canvas.viewbox();
  canvas.viewbox({ ...box, x: inner.x - 8, y: inner.y + inner.height / 2 - box.height / 2 });
}

function put(overlays, canvas, id, { waiting, late, median }) {
  if (waiting) {
    overlays.add(id, { position: { top: -12, right: 16 }, html: make('span', { class: 'sw-insight-count', title: say('待办') }, String(waiting)) });
    canvas.addMarker(id, late ? 'is-late' : 'is-current');
  }
  if (late) overlays.add(id, { position: { top: -12, left: -12 }, html: make('span', { class: 'sw-insight-count is-late', title: say('其中超期') }, String(late)) });
  if (median) overlays.add(id, { position: { bottom: 4, left: 4 }, html: make('span', { class: 'sw-insight-time', title: say('中位用时') }, median) });
}

document.querySelectorAll('[data-insight]').forEach((place) => mount(place).catch(() => {
  place.dataset.failed = 'true';
  place.textContent = say('流程图没有打开，各步骤的数见下面的表，或刷新页面再试。');
}));
