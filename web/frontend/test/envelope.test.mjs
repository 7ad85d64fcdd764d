import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';

import { hex, unhex, utf8 } from '../src/selection/bytes.js';
import { commit } from '../src/selection/draw_bytes.js';
import { open, pairsOf, release, seal, TooLongError } from '../src/selection/envelope.js';
import { HASHES } from '../src/selection/hashes.js';
import { sha256 } from '../src/selection/sha256.js';
import { makeDrawSecret, makeInterest, opensCommit } from '../src/selection/secret.js';

const VECTORS = new URL('../../../tests/vectors/', import.meta.url);
const NAMES = ['centre', 'discipline', 'regulator'];
const CTX = { project: 'p1', kind: 'draw_secret', holder: 'monitor' };

async function makeGuardians() {
  return Promise.all(NAMES.map(async (name) => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    return { name, kid: hex(sha256(point)).slice(0, 8), public_key: hex(point), private: pair.privateKey, point };
  }));
}

const releaseAll = (envelope, guardians) => Promise.all(guardians.map((one) => release(envelope, one.name, one.private, one.point)));

for (const kind of ['floor', 'bid', 'draw_secret', 'interest']) {
  test(`opens the vector of kind ${kind} with every pair and with no single share`, async () => {
    const { envelope, released, val } = JSON.parse(fs.readFileSync(new URL(`envelope-${kind}.json`, VECTORS)));
    for (const pair of pairsOf(released)) assert.deepEqual({ ...await open(envelope, pair) }, val);
    for (const one of released) assert.equal(await open(envelope, [one]), null);
  });
}

test('a sealed draw secret is the committed one, and two makings differ', async () => {
  const guardians = await makeGuardians();
  const sealing = { ctx: CTX, guardians, draw: 'D1', alg: 'sm3' };
  const [one, two] = [await makeDrawSecret(sealing), await makeDrawSecret(sealing)];
  assert.notEqual(one.commit, two.commit);
  const { secret } = await open(one.envelope, await releaseAll(one.envelope, guardians));
  assert.equal(hex(commit(HASHES.sm3, 'D1', 'monitor', unhex(secret))), one.commit);
  assert.ok(!JSON.stringify(one).includes(secret));
});

test('guardians keep their places whatever order the server lists them in', async () => {
  const guardians = await makeGuardians();
  const envelope = await seal(CTX, { secret: '00'.repeat(32) }, [...guardians].reverse());
  assert.deepEqual(envelope.shares.map(({ to }) => to), NAMES);
  for (const pair of pairsOf(await releaseAll(envelope, guardians))) assert.ok(await open(envelope, pair));
});

test('an interest tells its company only to those who open it', async () => {
  const guardians = await makeGuardians();
  const interest = { org: '91511700MA6200000X', at: '2026-11-23T16:02:11+08:00' };
  const made = await makeInterest({ ctx: { ...CTX, kind: 'interest' }, guardians, alg: 'sha256' }, interest);
  assert.ok(!JSON.stringify(made).includes(interest.org));
  const val = await open(made.envelope, await releaseAll(made.envelope, guardians));
  assert.deepEqual({ ...val }, { ...interest, blind: made.blind });
  assert.ok(opensCommit('sha256', interest.org, made.blind, made.org_commit));
  assert.ok(!opensCommit('sha256', '91511700MA6200001X', made.blind, made.org_commit));
});

test('a changed envelope does not open', async () => {
  const guardians = await makeGuardians();
  const envelope = await seal(CTX, { secret: '00'.repeat(32) }, guardians);
  const released = await releaseAll(envelope, guardians);
  const changed = [{ ct: `00${envelope.ct.slice(2)}` }, { nonce: '00'.repeat(12) }, { commit: '00'.repeat(32) }, { ctx: { ...CTX, holder: 'owner' } }];
  for (const change of changed) assert.equal(await open({ ...envelope, ...change }, released), null);
});

test('a body over 508 bytes is refused before sealing', async () => {
  await assert.rejects(seal(CTX, { secret: '0'.repeat(500) }, await makeGuardians()), TooLongError);
});

test('without WebCrypto sealing says what to do', async (t) => {
  const { subtle } = crypto;
  Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
  t.after(() => Object.defineProperty(crypto, 'subtle', { value: subtle, configurable: true }));
  await assert.rejects(seal(CTX, { secret: '00' }, []), /https/);
});

test('the hashes are those of the standards', () => {
  assert.equal(hex(HASHES.sha256(utf8('abc'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.equal(hex(HASHES.sm3(utf8('abc'))), '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
});
