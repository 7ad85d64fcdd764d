import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';

import { hex, unhex, utf8 } from '../src/selection/bytes.js';
import { verify, verifyBytes } from '../src/selection/draw.js';
import { parse } from '../src/selection/jcs.js';

const VECTORS = new URL('../../../tests/vectors/', import.meta.url);
const read = (name) => fs.readFileSync(new URL(name, VECTORS));
const load = (name) => JSON.parse(read(name));
const proofs = fs.readdirSync(VECTORS).filter((name) => /^draw-.*\.(full|public)\.json$/.test(name));

async function reasonOf(check) {
  try {
    await check();
    return 'accepted';
  } catch (error) {
    return error.code;
  }
}

function altered(proof, { op, path, value }) {
  const copy = structuredClone(proof);
  const last = path.at(-1);
  const place = path.slice(0, -1).reduce((held, step) => held[step], copy);
  if (op === 'swap') [place[last], place[last + 1]] = [place[last + 1], place[last]];
  else if (op === 'set') place[last] = value;
  else if (Array.isArray(place)) place.splice(last, 1);
  else delete place[last];
  return copy;
}

test('there are vectors', () => assert.ok(proofs.length >= 12));

for (const name of proofs) {
  test(`accepts ${name} and knows the plan of the notice`, async () => {
    const report = await verifyBytes(read(name));
    assert.equal(report.planCompared, false);
    assert.equal(report.planHash, load(name.replace(/full|public/, 'intermediate')).plan_hash);
    const compared = await verifyBytes(read(name), { plan: report.planHash.toUpperCase() });
    assert.equal(compared.planCompared, true);
    assert.equal(await reasonOf(() => verifyBytes(read(name), { plan: '00' })), 'plan_hash');
  });
}

test('refuses every altered proof for its reason', async () => {
  const bases = {};
  for (const one of load('mutations.json')) {
    bases[one.base] ??= load(`${one.base}.json`);
    assert.equal(await reasonOf(() => verify(altered(bases[one.base], one))), one.reason, JSON.stringify(one));
  }
});

for (const { name, text, hex: bytes, reason } of load('malformed.json')) {
  test(`refuses a file with: ${name}`, async () => {
    assert.equal(await reasonOf(() => verifyBytes(bytes ? unhex(bytes) : utf8(text))), reason);
  });
}

test('refuses what is too large or absurdly deep', async () => {
  assert.equal(await reasonOf(() => parse(new Uint8Array(16 * 1024 * 1024 + 1))), 'file_too_large');
  assert.equal(await reasonOf(() => parse(utf8('['.repeat(1_000_000)))), 'file_too_deep');
});

test('hex goes there and back', () => assert.equal(hex(unhex('00ff10')), '00ff10'));
