// Runs the browser's modules for the tests in Python: calls come in as JSON, results go out as JSON.
import { webcrypto } from 'node:crypto';
import { text } from 'node:stream/consumers';

import { hex, unhex } from '../../../web/frontend/src/selection/bytes.js';
import { verify, verifyBytes } from '../../../web/frontend/src/selection/draw.js';
import * as envelopes from '../../../web/frontend/src/selection/envelope.js';
import { canonical, parse } from '../../../web/frontend/src/selection/jcs.js';
import { verifyInclusion } from '../../../web/frontend/src/selection/merkle.js';
import { HASHES } from '../../../web/frontend/src/selection/hashes.js';
import { REASONS, Refused } from '../../../web/frontend/src/selection/reasons.js';
import { verifyOpening } from '../../../web/frontend/src/selection/opening.js';
import * as secrets from '../../../web/frontend/src/selection/secret.js';

globalThis.crypto ??= webcrypto;

async function codeOf(check) {
  try {
    return { steps: (await check()).steps.map(({ code }) => code) };
  } catch (error) {
    if (error instanceof Refused) return { code: error.code, text: error.message };
    throw error;
  }
}

const base64url = (bytes) => Buffer.from(bytes).toString('base64url');

async function privateKey({ private_scalar: scalar, public_key: point }) {
  const [x, y] = [point.slice(2, 66), point.slice(66)];
  const jwk = { kty: 'EC', crv: 'P-256', d: base64url(unhex(scalar)), x: base64url(unhex(x)), y: base64url(unhex(y)) };
  return crypto.subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
}

const CALLS = {
  reasons: () => REASONS,
  verify: (proof, options) => codeOf(() => verify(proof, options ?? {})),
  verifyHex: (file, options) => codeOf(() => verifyBytes(unhex(file), options ?? {})),
  verifyOpening: (transcript, options) => codeOf(() => verifyOpening(transcript, options ?? {})),
  canonical: (value) => hex(canonical(value)),
  reparse: (file) => hex(canonical(parse(unhex(file)))),
  digest: (alg, data) => hex(HASHES[alg](unhex(data))),
  seal: (ctx, val, guardians) => envelopes.seal(ctx, val, guardians),
  open: (envelope, released) => envelopes.open(envelope, released),
  release: async (envelope, name, key) => envelopes.release(envelope, name, await privateKey(key), unhex(key.public_key)),
  makeDrawSecret: (sealing) => secrets.makeDrawSecret(sealing),
  makeInterest: (sealing, interest) => secrets.makeInterest(sealing, interest),
  inclusion: (alg, { leaf, index, size, path, head }) => verifyInclusion(
    HASHES[alg],
    { leaf: unhex(leaf), index, size, path: path.map(unhex), head: unhex(head) },
  ),
};

const results = [];
for (const [name, ...given] of JSON.parse(await text(process.stdin))) results.push(await CALLS[name](...given));
process.stdout.write(JSON.stringify(results));
