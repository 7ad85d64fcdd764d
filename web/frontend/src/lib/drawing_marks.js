// What changed in a drawing, coloured on it.

/** The strongest change of an element colours it. */
export function mark(viewer, changes) {
  const [canvas, elements] = [viewer.get('canvas'), viewer.get('elementRegistry')];
  const order = ['moved', 'changed', 'added', 'removed'];
  const strongest = new Map();
  changes.forEach(({ element, kind }) => { if (order.indexOf(kind) >= order.indexOf(strongest.get(element) ?? 'moved')) strongest.set(element, kind); });
  strongest.forEach((kind, element) => { if (elements.get(element)) canvas.addMarker(element, `is-${kind}`); });
}
