// What SHA-256 and SM3 share: padding to blocks of 64 bytes, eight words of state.
import { concat, u32be } from './bytes.js';

export const rotate = (word, by) => (word << by) | (word >>> ((32 - by) & 31));

/** Runs `compress(state, words)` over the padded data; words are the sixteen of each block. */
export function digestBlocks(start, compress, data) {
  const zeros = (55 - (data.length % 64) + 64) % 64;
  const length = concat(u32be(Math.floor(data.length / 0x20000000)), u32be((data.length << 3) >>> 0));
  const padded = concat(data, Uint8Array.of(0x80), new Uint8Array(zeros), length);
  const view = new DataView(padded.buffer);
  const state = Int32Array.from(start);
  for (let at = 0; at < padded.length; at += 64) {
    compress(state, Array.from({ length: 16 }, (_, word) => view.getInt32(at + 4 * word)));
  }
  return concat(...Array.from(state, (word) => u32be(word)));
}
