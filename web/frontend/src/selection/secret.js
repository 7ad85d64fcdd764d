// What a person's browser makes unnoticed: a contributor's secret, a contractor's hidden name.
import { hex, randomBytes, unhex } from './bytes.js';
import { commit, orgCommit } from './draw_bytes.js';
import { seal } from './envelope.js';
import { HASHES } from './hashes.js';

/** `form.draw_secret`: a fresh secret, committed and sealed; it is kept nowhere else. */
export async function makeDrawSecret({ ctx, guardians, draw, alg }) {
  const secret = randomBytes(32);
  const committed = hex(commit(HASHES[alg], draw, ctx.holder, secret));
  return { commit: committed, envelope: await seal(ctx, { secret: hex(secret) }, guardians) };
}

/** What joining sends, and the blind that only the receipt carries; `at` is an ISO 8601 moment. */
export async function makeInterest({ ctx, guardians, alg }, { org, at }) {
  const blind = randomBytes(32);
  const envelope = await seal(ctx, { org, blind: hex(blind), at }, guardians);
  return { org_commit: hex(orgCommit(HASHES[alg], org, blind)), envelope, blind: hex(blind) };
}

/** Whether a receipt's commitment is this company's: what a contractor checks on the printed slip. */
export const opensCommit = (alg, org, blind, committed) => hex(orgCommit(HASHES[alg], org, unhex(blind))) === committed;

