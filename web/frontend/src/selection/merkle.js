// Merkle trees of RFC 9162.
import { concat, same } from './bytes.js';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (digest, entry) => digest(concat(LEAF, entry));

export const join = (digest, left, right) => digest(concat(NODE, left, right));

/** The tree head over leaf hashes. */
export function treeHead(digest, leaves) {
  if (!leaves.length) return digest(new Uint8Array());
  let level = leaves;
  while (level.length > 1) {
    const next = [];
    for (let at = 0; at + 1 < level.length; at += 2) next.push(join(digest, level[at], level[at + 1]));
    if (level.length % 2) next.push(level[level.length - 1]);
    level = next;
  }
  return level[0];
}

/** Whether the path leads from leaf number `index` to the head over `size` leaves. */
export function verifyInclusion(digest, { leaf, index, size, path, head }) {
  if (!(index >= 0 && index < size)) return false;
  let [at, last, node] = [index, size - 1, leaf];
  const steps = [...path];
  while (last > 0) {
    const odd = at % 2 === 1;
    if (odd || at < last) {
      const beside = steps.shift();
      if (!beside) return false;
      node = odd ? join(digest, beside, node) : join(digest, node, beside);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return !steps.length && same(node, head);
}

/** Whether the tree over `second` leaves begins with the tree over `first`. */
export function verifyConsistency(digest, { first, second, path, old, head }) {
  if (!(first > 0 && first <= second)) return false;
  if (first === second) return !path.length && same(old, head);
  let [at, last] = [first - 1, second - 1];
  while (at % 2 === 1) [at, last] = [(at - 1) / 2, Math.floor(last / 2)];
  const steps = at ? [...path] : [old, ...path];
  let before = steps.shift();
  if (!before) return false;
  let after = before;
  while (last > 0) {
    const odd = at % 2 === 1;
    if (odd || at < last) {
      const beside = steps.shift();
      if (!beside) return false;
      if (odd) before = join(digest, beside, before);
      after = odd ? join(digest, beside, after) : join(digest, after, beside);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return !steps.length && same(before, old) && same(after, head);
}
