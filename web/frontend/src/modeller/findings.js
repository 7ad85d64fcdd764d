// Findings while drawing: on the shape, in the list below, in words in the panel. The server judges; nothing is judged twice here.
import { icon, make } from '../lib/dom.js';
import { send } from '../lib/http.js';
import { isEnglish, say } from '../lib/words.js';
import { kindOf } from './kinds.js';

const QUIET = 700;
const IDLE = 4_000; // after that the flow is run through once, too
const OVERLAY = 'finding';
const LOOKS = { error: ['is-late', 'x-circle-fill'], warning: ['is-warn', 'exclamation-triangle-fill'] };

export class Findings {
  constructor({ studio, place, counts, read }) {
    Object.assign(this, { studio, place, counts, read, asked: 0, timer: 0 });
    place.addEventListener('click', (event) => this.chosen(event));
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(false), QUIET);
  }

  /** What could not be asked, for want of a session perhaps, is asked again once a save went through. */
  saved() { if (this.isMissing) this.changed(); }

  /** Asks the server; an answer that was overtaken is dropped. */
  async look(run) {
    clearTimeout(this.timer);
    const asked = this.asked += 1;
    const { studio } = this;
    let answer;
    try {
      answer = await send('/modeller/check', { json: { proposal: studio.proposal, key: studio.flow, text: await this.read(), run } });
    } catch {
      this.counts.replaceChildren(make('span', { class: 'sw-quiet' }, say('现在不能检查，稍后自动再试。')));
      this.timer = setTimeout(() => this.look(run), 10_000);
      return;
    }
    if (asked !== this.asked) return;
    this.isMissing = !answer.ok;
    if (answer.ok) this.show(answer.body.findings);
    else this.counts.replaceChildren(make('span', { class: 'sw-status is-late' }, answer.body.message ?? say('检查没有完成。')));
    if (!run && answer.ok) this.timer = setTimeout(() => this.look(true), IDLE);
  }

  show(findings) {
    const { studio } = this;
    studio.findings = findings;
    this.mark(findings);
    this.list(findings);
    studio.modeler.get('eventBus').fire('findings.changed', { findings });
  }

  mark(findings) {
    const [overlays, registry, canvas] = ['overlays', 'elementRegistry', 'canvas'].map((name) => this.studio.modeler.get(name));
    overlays.remove({ type: OVERLAY });
    registry.forEach((element) => { canvas.removeMarker(element, 'has-error'); canvas.removeMarker(element, 'has-warning'); });
    for (const id of new Set(findings.map((one) => one.element).filter(Boolean))) {
      const found = findings.filter((one) => one.element === id);
      const element = registry.get(id);
      if (!element || element === canvas.getRootElement()) continue;
      const level = found.some((one) => one.level === 'error') ? 'error' : 'warning';
      canvas.addMarker(element, `has-${level}`);
      overlays.add(element, OVERLAY, { position: placeOf(element), show: { minZoom: 0.3 }, html: this.badge(id, found, level) });
    }
  }

  badge(id, found, level) {
    const words = found.map((one) => one.message).join('\n');
    const badge = make('button', { class: `sw-model-badge ${LOOKS[level][0]}`, type: 'button', title: words, 'aria-label': words }, icon(LOOKS[level][1]));
    badge.addEventListener('click', (event) => { event.stopPropagation(); this.go(id); });
    return badge;
  }

  list(findings) {
    const errors = findings.filter((one) => one.level === 'error').length;
    const count = (level, words) => make('span', { class: `sw-status ${LOOKS[level][0]}` }, icon(level === 'error' ? 'x-circle' : 'exclamation-triangle'), words);
    this.counts.replaceChildren(...(findings.length ? [errors ? count('error', say('{count}错', { count: errors })) : null, findings.length - errors ? count('warning', say('{count}提示', { count: findings.length - errors })) : null].filter(Boolean)
      : [make('span', { class: 'sw-status is-ok' }, icon('check-circle'), say('没有问题'))]));
    this.place.replaceChildren(...findings.map((one) => this.line(one)));
  }

  line({ element, level, message, rule }) {
    const shape = element && this.studio.modeler.get('elementRegistry').get(element);
    const name = shape ? shape.businessObject.name || kindOf(shape.businessObject).title : say('整个流程');
    return make('li', { class: `sw-find ${LOOKS[level][0]}` }, icon(LOOKS[level][1]),
      make('span', {}, shape ? make('button', { class: 'btn btn-link btn-sm p-0', type: 'button', 'data-element': element }, name) : make('b', {}, name), isEnglish ? ': ' : '：', message, make('small', {}, ` ${rule}`)));
  }

  chosen({ target }) {
    const id = target.closest('[data-element]')?.dataset.element;
    if (id) this.go(id);
  }

  go(id) {
    const { modeler } = this.studio;
    const element = modeler.get('elementRegistry').get(id);
    if (!element) return;
    modeler.get('canvas').scrollToElement(element, 120);
    modeler.get('selection').select(element);
  }
}

const placeOf = (element) => {
  if (!element.waypoints) return { top: -9, right: 9 };
  const middle = element.waypoints[Math.floor((element.waypoints.length - 1) / 2)];
  const box = { x: Math.min(...element.waypoints.map(({ x }) => x)), y: Math.min(...element.waypoints.map(({ y }) => y)) };
  return { left: middle.x - box.x + 4, top: middle.y - box.y - 18 };
};
