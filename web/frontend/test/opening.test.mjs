import assert from 'node:assert/strict';
import test from 'node:test';

import { hex, utf8 } from '../src/selection/bytes.js';
import { release, seal } from '../src/selection/envelope.js';
import { canonical } from '../src/selection/jcs.js';
import { envelopeRoot, verifyOpening, verifyOpeningBytes } from '../src/selection/opening.js';
import { FAULTS } from '../src/selection/settlement.js';
import { sha256 } from '../src/selection/sha256.js';

const NAMES = ['centre', 'discipline', 'regulator'];
const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
const MISSING = Symbol('missing');

async function makeGuardians() {
  return Promise.all(NAMES.map(async (name) => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    return { name, kid: hex(sha256(point)).slice(0, 8), public_key: hex(point), private: pair.privateKey, point };
  }));
}

const guardians = await makeGuardians();
const others = await makeGuardians();

async function sealed(kind, holder, val) {
  const envelope = await seal({ project: 'p1', kind, holder }, val, guardians);
  const released = await Promise.all(guardians.map((one) => release(envelope, one.name, one.private, one.point)));
  return { envelope, released, val };
}

/** A transcript as the platform writes it: bids by ticket and commit, reasons and result given. */
async function transcript({ floor = 30_000, ceiling = 40_000, rule = 'clamp', bids, invalid = {}, price, tied }) {
  const told = await Promise.all(bids.map(async ([ticket, fen, seq], at) => ({ ...await sealed('bid', ticket, { fen, seq }), invalid: invalid[at] ?? null })));
  const place = ({ envelope }) => `${envelope.ctx.holder} ${envelope.commit}`;
  told.sort((one, two) => (place(one) < place(two) ? -1 : 1));
  return {
    v: 1, project: 'p1', ceiling, below_floor: rule, closed_at: '2026-12-04T17:00:00+08:00',
    floor: await sealed('floor', 'owner', { fen: floor }), bids: told, settled: { price, tied },
  };
}

const rootOf = (file) => hex(envelopeRoot(file.bids.map(({ envelope }) => envelope)));

async function reasonOf(check) {
  try {
    await check();
    return 'accepted';
  } catch (error) {
    return error.code ?? error;
  }
}

function altered(file, [path, value]) {
  const copy = structuredClone(file);
  const last = path.at(-1);
  const place = path.slice(0, -1).reduce((held, step) => held[step], copy);
  if (value !== MISSING) place[last] = value;
  else if (Array.isArray(place)) place.splice(last, 1);
  else delete place[last];
  return copy;
}

const lone = await transcript({ bids: [[A, 35_000, 1], [B, 36_000, 1], [C, 39_000, 1]], price: 35_000, tied: [A] });
const reject = await transcript({ rule: 'reject', bids: [[A, 29_999, 1], [B, 36_000, 1]], invalid: { 0: FAULTS.under_floor }, price: 36_000, tied: [B] });

test('the lowest bid wins and both fingerprints are compared', async () => {
  const report = await verifyOpening(lone, { floor: ` ${lone.floor.envelope.commit.toUpperCase()} `, root: rootOf(lone) });
  assert.equal(report.price, 35_000);
  assert.deepEqual(report.tied, [A]);
  assert.equal(report.isCompared, true);
  assert.ok(report.steps.every(({ isOpen }) => !isOpen));
});

test('without the fingerprints it says which were not compared', async () => {
  const report = await verifyOpeningBytes(canonical(lone));
  assert.equal(report.isCompared, false);
  assert.deepEqual(report.steps.filter(({ isOpen }) => isOpen).map(({ code }) => code), ['floor', 'bids']);
});

const SETTLED = {
  'bids under the floor count as having reached it, and tie': { bids: [[A, 10_000, 1], [B, 30_000, 1], [C, 31_000, 1]], price: 30_000, tied: [A, B] },
  'the highest number of a ticket counts, also where it is dearer': { bids: [[A, 31_000, 1], [A, 38_000, 2], [B, 36_000, 7]], price: 36_000, tied: [B] },
  'a last bid out of range is set aside and no earlier one takes its place': { bids: [[A, 31_000, 1], [A, 40_001, 2], [B, 36_000, 1]], invalid: { 1: FAULTS.over_ceiling }, price: 36_000, tied: [B] },
  'zero and negative bids are set aside': { bids: [[A, 0, 1], [B, -5, 1], [C, 40_000, 1]], invalid: { 0: FAULTS.not_positive, 1: FAULTS.not_positive }, price: 40_000, tied: [C] },
  'nobody bids': { bids: [], price: null, tied: [] },
  'a floor above the ceiling settles nothing': { floor: 40_001, bids: [[A, 35_000, 1]], price: null, tied: [] },
};

for (const [name, given] of Object.entries(SETTLED)) {
  test(name, async () => {
    const file = await transcript(given);
    const { price, tied } = await verifyOpening(file, { root: rootOf(file) });
    assert.deepEqual({ price, tied }, { price: given.price, tied: given.tied });
  });
}

test('a bid under the floor is set aside where the notice says so', async () => {
  assert.deepEqual((await verifyOpening(reject)).tied, [B]);
  assert.equal(await reasonOf(() => verifyOpening(altered(reject, [['below_floor'], 'clamp']))), 'bid_invalid');
});

const rubbish = async (val) => {
  const odd = await sealed('bid', A, val);
  return { ...lone, bids: [{ ...odd, val: null, invalid: FAULTS.unreadable }], settled: { price: null, tied: [] } };
};

test('rubbish that opens is attributed and told as nothing', async () => {
  for (const val of [{ fen: '35000', seq: 1 }, { fen: 35_000 }, { fen: 35_000, seq: 1, more: 1 }]) {
    assert.deepEqual((await verifyOpening(await rubbish(val))).tied, []);
  }
  const shown = await rubbish({ fen: '35000', seq: 1 });
  shown.bids[0].val = { fen: '35000', seq: 1 };
  assert.equal(await reasonOf(() => verifyOpening(shown)), 'bid_val');
});

test('an envelope that no pair opens counts as unreadable only when all guardians answered', async () => {
  const [bid] = structuredClone(lone.bids);
  bid.envelope.ct = `${bid.envelope.ct.startsWith('00') ? '01' : '00'}${bid.envelope.ct.slice(2)}`;
  const file = { ...lone, bids: [{ ...bid, val: null, invalid: FAULTS.unreadable }], settled: { price: null, tied: [] } };
  assert.equal(await reasonOf(() => verifyOpening(file)), 'accepted');
  file.bids[0].released = file.bids[0].released.slice(0, 2);
  assert.equal(await reasonOf(() => verifyOpening(file)), 'bid_released');
});

test('two shares of any pair are enough', async () => {
  for (const away of [0, 1, 2]) {
    const released = lone.bids[0].released.filter((_, at) => at !== away);
    assert.equal(await reasonOf(() => verifyOpening(altered(lone, [['bids', 0, 'released'], released]))), 'accepted');
  }
});

const strange = { ...(await seal({ project: 'p1', kind: 'bid', holder: A }, { fen: 1, seq: 9 }, others)) };
const ALTERED = [
  [['v'], 2, 'opening_v'], [['v'], MISSING, 'opening_shape'], [['more'], 1, 'opening_shape'],
  [['project'], '', 'opening_shape'], [['project'], 'p2', 'floor_envelope'],
  [['ceiling'], 0, 'opening_ceiling'], [['ceiling'], '40000', 'opening_ceiling'], [['ceiling'], 38_999, 'bid_invalid'],
  [['below_floor'], 'lower', 'opening_rule'], [['below_floor'], 'toString', 'opening_rule'],
  [['closed_at'], '2026-12-04 17:00', 'opening_time'],
  [['bids'], {}, 'opening_shape'], [['settled'], { price: 35_000 }, 'opening_shape'],
  [['floor', 'val'], { fen: 30_001 }, 'floor_val'], [['floor', 'val'], null, 'floor_val'],
  [['floor', 'envelope', 'ctx', 'holder'], 'monitor', 'floor_envelope'],
  [['floor', 'envelope', 'ctx', 'kind'], 'bid', 'floor_envelope'],
  [['floor', 'envelope', 'commit'], '00'.repeat(32), 'floor_val'],
  [['floor', 'released', 0, 'share'], '00'.repeat(33), 'floor_released'],
  [['floor', 'released', 0, 'from'], 'stranger', 'floor_released'],
  [['floor', 'released'], [], 'floor_released'],
  [['bids', 0, 'val', 'fen'], 34_000, 'bid_val'], [['bids', 0, 'val', 'seq'], 2, 'bid_val'],
  [['bids', 0, 'val'], null, 'bid_val'], [['bids', 1, 'invalid'], FAULTS.over_ceiling, 'bid_invalid'],
  [['bids', 0, 'invalid'], '', 'bid_invalid'],
  [['bids', 0, 'envelope', 'ctx', 'project'], 'p2', 'bid_envelope'],
  [['bids', 0, 'envelope', 'ctx', 'holder'], 'A'.repeat(32), 'bid_envelope'],
  [['bids', 0, 'envelope', 'shares', 0, 'kid'], '0', 'bid_envelope'],
  [['bids', 0, 'envelope', 'shares'], [], 'bid_envelope'],
  [['bids', 0, 'envelope'], strange, 'bid_released'],
  [['bids', 0, 'envelope', 'nonce'], '00'.repeat(12), 'bid_val'],
  [['bids', 0, 'released', 0], MISSING, 'accepted'],
  [['bids', 0, 'released'], lone.bids[0].released.slice(0, 1), 'bid_released'],
  [['bids', 0, 'released', 1, 'share'], lone.bids[1].released[1].share, 'bid_released'],
  [['bids'], [...lone.bids].reverse(), 'bid_order'], [['bids'], [lone.bids[0], lone.bids[0]], 'bid_order'],
  [['bids', 0], MISSING, 'envelope_root'], [['bids'], [], 'envelope_root'],
  [['settled', 'price'], 34_999, 'settled_price'], [['settled', 'price'], null, 'settled_price'],
  [['settled', 'tied'], [B], 'settled_tied'], [['settled', 'tied'], [A, B], 'settled_tied'], [['settled', 'tied'], {}, 'settled_tied'],
];

test('every alteration is refused for its reason', async () => {
  const known = { floor: undefined, root: rootOf(lone) };
  for (const [path, value, reason] of ALTERED) {
    const file = altered(lone, [path, value]);
    assert.equal(await reasonOf(() => verifyOpening(file, known)), reason, JSON.stringify([path, value === MISSING ? 'gone' : value]).slice(0, 200));
  }
});

test('another floor than the announced one, and another list than the logged one, are refused', async () => {
  assert.equal(await reasonOf(() => verifyOpening(lone, { floor: '00'.repeat(32) })), 'floor_commit');
  assert.equal(await reasonOf(() => verifyOpening(lone, { root: '00'.repeat(32) })), 'envelope_root');
});

test('without WebCrypto it says what to do instead of agreeing', async (t) => {
  const { subtle } = crypto;
  Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
  t.after(() => Object.defineProperty(crypto, 'subtle', { value: subtle, configurable: true }));
  await assert.rejects(verifyOpening(lone), /https/);
});

test('what is no transcript is refused before anything is opened', async () => {
  for (const text of ['[]', '"x"', 'null', '{}']) assert.equal(await reasonOf(() => verifyOpeningBytes(utf8(text))), 'opening_shape');
});
