// Fetches what sealing needs (`GET …/projects/{id}/sealing`) and makes what is handed in.
import { seal } from './envelope.js';
import { makeDrawSecret, makeInterest } from './secret.js';
import { say } from '../lib/words.js';

const CHINA_OFFSET = 8 * 3600 * 1000;

/** This moment as `2026-11-20T15:00:00+08:00`. */
export const chinaMoment = (milliseconds = Date.now()) => `${new Date(milliseconds + CHINA_OFFSET).toISOString().slice(0, 19)}+08:00`;

/** Context, guardians' keys and the close, for one kind of value. */
export async function sealingAt(url) {
  let answer;
  try {
    answer = await fetch(url, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
  } catch (cause) {
    throw new Error(say('网络断开，没有取到密封所需的公钥。请恢复网络后再提交。'), { cause });
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const refused = new Error(body.message ?? say('没有取到密封所需的公钥，请刷新页面后再提交。'));
    throw Object.assign(refused, { status: answer.status });
  }
  return body;
}

/** `form.draw_secret` for the appointment that the address belongs to. */
export const drawSecretFrom = async (url) => makeDrawSecret(await sealingAt(url));

/** What joining sends; `blind` belongs on the contractor's own receipt and is not sent. */
export async function interestFrom(url, org) {
  const sealing = await sealingAt(url);
  const { blind, ...sent } = await makeInterest(sealing, { org, at: chinaMoment() });
  return { sent, ticket: sealing.ctx.holder, blind };
}

/** A floor price or a bid in an envelope of its own; `val` is `{fen}` or `{fen, seq}` and goes nowhere else. */
export const envelopeFor = ({ ctx, guardians }, val) => seal(ctx, val, guardians);
