// The decision editor: one table per file, in Chinese, with findings and a test row; what the engine does not run is not offered.
import DecisionTableEditor from 'dmn-js-decision-table/lib/Editor';
import { HIT_POLICIES } from 'dmn-js-decision-table/lib/features/hit-policy/HitPolicies';
import EditingManager from 'dmn-js-shared/lib/base/EditingManager';
import { is } from 'dmn-js-shared/lib/util/ModelUtil';
import { Trial } from '../decision_editor/trial.js';
import { missing, nameHitPolicies, translate } from '../decision_editor/words.js';
import { icon, make } from '../lib/dom.js';
import { openDesk } from '../lib/file_desk.js';
import { showFindings } from '../lib/finding_lines.js';
import { send } from '../lib/http.js';
import { groupTyping, undoKeys } from '../lib/undo_keys.js';
import { say } from '../lib/words.js';

const CHECK_AFTER = 500; // milliseconds after the last change
const TYPES = ['string', 'number', 'boolean', 'Any'];
nameHitPolicies(HIT_POLICIES);

/** Tables alone: relations between decisions and boxed expressions are not run here. */
class TableEditor extends EditingManager {
  _getViewProviders() {
    return [{ id: 'decisionTable', constructor: DecisionTableEditor, opens: (element) => is(element, 'dmn:Decision') && is(element.decisionLogic, 'dmn:DecisionTable') }];
  }
}

class Workbench {
  constructor(place) {
    this.place = place;
    this.part = (name) => place.querySelector(`[data-${name}]`);
    this.url = place.dataset.url;
  }

  async open() {
    const words = { translate: ['value', translate] };
    this.editor = new TableEditor({ container: this.part('canvas'), common: { dataTypes: TYPES }, decisionTable: { additionalModules: [words] } });
    this.trial = new Trial({ place: this.place, url: `${this.url}/try`, text: () => this.text(), onHit: (rows) => this.lit(rows) });
    this.desk = await openDesk({
      place: this.place, name: `${this.place.dataset.name}.dmn`, load: (text) => this.load(text), read: () => this.text(), show: showRules,
      onSaved: () => this.find(),
    });
    this.wire();
    await this.find();
    this.place.dataset.ready = 'true';
    this.place.missing = missing;
  }

  async load(text) {
    const { warnings } = await this.editor.importXML(text);
    for (const one of warnings) console.warn(one.message);
    const viewer = this.editor.getActiveViewer();
    if (!viewer) throw new Error(say('文件里没有决策表'));
    if (this.stack !== viewer.get('commandStack')) {
      this.stack = viewer.get('commandStack');
      groupTyping(this.stack, viewer.get('eventBus'), this.part('canvas'));
      onlyWhatChanges(viewer.get('modeling'));
    }
    viewer.on('commandStack.changed', () => this.edited());
    this.able();
    this.part('canvas').querySelectorAll('th.index-column').forEach((head) => head.replaceChildren(make('span', { class: 'visually-hidden' }, say('序号'))));
  }

  async text() {
    const { xml } = await this.editor.saveXML({ format: true });
    return xml;
  }

  edited() {
    this.able();
    this.desk?.changed();
    this.lit([]);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.find(), CHECK_AFTER);
  }

  wire() {
    // a cell that is being edited would write its own text over what comes back
    const left = (act) => () => { if (this.part('canvas').contains(document.activeElement)) document.activeElement.blur(); act(); };
    const [undo, redo] = [left(() => this.stack.undo()), left(() => this.stack.redo())];
    this.part('undo').addEventListener('click', undo);
    this.part('redo').addEventListener('click', redo);
    // what is typed for a trial is no part of the table
    undoKeys({ undo, redo, leave: (target) => Boolean(target.closest('[data-try]')) });
    this.able();
  }

  able() {
    this.part('undo').disabled = !this.stack?.canUndo();
    this.part('redo').disabled = !this.stack?.canRedo();
  }

  async find() {
    const round = this.round = (this.round ?? 0) + 1;
    const { ok, body } = await send(`${this.url}/check`, { json: { text: await this.text() } });
    if (round !== this.round) return;
    const findings = ok ? body.findings : [{ level: 'error', message: body.message ?? say('检查没有完成，请稍后再试。') }];
    showFindings(this.part('findings'), findings);
    this.wrong(findings);
    if (ok) this.trial.ask(body.questions);
  }

  rows() { return [...this.part('canvas').querySelectorAll('tbody tr')].filter((row) => row.querySelector('.rule-index')); }

  lit(rows) { this.rows().forEach((row, at) => row.classList.toggle('sw-hit', rows.includes(at + 1))); }

  wrong(findings) {
    const numbers = findings.flatMap(({ message }) => [...message.matchAll(/第 ?(\d+) ?条/g)].map(([, number]) => Number(number)));
    this.rows().forEach((row, at) => row.classList.toggle('sw-has-error', numbers.includes(at + 1)));
  }
}

/** A cell writes its text once more when it comes back by an undo; that is no edit, and would end what can be redone. */
function onlyWhatChanges(modeling) {
  const edit = modeling.editCell.bind(modeling);
  modeling.editCell = (cell, text) => { if (cell.text !== text) edit(cell, text); };
}

/** A version as a plain table of its rules, those that changed marked, for the conflict dialog. */
function showRules(side, text, changes) {
  const kinds = new Map(changes.map(({ element, kind }) => [element, kind]));
  const marked = (one) => ({ class: kinds.has(one.id) ? `is-${kinds.get(one.id)}` : null });
  const file = new DOMParser().parseFromString(text, 'application/xml');
  const all = (from, name) => [...from.getElementsByTagNameNS('*', name)];
  if (all(file, 'parsererror').length) { side.append(make('pre', {}, text)); return; }
  const said = (cell) => all(cell, 'text')[0]?.textContent ?? '';
  const heads = [...all(file, 'input'), ...all(file, 'output')].map((one) => make('th', marked(one), one.getAttribute('label') ?? one.getAttribute('name') ?? ''));
  const rows = all(file, 'rule').map((rule) => make('tr', marked(rule), ...[...all(rule, 'inputEntry'), ...all(rule, 'outputEntry')].map((cell) => make('td', {}, said(cell)))));
  side.append(make('table', { class: 'sw-table' }, make('thead', {}, make('tr', {}, ...heads)), make('tbody', {}, ...rows)));
}

for (const place of document.querySelectorAll('[data-decision-editor]')) {
  const workbench = new Workbench(place);
  place.workbench = workbench;
  workbench.open().catch((error) => {
    console.warn(error);
    place.prepend(make('div', { class: 'sw-banner is-late', role: 'alert' }, icon('exclamation-triangle'), make('p', {}, say('决策表没有打开：{reason}', { reason: error.message }))));
  });
}
