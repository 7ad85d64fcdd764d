// Opens a diagram for drawing, or only for looking at it.
import Modeler from 'bpmn-js/lib/Modeler';
import minimap from 'diagram-js-minimap';
import spiff from './spiff.json';
import { keepLooseReferences } from './studio.js';
import tools from './tools.js';
import { translate } from './words.js';

const READABLE = 0.7;
const MARGIN = 24;
const TOOLS = 64; // the palette lies over the left edge

export function newModeler(container) {
  return new Modeler({
    container, moddleExtensions: { spiffworkflow: spiff }, minimap: { open: false },
    additionalModules: [{ translate: ['value', translate] }, tools, minimap],
  });
}

/** Puts a diagram on the canvas and returns what the import had to say; throws with words when it is none. */
export async function load(modeler, text) {
  const { warnings } = await modeler.importXML(text);
  keepLooseReferences(modeler.get('moddle'), warnings);
  return warnings.map(({ message }) => message);
}

/** The whole diagram when its words can be read so, or else its beginning. */
export function fit(canvas) {
  canvas.zoom('fit-viewport', 'auto');
  canvas.zoom(Math.max(READABLE, Math.min(1, canvas.zoom() * 0.94)));
  const { inner, scale, ...box } = canvas.viewbox();
  const [left, top] = [TOOLS / scale, MARGIN / scale];
  const isWide = inner.width + left + top > box.width;
  const isHigh = inner.height + 2 * top > box.height;
  canvas.viewbox({ ...box, x: isWide ? inner.x - left : inner.x + (inner.width - box.width - left + top) / 2, y: isHigh ? inner.y - top : inner.y + (inner.height - box.height) / 2 });
}

export const textOf = async (modeler) => (await modeler.saveXML({ format: true })).xml;
