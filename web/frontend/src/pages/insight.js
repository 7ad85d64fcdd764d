// Figures on a flow's diagram: <div data-insight="/…/diagram.bpmn"> with <script data-marks> {element: {waiting, late, waits, failed, inside, median}}.
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

const places = () => ({
  waiting: [{ top: -12, right: 16 }, say('待办'), ''],
  late: [{ top: -12, left: -12 }, say('其中超期'), 'is-late'],
  waits: [{ bottom: 12, right: 16 }, say('案卷在等到点或消息'), 'is-wait'],
  failed: [{ bottom: 12, left: -12 }, say('自动办理出错'), 'is-late'],
});

function put(overlays, canvas, id, mark) {
  Object.entries(places()).filter(([name]) => mark[name]).forEach(([name, [position, title, look]]) => {
    overlays.add(id, { position, html: make('span', { class: `sw-insight-count ${look}`, title }, String(mark[name])) });
  });
  const isLate = mark.late || mark.failed;
  if (mark.waiting || mark.waits || mark.inside || mark.failed) canvas.addMarker(id, isLate ? 'is-late' : 'is-current');
  const below = mark.inside ? `${say('在办')} ${mark.inside}` : mark.median;
  if (below) overlays.add(id, { position: { bottom: 4, left: 4 }, html: make('span', { class: 'sw-insight-time', title: mark.inside ? say('在调用的流程里的案卷') : say('中位用时') }, below) });
}

document.querySelectorAll('[data-insight]').forEach((place) => mount(place).catch(() => {
  place.dataset.failed = 'true';
  place.textContent = say('流程图没有打开，各步骤的数见下面的表，或刷新页面再试。');
}));
