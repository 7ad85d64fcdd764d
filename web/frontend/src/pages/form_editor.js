// The form editor: palette, canvas and properties in words; findings as one edits; the very form beside it.
import { FormEditor } from '@bpmn-io/form-js-editor';
import { icon, make } from '../lib/dom.js';
import { openDesk } from '../lib/file_desk.js';
import { findingLine, showFindings } from '../lib/finding_lines.js';
import { send } from '../lib/http.js';
import { groupTyping, undoKeys } from '../lib/undo_keys.js';
import { say } from '../lib/words.js';
import { kindsModule, labelOf } from '../form_editor/kinds.js';
import { FieldPanel } from '../form_editor/panel.js';
import { fromEditor, toEditor } from '../form_editor/schema.js';

const CHECK_AFTER = 500; // milliseconds after the last change
/** Our own properties take the place of the library's. */
const withoutPanel = { propertiesPanel: ['value', { attachTo() {}, detach() {}, registerProvider() {} }] };

class Workbench {
  constructor(place) {
    this.place = place;
    this.part = (name) => place.querySelector(`[data-${name}]`);
    this.url = place.dataset.url;
  }

  async open() {
    const { body: names } = await send(`${this.url}/names`, { method: 'GET' });
    this.names = names;
    this.editor = new FormEditor({ container: this.part('canvas'), additionalModules: [withoutPanel, kindsModule(names)], renderer: { compact: true }, propertiesPanel: { parent: make('div') } });
    this.panel = new FieldPanel({ place: this.part('properties'), editor: this.editor, names });
    this.desk = await openDesk({
      place: this.place, name: `${this.place.dataset.name}.json`,
      load: (text) => this.load(text), read: () => this.text(), show: showOutline,
      onSaved: () => this.find(),
    });
    this.editor.on('changed', () => { if (this.isLoaded) this.edited(); });
    this.wire();
    this.panel.show();
    await this.find();
    this.place.dataset.ready = 'true';
  }

  async load(text) {
    this.isLoaded = false;
    await this.refuseUnfit(text);
    this.original = JSON.parse(text);
    try {
      await this.editor.importSchema(toEditor(this.original));
    } catch (error) {
      console.warn(error);
      await this.find(text);
      throw new Error(say('有的字段不能显示，见下面的检查结果；可以从历史恢复，或下载改正后再导入。'), { cause: error });
    }
    this.before = this.text();
    this.isLoaded = true;
    this.preview?.draw();
  }

  /** A file that is no form, or too deep or large for any page, is told of and left alone; history brings an older one back. */
  async refuseUnfit(text) {
    const { ok, body } = await send(`${this.url}/check`, { json: { text } });
    const whole = ok ? body.findings.find(({ path, level, whole: isWhole }) => isWhole && level === 'error' && !path) : { message: body.message };
    if (!whole) return;
    showFindings(this.part('findings'), [{ ...whole, level: 'error' }]);
    throw new Error(whole.message);
  }

  schema() { return fromEditor(this.editor.saveSchema(), this.original); }

  text() { return `${JSON.stringify(this.schema(), null, 2)}\n`; }

  edited() {
    const text = this.text();
    if (text === this.before) return;
    this.before = text;
    this.desk?.changed();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.find(); if (this.isPreviewed) this.preview.draw(); }, CHECK_AFTER);
  }

  wire() {
    const stack = this.editor.get('commandStack');
    const [undo, redo] = [this.part('undo'), this.part('redo')];
    const able = () => { undo.disabled = !stack.canUndo(); redo.disabled = !stack.canRedo(); };
    undo.addEventListener('click', () => stack.undo());
    redo.addEventListener('click', () => stack.redo());
    groupTyping(stack, this.editor.get('eventBus'), this.place);
    const step = (act) => () => { this.panel.flush(); act(); };
    undoKeys({ undo: step(() => stack.undo()), redo: step(() => stack.redo()), leave: (target) => Boolean(target.closest('[data-preview], .fjs-palette-container')) && target.matches('input, textarea') });
    for (const kind of ['keydown', 'click']) this.part('canvas').addEventListener(kind, (event) => this.fromPalette(event));
    this.editor.on('commandStack.changed', able);
    able();
    this.part('preview-toggle').addEventListener('click', () => this.togglePreview());
  }

  /** A field taken from the palette without dragging stands at the end; it is chosen, and its label can be typed at once. */
  fromPalette({ type, code, detail, target }) {
    const entry = target.closest('.fjs-palette-field');
    const isClick = type === 'click' && detail > 0;
    if (!entry || !(isClick || (type === 'keydown' && code === 'Enter'))) return;
    const { schema } = this.editor._getState();
    // the palette adds what Enter is pressed on
    if (isClick) this.editor.get('modeling').addFormField({ type: entry.dataset.fieldType }, schema, schema.components.length);
    setTimeout(() => {
      this.choose(this.editor._getState().schema.components.at(-1));
      this.panel.focusFirst();
    });
  }

  async togglePreview() {
    this.isPreviewed = !this.isPreviewed;
    this.place.classList.toggle('is-previewed', this.isPreviewed);
    this.part('preview').hidden = !this.isPreviewed;
    this.part('preview-toggle').setAttribute('aria-pressed', String(this.isPreviewed));
    if (!this.isPreviewed) return;
    if (!this.preview) {
      const { Preview } = await import('../form_editor/preview.js');
      const settings = { today: this.place.dataset.today, calendar: this.names.calendar, viewUrl: `${this.url}/view`, inventUrl: `${this.url}/invent`, tryUrl: `${this.url}/try` };
      this.preview = new Preview({ place: this.part('preview'), settings, names: this.names, schema: () => this.schema() });
    }
    await this.preview.draw();
    this.part('preview').scrollIntoView({ block: 'nearest' });
  }

  /** What is wrong with the form as it stands, in a list and at the fields. */
  async find(text = this.text()) {
    const round = this.round = (this.round ?? 0) + 1;
    const { ok, body } = await send(`${this.url}/check`, { json: { text } });
    if (round !== this.round) return;
    const findings = ok ? body.findings : [{ path: '', level: 'error', message: body.message ?? say('检查没有完成，请稍后再试。') }];
    showFindings(this.part('findings'), findings, (one) => this.finding(one));
    this.mark(findings);
  }

  finding(one) {
    const { path } = one;
    const field = path && this.fieldAt(path);
    const name = field ? make('button', { class: 'btn btn-link p-0 align-baseline', type: 'button' }, labelOf(field)) : make('b', {}, path);
    if (field) name.addEventListener('click', () => this.choose(field));
    return findingLine(one, name, path ? '：' : '');
  }

  choose(field) {
    this.editor.get('selection').set(field);
    this.part('canvas').querySelector(`.fjs-element[data-id="${CSS.escape(field.id)}"]`)?.scrollIntoView({ block: 'center' });
  }

  fieldAt(path) {
    const wanted = path.replaceAll('[]', '');
    return this.editor.get('formFieldRegistry').getAll().find((field) => field.id === wanted || (field.type !== 'default' && this.pathOf(field) === wanted));
  }

  pathOf(field) {
    const parent = this.editor.get('formFieldRegistry').get(field._parent);
    const own = field.key ?? field.path ?? '';
    const above = parent && parent.type !== 'default' ? this.pathOf(parent) : '';
    return [above, own].filter(Boolean).join('.') || field.id;
  }

  mark(findings) {
    const worst = new Map();
    for (const { path, level } of findings) {
      const field = this.fieldAt(path);
      if (field && worst.get(field.id) !== 'error') worst.set(field.id, level);
    }
    for (const element of this.part('canvas').querySelectorAll('.fjs-element[data-id]')) {
      const level = worst.get(element.dataset.id);
      element.classList.toggle('sw-has-error', level === 'error');
      element.classList.toggle('sw-has-warning', level === 'warning');
    }
  }
}

/** A version of the form as a list of its fields, those that changed marked, for the conflict dialog. */
function showOutline(side, text, changes) {
  const kinds = new Map(changes.map(({ element, kind }) => [element, kind]));
  const line = (field) => make('li', { class: kinds.has(field.id) ? `is-${kinds.get(field.id)}` : null }, labelOf(field), field.validate?.required ? ' *' : '', field.components?.length ? make('ul', {}, ...field.components.map(line)) : null);
  try {
    side.append(make('ol', {}, ...JSON.parse(text).components.map(line)));
  } catch {
    side.append(make('pre', {}, text));
  }
}

for (const place of document.querySelectorAll('[data-form-editor]')) {
  const workbench = new Workbench(place);
  place.workbench = workbench;
  workbench.open().catch((error) => {
    console.warn(error);
    place.prepend(make('div', { class: 'sw-banner is-late', role: 'alert' }, icon('exclamation-triangle'), make('p', {}, say('表单没有打开：{reason}', { reason: error.message }))));
  });
}
