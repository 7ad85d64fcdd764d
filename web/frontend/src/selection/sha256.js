// SHA-256 in script: the check must also run where a county serves plain http and WebCrypto is switched off.
import { digestBlocks, rotate } from './blocks.js';

function primes(count) {
  const found = [];
  for (let n = 2; found.length < count; n += 1) if (found.every((prime) => n % prime)) found.push(n);
  return found;
}

const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const START = primes(8).map((prime) => fraction(Math.sqrt(prime)));
const CONSTANTS = primes(64).map((prime) => fraction(Math.cbrt(prime)));

function compress(state, words) {
  for (let j = 16; j < 64; j += 1) {
    const [x, y] = [words[j - 15], words[j - 2]];
    const low = rotate(x, 25) ^ rotate(x, 14) ^ (x >>> 3);
    const high = rotate(y, 15) ^ rotate(y, 13) ^ (y >>> 10);
    words[j] = (words[j - 16] + low + words[j - 7] + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let j = 0; j < 64; j += 1) {
    const one = (h + (rotate(e, 26) ^ rotate(e, 21) ^ rotate(e, 7)) + ((e & f) ^ (~e & g)) + CONSTANTS[j] + words[j]) | 0;
    const two = ((rotate(a, 30) ^ rotate(a, 19) ^ rotate(a, 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] += word; });
}

/** The SHA-256 of bytes. */
export const sha256 = (data) => digestBlocks(START, compress, data);
