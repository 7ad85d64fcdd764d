// Handing in a sealed bid over a line that may break: what became of it is always told, and nothing is sent twice by mistake.
import { NetworkError, send } from '../lib/http.js';
import { envelopeFor, sealingAt } from './handing_in.js';
import { nextSeq } from './own_bids.js';

const PAUSES = [500, 2000]; // a request on its way when the line broke may still arrive: ask twice
const SERVER_FAULT = 500;
const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** A fresh envelope around `fen`, numbered by the platform's clock and above every own bid; `known` is `{last, received}`. */
export async function sealBid(project, fen, known) {
  const sealing = await sealingAt(`${project}/sealing?kind=bid`);
  const seq = nextSeq({ now: sealing.seq, ...known });
  return { fen, seq, envelope: await envelopeFor(sealing, { fen, seq }) };
}

/** `{kept: {commit, received_at}}`, `{refused: answer}`, or `{lost: true}` when nobody knows yet. */
export async function handIn(project, bid) {
  try {
    const answer = await send(`${project}/bids`, { json: { envelope: bid.envelope } });
    if (answer.ok) return { kept: answer.body };
    return answer.status >= SERVER_FAULT ? { lost: true } : { refused: answer };
  } catch (error) {
    if (error instanceof NetworkError) return { lost: true };
    throw error;
  }
}

/** The own bids that the server has; null when it cannot be asked now. */
export async function ownBids(project) {
  const answer = await send(`${project}/bids`, { method: 'GET' }).catch(() => null);
  return answer?.ok ? answer.body.items : null;
}

/** What became of a bid that was lost on the way: `{kept}`, `{missing: true}`, or `{lost: true}` while there is no line. */
export async function lookFor(project, bid, pauses = PAUSES) {
  let items = null;
  for (const pause of pauses) {
    await wait(pause);
    items = await ownBids(project);
    const kept = items?.find(({ commit }) => commit === bid.envelope.commit);
    if (kept) return { kept };
  }
  return items ? { missing: true } : { lost: true };
}
