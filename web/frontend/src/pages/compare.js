// Two diagrams side by side: <div data-compare> with <script data-compare-changes> [{element, kind}], and two [data-side][data-src].
// Both move together; a click on a line of the list ([data-go]) brings the element into the middle of both.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { mark } from '../lib/drawing_marks.js';
import { say } from '../lib/words.js';
import { move } from '../lib/drawing_keys.js';

const READABLE = 0.8;

async function mount(place, changes) {
  const answer = await fetch(place.dataset.src, { credentials: 'same-origin', headers: { Accept: 'application/xml' } });
  if (!answer.ok) throw new Error(`diagram ${answer.status}`);
  const viewer = new NavigatedViewer({ container: place });
  await viewer.importXML(await answer.text());
  mark(viewer, changes);
  const canvas = viewer.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  new ResizeObserver(() => canvas.resized()).observe(place);
  place.addEventListener('keydown', (event) => move(event, canvas));
  place.dataset.ready = 'true';
  return viewer;
}

/** What is looked at on one side is looked at on the other. */
function together(viewers) {
  let busy = false;
  viewers.forEach((viewer) => viewer.on('canvas.viewbox.changed', ({ viewbox }) => {
    if (busy) return;
    busy = true;
    viewers.filter((other) => other !== viewer).forEach((other) => {
      const { x, y, width, height } = viewbox;
      other.get('canvas').viewbox({ x, y, width, height });
    });
    busy = false;
  }));
}

function go(viewers, id) {
  const found = viewers.filter((viewer) => viewer.get('elementRegistry').get(id));
  viewers.forEach((viewer) => {
    viewer.get('elementRegistry').forEach((element) => viewer.get('canvas').removeMarker(element, 'is-picked'));
  });
  found.forEach((viewer) => viewer.get('canvas').addMarker(id, 'is-picked'));
  const viewer = found.at(-1);
  if (!viewer) return;
  const canvas = viewer.get('canvas');
  const { x, y, width = 0, height = 0, waypoints } = viewer.get('elementRegistry').get(id);
  const middle = waypoints ? waypoints[Math.floor(waypoints.length / 2)] : { x: x + width / 2, y: y + height / 2 };
  if (canvas.zoom() < READABLE) canvas.zoom(READABLE);
  const box = canvas.viewbox();
  canvas.viewbox({ ...box, x: middle.x - box.width / 2, y: middle.y - box.height / 2 });
}

async function start(place) {
  const changes = JSON.parse(place.querySelector('[data-compare-changes]').textContent);
  const sides = [...place.querySelectorAll('[data-src]')];
  const mounted = await Promise.all(sides.map((side) => mount(side, changes).catch(() => {
    side.dataset.failed = 'true';
    side.textContent = say('流程图没有打开，不同之处见下面的列表，或刷新页面再试。');
    return null;
  })));
  const viewers = mounted.filter(Boolean);
  together(viewers);
  document.querySelectorAll('[data-go]').forEach((button) => button.addEventListener('click', () => {
    go(viewers, button.dataset.go);
    place.scrollIntoView({ block: 'nearest' });
  }));
  place.dataset.ready = 'true';
}

document.querySelectorAll('[data-compare]').forEach(start);
