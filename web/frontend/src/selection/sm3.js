// SM3 (GB/T 32905), which no browser has.
import { digestBlocks, rotate } from './blocks.js';

const START = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

function expand(words) {
  for (let j = 16; j < 68; j += 1) {
    const mixed = words[j - 16] ^ words[j - 9] ^ rotate(words[j - 3], 15);
    words[j] = mixed ^ rotate(mixed, 15) ^ rotate(mixed, 23) ^ rotate(words[j - 13], 7) ^ words[j - 6];
  }
}

function compress(state, words) {
  expand(words);
  let [a, b, c, d, e, f, g, h] = state;
  for (let j = 0; j < 64; j += 1) {
    const early = j < 16;
    const turned = rotate(a, 12);
    const one = rotate((turned + e + rotate(early ? 0x79cc4519 : 0x7a879d8a, j & 31)) | 0, 7);
    const mixed = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const chosen = early ? e ^ f ^ g : (e & f) | (~e & g);
    const left = (mixed + d + (one ^ turned) + (words[j] ^ words[j + 4])) | 0;
    const right = (chosen + h + one + words[j]) | 0;
    [a, b, c, d] = [left, a, rotate(b, 9), c];
    [e, f, g, h] = [right ^ rotate(right, 9) ^ rotate(right, 17), e, rotate(f, 19), g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] ^= word; });
}

/** The SM3 of bytes. */
export const sm3 = (data) => digestBlocks(START, compress, data);
