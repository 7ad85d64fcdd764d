// The price rule of a bidding (selection.md 2): the twin of the offline verifier's, text by text.
import { say } from '../lib/words.js';

/** Why a bid is set aside, as the transcript says it: part of the file, so it is never translated here. */
export const FAULTS = {
  unreadable: '密封件打不开，或里面不是报价，不计入',
  not_positive: '报价不大于零，不计入',
  over_ceiling: '报价高于最高限价，不计入',
  under_floor: '报价低于最低限价，按公告规定不计入',
};
export const RULES = { __proto__: null, clamp: say('按达到最低限价计'), reject: say('不计入') };

const isSoundFloor = (ceiling, floor) => floor !== null && floor > 0 && floor <= ceiling;

/** The reason against a bid, or null. */
export function faultOf({ ceiling, rule, floor }, { fen, seq }) {
  if (fen === null || seq === null) return FAULTS.unreadable;
  if (fen <= 0) return FAULTS.not_positive;
  if (fen > ceiling) return FAULTS.over_ceiling;
  const known = isSoundFloor(ceiling, floor) ? floor : 0;
  return rule === 'reject' && fen < known ? FAULTS.under_floor : null;
}

/** Each ticket's readable bid with the highest number; of equal numbers the smallest commit. */
export function countingBids(bids) {
  const last = new Map();
  for (const bid of bids.filter(({ seq }) => seq !== null)) {
    const held = last.get(bid.ticket);
    const isNewer = !held || bid.seq > held.seq || (bid.seq === held.seq && bid.commit < held.commit);
    if (isNewer) last.set(bid.ticket, bid);
  }
  return [...last.values()];
}

/** The lowest of max(bid, floor), and whose it is; time gives no priority. */
export function settle(terms, bids) {
  if (!isSoundFloor(terms.ceiling, terms.floor)) return { price: null, tied: [] };
  const valid = countingBids(bids).filter((bid) => !faultOf(terms, bid));
  if (!valid.length) return { price: null, tied: [] };
  const reached = valid.map(({ ticket, fen }) => ({ ticket, value: Math.max(fen, terms.floor) }));
  const price = reached.reduce((least, { value }) => Math.min(least, value), Infinity);
  return { price, tied: reached.filter(({ value }) => value === price).map(({ ticket }) => ticket).sort() };
}
