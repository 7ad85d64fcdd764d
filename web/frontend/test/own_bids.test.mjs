import assert from 'node:assert/strict';
import test from 'node:test';

import { forgetBid, keepBid, lastBid, nextSeq, placeOf } from '../src/selection/own_bids.js';

class Store {
  kept = new Map();

  getItem(name) { return this.kept.get(name) ?? null; }

  setItem(name, text) { this.kept.set(name, text); }

  removeItem(name) { this.kept.delete(name); }
}

const PLACE = placeOf('account', 'auction');
const BID = { fen: 100, seq: 5, commit: 'ab', received_at: '2026-11-25T10:00:00+08:00' };

test('a bid is found by its own account and auction alone', () => {
  const store = new Store();
  assert.equal(keepBid(PLACE, BID, store), true);
  assert.deepEqual(lastBid(PLACE, store), BID);
  assert.equal(lastBid(placeOf('other', 'auction'), store), null);
  assert.equal(lastBid(placeOf('account', 'other'), store), null);
  forgetBid(PLACE, store);
  assert.equal(lastBid(PLACE, store), null);
});

test('of two tabs the later bid stays, whichever is written last', () => {
  const store = new Store();
  keepBid(PLACE, { ...BID, seq: 9, fen: 90 }, store);
  keepBid(PLACE, BID, store);
  assert.equal(lastBid(PLACE, store).fen, 90);
});

test('what somebody else left there is nothing', () => {
  const store = new Store();
  for (const text of ['', 'x', 'null', '[]', '{"fen":"1","seq":1}', '{"fen":1.5,"seq":1}']) {
    store.setItem(PLACE, text);
    assert.equal(lastBid(PLACE, store), null);
  }
});

test('a browser that stores nothing is no obstacle', () => {
  const closed = { getItem() { throw new Error('denied'); }, setItem() { throw new Error('denied'); }, removeItem() { throw new Error('denied'); } };
  assert.equal(keepBid(PLACE, BID, closed), false);
  assert.equal(lastBid(PLACE, closed), null);
  forgetBid(PLACE, closed);
});

test('the number rises with the clock, and also when the clock is set back', () => {
  const now = Date.parse('2026-11-25T10:00:00.500+08:00');
  assert.equal(nextSeq({ now: now + 0.7 }), now);
  assert.equal(nextSeq({ now, last: { seq: now } }), now + 1);
  assert.equal(nextSeq({ now: now - 60_000, last: { seq: now } }), now + 1);
});

test('the number is above whatever another device handed in within the second', () => {
  const now = Date.parse('2026-11-25T10:00:00+08:00');
  assert.equal(nextSeq({ now, received: ['2026-11-25T10:00:00+08:00', '2026-11-25T09:59:00+08:00'] }), now + 1000);
  assert.equal(nextSeq({ now, received: ['nonsense'] }), now);
});
