// Sealed values (selection.md 2), sealed here so that the plain value never reaches the server.
import { concat, hex, randomBytes, same, u32be, unhex, utf8 } from './bytes.js';
import * as hpke from './hpke.js';
import { canonical, parse } from './jcs.js';
import { sha256 } from './sha256.js';
import { combine, split } from './shamir.js';
import { say } from '../lib/words.js';

export const GUARDIANS = ['centre', 'discipline', 'regulator'];
const BLOCK = 512;

export class NoSecureContextError extends Error {
  constructor() {
    super(say('浏览器只在安全连接下提供密码功能：请用https地址打开本页，或请管理员按部署说明配置https。'));
  }
}

export class TooLongError extends Error {
  constructor() {
    super(say('内容太长，不能密封：请缩短后重试。'));
  }
}

const infoOf = (aad, name, commit) => concat(aad, utf8(`|${name}|`), commit);

async function aes(key, usage, nonce, aad, data) {
  const imported = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, [usage]);
  const sealed = await crypto.subtle[usage]({ name: 'AES-GCM', iv: nonce, additionalData: aad }, imported, data);
  return new Uint8Array(sealed);
}

async function sealShare(guardian, place, piece, aad, commit) {
  const share = concat(Uint8Array.of(place), piece, randomBytes(16));
  const sealed = await hpke.seal(share, unhex(guardian.public_key), infoOf(aad, guardian.name, commit));
  return { to: guardian.name, kid: guardian.kid, h: hex(sha256(share)), c: hex(sealed) };
}

/** A fresh envelope around `val`; guardians are `{name, kid, public_key}`. */
export async function seal({ project, kind, holder }, val, guardians) {
  if (!globalThis.crypto?.subtle) throw new NoSecureContextError();
  const ctx = { project, kind, holder };
  const body = canonical({ ctx, val, salt: hex(randomBytes(32)) });
  if (body.length > BLOCK - 4) throw new TooLongError();
  const block = concat(u32be(body.length), body, new Uint8Array(BLOCK - 4 - body.length));
  const [key, nonce, commit, aad] = [randomBytes(16), randomBytes(12), sha256(body), canonical(ctx)];
  const placed = [...guardians].sort((one, two) => (one.name < two.name ? -1 : 1));
  const pieces = split(key);
  const shares = placed.map((guardian, at) => sealShare(guardian, at + 1, pieces[at], aad, commit));
  return {
    v: 1,
    ctx,
    k: 2,
    commit: hex(commit),
    nonce: hex(nonce),
    ct: hex(await aes(key, 'encrypt', nonce, aad, block)),
    shares: await Promise.all(shares),
  };
}

/** A guardian's own share in hex; `privateKey` is its CryptoKey, `point` its 65-byte public key. */
export async function release(envelope, name, privateKey, point) {
  const mine = envelope.shares.find((share) => share.to === name);
  const info = infoOf(canonical(envelope.ctx), name, unhex(envelope.commit));
  const share = await hpke.unseal(unhex(mine.c), privateKey, point, info);
  if (hex(sha256(share)) !== mine.h) throw new Error('share');
  return { from: name, share: hex(share) };
}

export const pairsOf = (items) => items.flatMap((one, at) => items.slice(at + 1).map((two) => [one, two]));

/** The committed body from two `{place, share}`, or null when they do not open it. */
export async function openBody(envelope, pair) {
  let block;
  try {
    block = await aes(combine(pair), 'decrypt', unhex(envelope.nonce), canonical(envelope.ctx), unhex(envelope.ct));
  } catch (error) {
    if (error.name === 'OperationError') return null; // the tag does not fit
    throw error;
  }
  const end = 4 + new DataView(block.buffer).getUint32(0);
  const body = block.slice(4, end);
  const whole = end <= block.length && block.slice(end).every((byte) => byte === 0);
  return whole && same(sha256(body), unhex(envelope.commit)) ? body : null;
}

/** The released shares that are the ones the envelope promises, as `{place, share}`. */
export function goodShares(envelope, released) {
  return released.flatMap(({ from, share }) => {
    const plain = unhex(share);
    const place = GUARDIANS.indexOf(from) + 1;
    const promised = envelope.shares.find(({ to }) => to === from);
    const good = promised && plain.length === 33 && plain[0] === place && hex(sha256(plain)) === promised.h;
    return good ? [{ place, share: plain.slice(1, 17) }] : [];
  });
}

/** The value inside, from any two released shares; null when no pair opens it. */
export async function open(envelope, released) {
  for (const pair of pairsOf(goodShares(envelope, released))) {
    const body = await openBody(envelope, pair);
    if (body) return parse(body).val;
  }
  return null;
}
