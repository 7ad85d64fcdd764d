// A secret counts as empty only when every guardian's share is public and no pair opens it (selection.md 1.4).
import { hex, isHex, same, unhex } from './bytes.js';
import { commit } from './draw_bytes.js';
import { GUARDIANS, NoSecureContextError, openBody, pairsOf } from './envelope.js';
import { HASHES } from './hashes.js';
import { canonical, parse } from './jcs.js';
import { Refused, require } from './reasons.js';
import { sha256 } from './sha256.js';
import { fields } from './shape.js';

const CODE = 'secret_empty';

function holdsSecret(plan, entry, ctx, body) {
  try {
    const value = parse(body);
    fields(value, CODE, ['ctx', 'val', 'salt']);
    fields(value.val, CODE, ['secret']);
    const exact = same(canonical(value), body) && same(canonical(value.ctx), canonical(ctx));
    if (!exact || !isHex(value.val.secret, 32) || !isHex(value.salt, 32)) return false;
    return hex(commit(HASHES[plan.alg], plan.draw, entry.role, unhex(value.val.secret))) === entry.c;
  } catch (error) {
    if (error instanceof Refused || error instanceof TypeError) return false;
    throw error;
  }
}

function shareOf(released, described, at) {
  fields(released, CODE, ['from', 'share']);
  fields(described, CODE, ['to', 'kid', 'h', 'c']);
  const named = released.from === described.to && released.from === GUARDIANS[at];
  require(named && isHex(released.share, 33), CODE, 'released');
  require(isHex(described.kid, 4) && isHex(described.c, 114), CODE, 'envelope.shares');
  const share = unhex(released.share);
  require(hex(sha256(share)) === described.h, CODE, 'released');
  return { place: share[0], share: share.slice(1, 17) };
}

function checkEnvelope(entry, envelope) {
  fields(envelope, CODE, ['v', 'ctx', 'k', 'commit', 'nonce', 'ct', 'shares']);
  fields(envelope.ctx, CODE, ['project', 'kind', 'holder']);
  require(envelope.v === 1 && envelope.k === 2, CODE, 'envelope');
  const sizes = { commit: 32, nonce: 12, ct: 528 };
  require(Object.entries(sizes).every(([name, size]) => isHex(envelope[name], size)), CODE, 'envelope');
  const { kind, holder, project } = envelope.ctx;
  const ours = kind === 'draw_secret' && holder === entry.role && entry.role !== 'platform';
  require(ours && typeof project === 'string', CODE, 'envelope.ctx');
}

/** Accepts an empty secret on its one ground and returns the envelope's fingerprint. */
export async function checkEmpty(plan, entry, reveal) {
  fields(reveal, CODE, ['role', 'secret', 'envelope', 'released']);
  const { envelope, released } = reveal;
  checkEnvelope(entry, envelope);
  for (const pieces of [envelope.shares, released]) {
    require(Array.isArray(pieces) && pieces.length === GUARDIANS.length, CODE);
  }
  // Without WebCrypto no pair would seem to open: say so instead of agreeing.
  if (!globalThis.crypto?.subtle) throw new NoSecureContextError();
  const shares = released.map((one, at) => shareOf(one, envelope.shares[at], at));
  for (const pair of pairsOf(shares.filter(({ place }, at) => place === at + 1))) {
    const body = await openBody(envelope, pair);
    require(!body || !holdsSecret(plan, entry, envelope.ctx, body), CODE, 'released');
  }
  return hex(sha256(canonical(envelope)));
}
