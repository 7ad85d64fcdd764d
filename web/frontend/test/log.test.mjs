import assert from 'node:assert/strict';
import test from 'node:test';

import { concat, hex, utf8 } from '../src/selection/bytes.js';
import { LogRefused, isSigned, othersUnder, parseCheckpoint, parseKey, readReceipt } from '../src/selection/checkpoint.js';
import { leafHash, treeHead, verifyConsistency } from '../src/selection/merkle.js';
import { sha256 } from '../src/selection/sha256.js';

const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const leaves = Array.from({ length: 12 }, (_, n) => leafHash(sha256, utf8(`entry ${n}`)));
const root = (size) => treeHead(sha256, leaves.slice(0, size));

/** RFC 9162 2.1.4.1, as it is written there. */
function proof(first, list, whole = true) {
  if (first === list.length) return whole ? [] : [treeHead(sha256, list)];
  let cut = 1;
  while (cut * 2 < list.length) cut *= 2;
  const [left, right] = [list.slice(0, cut), list.slice(cut)];
  if (first <= cut) return [...proof(first, left, whole), treeHead(sha256, right)];
  return [...proof(first - cut, right, false), treeHead(sha256, left)];
}

test('a longer tree is known to continue a shorter one, and no other', () => {
  for (let second = 1; second <= 12; second += 1) {
    for (let first = 1; first <= second; first += 1) {
      const path = proof(first, leaves.slice(0, second));
      const told = { first, second, path, old: root(first), head: root(second) };
      assert.ok(verifyConsistency(sha256, told), `${first} to ${second}`);
      assert.ok(!verifyConsistency(sha256, { ...told, old: sha256(utf8('another')) }));
      assert.ok(!verifyConsistency(sha256, { ...told, path: [...path, root(1)] }));
      if (path.length) assert.ok(!verifyConsistency(sha256, { ...told, path: path.slice(1) }));
    }
  }
  assert.ok(!verifyConsistency(sha256, { first: 0, second: 2, path: [], old: root(1), head: root(2) }));
});

async function signed(entry) {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const raw = concat(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
  const id = sha256(concat(utf8('smallworks/t\n'), raw)).slice(0, 4);
  const body = `smallworks/t\n1\n${base64(leafHash(sha256, utf8(entry)))}\nsm3 ${base64(new Uint8Array(32))}\n`;
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, utf8(body)));
  return { key: `smallworks/t+${hex(id)}+${base64(raw)}`, checkpoint: `${body}\n— smallworks/t ${base64(concat(id, signature))}\n— w.example ${base64(new Uint8Array(76))}\n` };
}

test('a receipt and its signature hold, and each change has its reason', async () => {
  const { key, checkpoint } = await signed('one');
  const receipt = { entry: 'one', seq: 0, size: 1, path: [], checkpoint };
  const { head } = readReceipt(JSON.stringify(receipt));
  assert.equal(await isSigned(head, parseKey(key)), true);
  assert.equal(othersUnder(head), 1);
  const other = await signed('one');
  assert.equal(await isSigned(head, parseKey(other.key)), false);
  assert.equal(await isSigned(parseCheckpoint(checkpoint.replace('\nsm3 A', '\nsm3 B')), parseKey(key)), false);
  const reasons = {
    receipt_path: { entry: 'two' }, receipt_size: { size: 2 }, receipt_shape: { path: ['zz'] }, checkpoint_shape: { checkpoint: 'x' },
  };
  for (const [code, change] of Object.entries(reasons)) {
    assert.throws(() => readReceipt(JSON.stringify({ ...receipt, ...change })), (error) => error instanceof LogRefused && error.code === code);
  }
  assert.throws(() => readReceipt('{'), { code: 'file_not_json' });
  assert.throws(() => parseKey(key.replace('+', '+0')), { code: 'key_shape' });
});
