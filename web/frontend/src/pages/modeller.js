// The modeller: `<main data-modeller data-proposal data-flow data-path data-names data-editable>` with its canvas, panel and list of findings.
// On a narrow screen the diagram can be looked at; drawing needs room.
import { make } from '../lib/dom.js';
import { download } from '../lib/file_conflict.js';
import { mark } from '../lib/drawing_marks.js';
import { openDesk } from '../lib/file_desk.js';
import { send } from '../lib/http.js';
import { toast } from '../lib/toast.js';
import { groupTyping, undoKeys } from '../lib/undo_keys.js';
import { say } from '../lib/words.js';
import { processOf } from '../modeller/extensions.js';
import { fit, load, newModeler, textOf } from '../modeller/drawing.js';
import { flushFields } from '../modeller/fields.jsx';
import { inWords, isLoss } from '../modeller/import_words.js';
import { Findings } from '../modeller/findings.js';
import { mountPanel } from '../modeller/panel.jsx';
import { pngOf } from '../modeller/picture.js';
import { Studio } from '../modeller/studio.js';
import { missing } from '../modeller/words.js';

const CLOSE = 0.6; // words of shapes can be read
const NARROW = matchMedia('(max-width: 767.98px)');

const place = document.querySelector('[data-modeller]');
const part = (name) => place.querySelector(`[data-part="${name}"]`);
const { proposal, flow, names: namesUrl } = place.dataset;

async function open() {
  if (NARROW.matches) { await look(); return; }
  const names = send(namesUrl, { method: 'GET' });
  const modeler = newModeler(part('canvas'));
  const state = { modeler, failed: null, warnings: [], losses: [] };
  const read = async () => {
    if (state.failed !== null) return state.failed;
    flushFields();
    return textOf(modeler);
  };
  let findings = null;
  const desk = await openDesk({ place, load: (text) => put(state, text), read, show: showVersion, onSaved: () => findings?.saved() });
  const { ok, body } = await names;
  if (!ok) throw new Error(body.message ?? say('名称目录没有打开，请刷新页面再试。'));
  const studio = new Studio({ modeler, names: body, proposal, flow, editable: desk.file.editable });
  findings = new Findings({ studio, place: part('findings'), counts: part('counts'), read });
  wire({ state, modeler, desk, studio, findings, read });
  mountPanel(studio, part('panel'));
  learnAgain(studio, findings);
  findings.go(new URLSearchParams(location.search).get('element') ?? '');
  await findings.look(false);
}

/** A form or table that was made in another window is there to choose when one comes back to this one. */
function learnAgain(studio, findings) {
  document.addEventListener('visibilitychange', async () => {
    if (document.visibilityState !== 'visible') return;
    const { ok, body } = await send(namesUrl, { method: 'GET' });
    if (!ok) return;
    Object.assign(studio.names, body);
    findings.changed();
  });
}

/** A file that is no diagram is shown as it is, with what is wrong; nothing is saved over it. */
async function put(state, text) {
  const { modeler } = state;
  part('failure').hidden = true;
  try {
    const warnings = await load(modeler, text);
    state.warnings = warnings.filter((one) => !isLoss(one)).map(inWords);
    state.losses = warnings.filter(isLoss).map(inWords);
    state.failed = null;
    fit(modeler.get('canvas'));
  } catch (error) {
    state.failed = text;
    failure(say('这个文件不能画成流程图：{reason}。请在“更多”里恢复以前保存的一份，或下载后从“流程”页导入，导入会修补并画图。', { reason: inWords(error.message) }), text);
  }
  place.dataset.drawn = String(state.failed === null);
}

function failure(words, text) {
  part('failure').hidden = false;
  part('failure').replaceChildren(make('p', { class: 'sw-error', role: 'alert' }, words), make('pre', { tabindex: '0' }, text));
}

function wire({ state, modeler, desk, studio, findings, read }) {
  const bus = modeler.get('eventBus');
  const stack = modeler.get('commandStack');
  const tools = () => {
    part('undo').disabled = !stack.canUndo() || !studio.editable;
    part('redo').disabled = !stack.canRedo() || !studio.editable;
  };
  const zoomed = () => { part('zoom').textContent = `${Math.round(modeler.get('canvas').zoom() * 100)}%`; };
  zoomed();
  const title = () => { part('title').textContent = processOf(modeler.get('canvas').getRootElement())?.name || flow; };
  title();
  bus.on('commandStack.changed', () => { tools(); title(); desk.changed(); findings.changed(); });
  bus.on('import.done', () => { tools(); findings.changed(); });
  const learn = later(() => { const [one] = modeler.get('selection').get(); read().then((text) => studio.learnVariables(text, one?.businessObject.id)); }, 300);
  bus.on('selection.changed', learn);
  onlyLook(modeler, () => !studio.editable);
  askAboutLosses({ state, desk, studio });
  const actions = {
    undo: () => { flushFields(); stack.undo(); }, redo: () => stack.redo(),
    fit: () => fit(modeler.get('canvas')), zoom_in: () => modeler.get('zoomScroll').stepZoom(1), zoom_out: () => modeler.get('zoomScroll').stepZoom(-1),
    find: () => setTimeout(() => modeler.get('searchPad').toggle()), // after this click, which would close it again
    map: () => modeler.get('minimap').toggle(), keys: () => part('keys').showModal(),
    xml: async () => download(`${flow}.bpmn`, await read(), 'application/xml'), svg: async () => download(`${flow}.svg`, (await modeler.saveSVG()).svg, 'image/svg+xml'),
    png: async () => download(`${flow}.png`, await pngOf((await modeler.saveSVG()).svg), 'image/png'),
    print: () => window.print(), simulate: () => toggleSimulation(read), check: () => findings.look(true), source: async () => source(await read()),
  };
  groupTyping(stack, bus, place);
  // a name being written on the drawing itself, and what is searched for, are no part of it yet
  const leave = (target) => Boolean(target.closest('.djs-direct-editing-content, .djs-search-container, .djs-popup')) || !studio.editable;
  undoKeys({ undo: actions.undo, redo: actions.redo, leave });
  place.addEventListener('click', ({ target }) => { const name = target.closest('[data-act]')?.dataset.act; if (name in actions) actions[name](); });
  bus.on('canvas.viewbox.changed', later(zoomed, 50));
  // what stands in a field is part of the diagram before the page is left, hidden or saved
  for (const event of ['beforeunload', 'pagehide']) window.addEventListener(event, flushFields, { capture: true });
  document.addEventListener('visibilitychange', flushFields, { capture: true });
  document.addEventListener('keydown', (event) => { if ((event.ctrlKey || event.metaKey) && event.key === 's') flushFields(); }, { capture: true });
  // the search listens to keys alone; words that an input method or the clipboard puts in come without
  part('canvas').addEventListener('input', ({ target }) => { if (target.closest('.djs-search-input')) target.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true })); });
  window.addEventListener('beforeprint', () => printed(modeler.get('canvas')));
  new ResizeObserver(() => modeler.get('canvas').resized()).observe(part('canvas'));
  if (state.warnings.length) toast(say('打开时有{count}处提示：{first}', { count: state.warnings.length, first: state.warnings[0] }), 'is-warn');
  Object.assign(place, { modeler, studio, missing, read, desk, load: (text) => load(modeler, text), flush: flushFields }); // for whoever looks in from outside: tests, and the browser's console
}

/** Nothing can be moved, drawn or typed where the proposal is closed, or until losses are accepted. */
function onlyLook(modeler, isClosed) {
  const bus = modeler.get('eventBus');
  for (const event of ['shape.move.start', 'connect.start', 'create.start', 'element.dblclick', 'bendpoint.move.start', 'connectionSegment.move.start', 'resize.start', 'spaceTool.selection.start', 'directEditing.activate', 'drag.init']) bus.on(event, 10_000, () => (isClosed() ? false : undefined));
  modeler.get('contextPad').registerProvider(1, { getContextPadEntries: () => (entries) => (isClosed() ? {} : entries) });
  bus.on('keyboard.keydown', 10_000, ({ keyEvent }) => (isClosed() && !keyEvent.ctrlKey ? false : undefined));
  part('canvas').classList.toggle('is-closed', isClosed());
}

/** What could not be read would be missing from the next save: somebody says so first; the file as it was stays in the history. */
function askAboutLosses({ state, desk, studio }) {
  if (!state.losses.length || !desk.file.editable) return;
  studio.editable = false;
  const box = part('losses');
  const go = make('button', { class: 'btn btn-sm btn-outline-secondary', type: 'button' }, say('知道了，去掉这些继续改'));
  const keep = make('button', { class: 'btn btn-sm btn-primary', type: 'button' }, say('下载原文件'));
  keep.addEventListener('click', () => download(`${flow}.bpmn`, desk.file.text, 'application/xml'));
  go.addEventListener('click', () => { studio.editable = true; box.hidden = true; part('canvas').classList.remove('is-closed'); studio.modeler.get('eventBus').fire('findings.changed', {}); });
  box.replaceChildren(make('p', {}, say('文件里有{count}处读不进来，一保存就会去掉。现在只能看；原文件留在历史里。', { count: state.losses.length })), make('ul', {}, ...state.losses.slice(0, 20).map((one) => make('li', {}, one))), make('div', { class: 'sw-tools' }, keep, go));
  box.hidden = false;
  part('canvas').classList.add('is-closed');
}

async function look() {
  part('hint').hidden = false;
  const { default: Viewer } = await import('bpmn-js/lib/NavigatedViewer');
  const desk = await send(`/proposals/${encodeURIComponent(proposal)}/files/${place.dataset.path}`, { method: 'GET' });
  if (!desk.ok) throw new Error(desk.body.message);
  const viewer = new Viewer({ container: part('canvas') });
  await viewer.importXML(desk.body.text);
  fit(viewer.get('canvas'));
  part('canvas').classList.add('is-closed');
}

async function showVersion(spot, text, changes) {
  spot.classList.add('sw-model-version');
  const { default: Viewer } = await import('bpmn-js/lib/NavigatedViewer');
  const viewer = new Viewer({ container: spot });
  // drawn once its dialog has a size
  const draw = () => viewer.importXML(text).then(() => begin(viewer, changes)).catch((error) => spot.replaceChildren(make('p', { class: 'sw-error' }, error.message), make('pre', {}, text)));
  const seen = new ResizeObserver(() => { if (spot.clientHeight) { seen.disconnect(); draw(); } });
  seen.observe(spot);
}

/** At the first change, or the whole when nothing is known to differ. */
function begin(viewer, changes) {
  const canvas = viewer.get('canvas');
  mark(viewer, changes);
  canvas.zoom('fit-viewport');
  const first = changes.map(({ element }) => viewer.get('elementRegistry').get(element)).find(Boolean);
  if (!first) return;
  canvas.zoom(CLOSE);
  canvas.scrollToElement(first, 60);
}

let endSimulation = null;
async function toggleSimulation(read) {
  const button = part('simulate');
  if (endSimulation) {
    endSimulation();
    endSimulation = null;
    part('simulation').hidden = true;
  } else {
    part('simulation').hidden = false;
    const { simulate } = await import('../modeller/simulation.js');
    endSimulation = await simulate(part('simulation'), await read());
  }
  button.setAttribute('aria-pressed', String(Boolean(endSimulation)));
  part('simulation').parentElement.classList.toggle('is-simulating', Boolean(endSimulation));
}

function source(text) {
  part('xml').textContent = text;
  part('source').showModal();
}

/** What is printed is the whole drawing, whatever part of it is on the screen; made at once, for printing does not wait. */
function printed(canvas) {
  const { inner } = canvas.viewbox();
  const picture = canvas.getContainer().querySelector('svg').cloneNode(true);
  picture.querySelector('.viewport').removeAttribute('transform');
  for (const extra of picture.querySelectorAll('.djs-outline, .djs-hit, .djs-bendpoints, .djs-segment-dragger, .djs-resizer')) extra.remove();
  // arrow heads are found by id, and those of a hidden drawing are not drawn
  for (const one of picture.querySelectorAll('marker[id]')) one.id = `printed-${one.id}`;
  for (const one of picture.querySelectorAll('[style*="url("]')) one.style.cssText = one.style.cssText.replace(/url\((["']?)#/g, 'url($1#printed-');
  picture.setAttribute('viewBox', [inner.x - 8, inner.y - 8, inner.width + 16, inner.height + 16].join(' '));
  for (const name of ['width', 'height', 'tabindex', 'style']) picture.removeAttribute(name);
  part('printed').replaceChildren(picture);
}

function later(run, delay) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(run, delay); };
}

open().then(() => { place.dataset.ready = 'true'; }).catch((error) => {
  place.dataset.ready = 'failed';
  failure(say('流程没有打开：{reason}', { reason: error.message }), '');
});
