// The byte forms of draw-v1 (selection.md 1).
import { compareBytes, concat, hex, lp, u32be, unhex, utf8 } from './bytes.js';
import { HASHES, hmac } from './hashes.js';
import { canonical } from './jcs.js';
import { join } from './merkle.js';

export const commit = (digest, draw, role, secret) => digest(
  concat(utf8('smallworks/draw/1/commit'), lp(utf8(draw)), lp(utf8(role)), lp(secret)),
);

export const orgCommit = (digest, org, blind) => digest(concat(utf8('smallworks/draw/1/org'), lp(utf8(org)), lp(blind)));

export const ticketLeaf = (digest, draw, ticket, org) => digest(
  concat(Uint8Array.of(0), canonical({ draw, org: hex(org), ticket })),
);

export const planHash = (plan) => HASHES[plan.alg](canonical(plan));

/** The seed: a pure function of plan, frozen list, secrets and beacon. */
export function seed(plan, root, n, reveals, beacon) {
  const digest = HASHES[plan.alg];
  const salt = digest(concat(utf8('smallworks/draw/1/plan'), lp(canonical(plan)), lp(root), u32be(n)));
  const given = reveals.map(({ role, secret }) => concat(lp(utf8(role)), lp(unhex(secret))));
  return hmac(digest, salt, concat(...given, lp(beacon)));
}

/** The tickets in drawn order; the first wins. */
export function ranking(digest, key, tickets, round) {
  const label = concat(utf8('smallworks/draw/1/rank'), u32be(round));
  const scored = tickets.map((ticket) => ({ ticket, score: hmac(digest, key, concat(label, lp(utf8(ticket)))) }));
  return scored.sort((one, two) => compareBytes(one.score, two.score)).map(({ ticket }) => ticket);
}

/** The root of the platform's list of secrets that number i leads to. */
export function platformRoot(digest, i, secret, path) {
  const leaf = digest(concat(Uint8Array.of(0), u32be(i), secret));
  const isRight = (level) => Math.floor(i / 2 ** level) % 2 === 1;
  return path.reduce((node, beside, level) => (isRight(level) ? join(digest, beside, node) : join(digest, node, beside)), leaf);
}
