// Between the stored form and the editor: what the editor adds by itself goes again, what it does not know stays, order is kept.
import { say } from '../lib/words.js';

const DEPTH = 12;
/** What the editor writes into a field that says nothing of it. */
const ASSUMED = { showOutline: true };

/** The form for the editor: every field has an id; rows of the layout come as the editor makes them. */
export function toEditor(schema) {
  if (!schema || typeof schema !== 'object' || !Array.isArray(schema.components)) throw new Error(say('不是表单：没有 components 列表'));
  return structuredClone(schema);
}

/** What is stored: as the editor has it, without empty settings and the rows it invents for fields that stand alone. */
export function fromEditor(schema, original) {
  const before = new Map();
  remember(original, before, 0);
  return cleaned(schema, before, 0);
}

function remember(node, before, depth) {
  if (node?.id) before.set(node.id, node);
  if (depth < DEPTH) for (const inner of node?.components ?? []) remember(inner, before, depth + 1);
}

function cleaned(node, before, depth, shared = new Set()) {
  const old = before.get(node.id) ?? {};
  const { layout, ...rest } = node;
  const next = Object.fromEntries(Object.entries(rest).filter(([name, value]) => value !== undefined && !(old.id && !(name in old) && ASSUMED[name] === value)));
  if (layout && (old.layout || layout.columns != null || shared.has(layout.row))) next.layout = tidyLayout(layout);
  if (depth === 0 && old.schemaVersion !== undefined) next.schemaVersion = old.schemaVersion;
  if (node.components && depth < DEPTH) {
    const rows = sharedRows(node.components);
    next.components = node.components.map((inner) => cleaned(inner, before, depth + 1, rows));
  }
  return ordered(next, old);
}

/** Rows that hold more than one field: a row of one without a width says nothing. */
function sharedRows(components) {
  const rows = components.map(({ layout }) => layout?.row).filter(Boolean);
  return new Set(rows.filter((row, at) => rows.indexOf(row) !== at));
}

const tidyLayout = (layout) => Object.fromEntries(Object.entries(layout).filter(([, value]) => value !== undefined && value !== null));

/** The settings in the order in which they were stored, new ones after them: a difference shows what changed. */
function ordered(next, old) {
  const names = [...Object.keys(old).filter((name) => name in next), ...Object.keys(next).filter((name) => !(name in old))];
  return Object.fromEntries(names.map((name) => [name, next[name]]));
}
