// The two hashes a plan may name, and HMAC over either.
import { concat } from './bytes.js';
import { sha256 } from './sha256.js';
import { sm3 } from './sm3.js';

export const HASHES = { __proto__: null, sha256, sm3 };

const BLOCK = 64; // of both hashes

export function hmac(digest, key, message) {
  const padded = new Uint8Array(BLOCK);
  padded.set(key.length > BLOCK ? digest(key) : key);
  const inner = digest(concat(padded.map((byte) => byte ^ 0x36), message));
  return digest(concat(padded.map((byte) => byte ^ 0x5c), inner));
}
