// A contractor's own last bid, kept in this browser alone and for this account alone; the server never has the value.
const PREFIX = 'smallworks-bid-';
const SECOND = 1000;

export const placeOf = (account, auction) => `${PREFIX}${account}-${auction}`;

/** `{fen, seq, commit, received_at}` of the last bid made here, or null. */
export function lastBid(place, store = globalThis.localStorage) {
  try {
    const kept = JSON.parse(store.getItem(place));
    return Number.isSafeInteger(kept?.fen) && Number.isSafeInteger(kept?.seq) ? kept : null;
  } catch {
    return null; // a browser that stores nothing, or something that is not ours
  }
}

/** Keeps the bid with the highest `seq`; answers whether the browser kept it. */
export function keepBid(place, bid, store = globalThis.localStorage) {
  const before = lastBid(place, store);
  if (before && before.seq > bid.seq) return true;
  try {
    store.setItem(place, JSON.stringify(bid));
    return true;
  } catch {
    return false;
  }
}

export function forgetBid(place, store = globalThis.localStorage) {
  try {
    store.removeItem(place);
  } catch {
    // nothing was kept
  }
}

/** Clears what is kept of biddings that are over: `data-bid-over` with the auction, `data-account` beside it. */
export function forgetEnded(root = document) {
  for (const { dataset } of root.querySelectorAll('[data-bid-over]')) forgetBid(placeOf(dataset.account, dataset.bidOver));
}

/** A number above every own bid's: the server's milliseconds, above the last one kept here and whatever came from other devices. */
export function nextSeq({ now, last = null, received = [] }) {
  const others = received.map((moment) => Date.parse(moment) + SECOND).filter(Number.isFinite); // moments are told to the second
  return Math.max(Math.floor(now), (last?.seq ?? 0) + 1, ...others);
}
