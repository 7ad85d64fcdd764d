// Two-of-three sharing of a 16-byte key in GF(2^128) modulo 1+x+x^2+x^7+x^128: share(i) = c1*i + key.
import { hex, randomBytes, unhex } from './bytes.js';

const HIGH = 1n << 127n;
const MODULUS = (1n << 128n) | 0x87n;

const number = (bytes) => BigInt(`0x${hex(bytes)}`);
const bytes16 = (value) => unhex(value.toString(16).padStart(32, '0'));

function multiply(a, b) {
  let product = 0n;
  for (let left = b; left; left >>= 1n) {
    if (left & 1n) product ^= a;
    a = a & HIGH ? (a << 1n) ^ MODULUS : a << 1n;
  }
  return product;
}

function invert(a) {
  let [power, result] = [a, 1n];
  for (let i = 0; i < 127; i += 1) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

/** The shares of places 1, 2, 3. */
export function split(key) {
  const slope = number(randomBytes(16));
  return [1n, 2n, 3n].map((place) => bytes16(multiply(slope, place) ^ number(key)));
}

/** The key from two `{place, share}`. */
export function combine([one, two]) {
  const [x, y] = [BigInt(one.place), BigInt(two.place)];
  const joined = multiply(number(one.share), y) ^ multiply(number(two.share), x);
  return bytes16(multiply(joined, invert(x ^ y)));
}
