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
