// The panel beside the canvas: what is chosen there, its findings, its fields.
import { Component, render } from 'preact';
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { say } from '../lib/words.js';
import { processOf } from './extensions.js';
import { kindOf } from './kinds.js';
import { sectionsOf } from './sections.jsx';

class Panel extends Component {
  constructor(props) {
    super(props);
    this.state = { element: undefined, many: 0 };
    const show = () => this.setState(chosen(props.studio.modeler));
    const bus = props.studio.modeler.get('eventBus');
    for (const event of ['selection.changed', 'commandStack.changed', 'import.done', 'elements.changed', 'findings.changed']) bus.on(event, 100, show);
  }

  render({ studio }, { element, many }) {
    if (many > 1) return <p class="sw-model-empty">{say('选中了{count}个，请只选一个再填写；可以一起移动、对齐或删除。', { count: many })}</p>;
    if (!element) return null;
    const object = processOf(element) ?? getBusinessObject(element);
    const { title, icon } = kindOf(object);
    return <>
      <div class="sw-card-head"><h2><i class={`bi bi-${icon}`} aria-hidden="true" /> {object.name || object.text || title}</h2><span class="sw-quiet">{title}</span></div>
      <div class="sw-card-body">
        {studio.findingsOf(object.id).map((one) => <div key={one.rule + one.message} class={`sw-model-finding ${one.level === 'error' ? 'is-late' : 'is-warn'}`}><i class={`bi bi-${one.level === 'error' ? 'x-circle-fill' : 'exclamation-triangle-fill'}`} aria-hidden="true" /><span>{one.message}</span></div>)}
        <Todo studio={studio} element={element} object={object} />
        {sectionsOf(element).map(({ key, ...section }) => <Section key={`${object.id}:${key}`} {...section} studio={studio} element={element} object={object} />)}
      </div>
    </>;
  }
}

/** What an import of another tool's file left to do here. */
function Todo({ studio, element, object }) {
  const todo = studio.ext.property(object, 'todo');
  if (!todo) return null;
  return <div class="sw-model-todo is-info"><b>{say('导入后待办')}</b>{todo.split('\n').map((line) => <p key={line}>{line}</p>)}
    {studio.editable && <button class="btn btn-sm btn-outline-secondary" type="button" onClick={() => studio.ext.setProperty(element, object, 'todo', '')}><i class="bi bi-check2" aria-hidden="true" />{say('已办完')}</button>}</div>;
}

class Section extends Component {
  constructor(props) {
    super(props);
    const { closed, object } = props;
    this.state = { open: !(typeof closed === 'function' ? closed(object) : closed) };
  }

  render({ title, Body, studio, element, object, closed }, { open }) {
    const fields = <fieldset class="sw-form" disabled={!studio.editable}><Body studio={studio} element={element} object={object} /></fieldset>;
    if (!title) return fields;
    if (closed === undefined) return <section class="sw-model-group"><h3>{title}</h3>{fields}</section>;
    return <details class="sw-model-group" open={open} onToggle={(event) => this.setState({ open: event.target.open })}><summary>{title}</summary>{open && fields}</details>;
  }
}

/** The element chosen on the canvas; none chosen is the whole flow. */
function chosen(modeler) {
  const selected = modeler.get('selection').get();
  const one = selected[0]?.labelTarget ?? selected[0] ?? modeler.get('canvas').getRootElement();
  return { many: selected.length, element: getBusinessObject(one)?.$type ? one : undefined };
}

export const mountPanel = (studio, place) => render(<Panel studio={studio} />, place);
