// Bytes and their hex form; every text enters a hash as UTF-8.
const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

export const isHex = (value, size) => typeof value === 'string' && value.length === 2 * size && /^[0-9a-f]*$/.test(value);

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const unhex = (text) => Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A number in four bytes, big-endian. */
export const u32be = (number) => Uint8Array.of(number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);

/** Data behind its length in four bytes. */
export const lp = (data) => concat(u32be(data.length), data);

export const same = (one, two) => one.length === two.length && one.every((byte, at) => byte === two[at]);

/** Compares byte by byte, as sorting needs. */
export function compareBytes(one, two) {
  for (let at = 0; at < Math.min(one.length, two.length); at += 1) {
    if (one[at] !== two[at]) return one[at] - two[at];
  }
  return one.length - two.length;
}

export const randomBytes = (size) => crypto.getRandomValues(new Uint8Array(size));
