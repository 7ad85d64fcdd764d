// Verifies the transcript of a bidding's opening in the visitor's own browser: the twin of the offline
// verifier, check by check and reason by reason.
import { concat, hex, isHex, same, unhex } from './bytes.js';
import { GUARDIANS, NoSecureContextError, openBody, pairsOf } from './envelope.js';
import { canonical, parse } from './jcs.js';
import { treeHead } from './merkle.js';
import { Refused, require } from './reasons.js';
import { RULES, faultOf, settle } from './settlement.js';
import { sha256 } from './sha256.js';
import { fields, isText, MOMENT } from './shape.js';
import { formatFen } from '../lib/money.js';
import { say } from '../lib/words.js';

const PARTS = ['v', 'project', 'ceiling', 'below_floor', 'closed_at', 'floor', 'bids', 'settled'];
const LEAF = Uint8Array.of(0);

const isInteger = (value) => Number.isSafeInteger(value);
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

function checkTranscript(whole) {
  fields(whole, 'opening_shape', PARTS);
  require(whole.v === 1, 'opening_v');
  require(isText(whole.project), 'opening_shape', 'project');
  require(isInteger(whole.ceiling) && whole.ceiling > 0, 'opening_ceiling');
  require(typeof whole.below_floor === 'string' && whole.below_floor in RULES, 'opening_rule');
  require(typeof whole.closed_at === 'string' && MOMENT.test(whole.closed_at), 'opening_time');
  require(Array.isArray(whole.bids), 'opening_shape', 'bids');
  fields(whole.settled, 'opening_shape', ['price', 'tied']);
}

/** Checks the form of an envelope of this project and returns its holder. */
function checkSealed(envelope, code, project, kind) {
  fields(envelope, code, ['v', 'ctx', 'k', 'commit', 'nonce', 'ct', 'shares']);
  fields(envelope.ctx, code, ['project', 'kind', 'holder']);
  const sizes = { commit: 32, nonce: 12, ct: 528 };
  const whole = Object.entries(sizes).every(([name, size]) => isHex(envelope[name], size));
  require(envelope.v === 1 && envelope.k === 2 && whole && Array.isArray(envelope.shares), code);
  const { ctx, shares } = envelope;
  require(ctx.project === project && ctx.kind === kind && typeof ctx.holder === 'string', code, 'ctx');
  for (const share of shares) fields(share, code, ['to', 'kid', 'h', 'c']);
  require(shares.length === GUARDIANS.length && shares.every(({ to }, at) => to === GUARDIANS[at]), code, 'shares');
  const pieces = { kid: 4, h: 32, c: 114 };
  const shaped = shares.every((share) => Object.entries(pieces).every(([name, size]) => isHex(share[name], size)));
  require(shaped, code, 'shares');
  return ctx.holder;
}

/** The shares that guardians released, each as the envelope promises it. */
function releasedShares(envelope, released, code) {
  require(Array.isArray(released), code);
  for (const one of released) fields(one, code, ['from', 'share']);
  const places = released.map(({ from }) => GUARDIANS.indexOf(from) + 1);
  require(places.every((place, at) => place > 0 && (at === 0 || places[at - 1] < place)), code);
  return released.flatMap(({ from, share }, at) => {
    if (share === '') return []; // the guardian answered: its share is not what was promised
    require(isHex(share, 33), code, from);
    const plain = unhex(share);
    const promised = envelope.shares[places[at] - 1].h;
    require(plain[0] === places[at] && hex(sha256(plain)) === promised, code, from);
    return [{ place: plain[0], share: plain.slice(1, 17) }];
  });
}

/** The committed body; null only when no answer still to come could open it. */
async function unsealed({ envelope, released }, code) {
  const shares = releasedShares(envelope, released, code);
  for (const pair of pairsOf(shares)) {
    const body = await openBody(envelope, pair);
    if (body) {
      require(shares.length === released.length, code);
      return body;
    }
  }
  require(released.length === GUARDIANS.length || released.length - shares.length > 1, code);
  return null;
}

/** The whole numbers in a committed body; null when its sealer put rubbish in. */
function sealedNumbers(body, ctx, names) {
  try {
    const held = parse(body);
    fields(held, 'opening_shape', ['ctx', 'val', 'salt']);
    fields(held.val, 'opening_shape', names);
    const exact = same(canonical(held), body) && same(canonical(held.ctx), canonical(ctx));
    const whole = names.every((name) => isInteger(held.val[name]));
    return exact && whole && isHex(held.salt, 32) ? held.val : null;
  } catch (error) {
    if (error instanceof Refused || error instanceof TypeError) return null;
    throw error;
  }
}

function checkTold(told, value, code) {
  if (value === null) {
    require(told === null, code);
    return;
  }
  const names = Object.keys(value);
  const alike = isObject(told) && Object.keys(told).length === names.length;
  require(alike && names.every((name) => Object.hasOwn(told, name) && told[name] === value[name]), code);
}

async function checkFloor(whole, commit) {
  const told = whole.floor;
  fields(told, 'floor_envelope', ['envelope', 'released', 'val']);
  require(checkSealed(told.envelope, 'floor_envelope', whole.project, 'floor') === 'owner', 'floor_envelope', 'ctx');
  require(commit === undefined || commit === told.envelope.commit, 'floor_commit');
  const body = await unsealed(told, 'floor_released');
  const value = body && sealedNumbers(body, told.envelope.ctx, ['fen']);
  checkTold(told.val, value, 'floor_val');
  return value ? value.fen : null;
}

async function checkBid(whole, told) {
  fields(told, 'bid_envelope', ['envelope', 'released', 'val', 'invalid']);
  const { envelope } = told;
  const ticket = checkSealed(envelope, 'bid_envelope', whole.project, 'bid');
  require(isHex(ticket, 16), 'bid_envelope', 'ctx');
  const body = await unsealed(told, 'bid_released');
  const value = body && sealedNumbers(body, envelope.ctx, ['fen', 'seq']);
  checkTold(told.val, value, 'bid_val');
  return { ticket, commit: envelope.commit, fen: value?.fen ?? null, seq: value?.seq ?? null };
}

const isBefore = (one, two) => one.ticket < two.ticket || (one.ticket === two.ticket && one.commit < two.commit);

/** The head of the list of sealed bids, which the log holds since the close. */
export const envelopeRoot = (envelopes) => treeHead(sha256, envelopes.map((one) => sha256(concat(LEAF, canonical(one)))));

function checkSettlement(whole, terms, bids) {
  bids.forEach((bid, at) => require(whole.bids[at].invalid === faultOf(terms, bid), 'bid_invalid', bid.ticket));
  const found = settle(terms, bids);
  const { price, tied } = whole.settled;
  require(price === found.price, 'settled_price');
  const alike = Array.isArray(tied) && tied.length === found.tied.length && found.tied.every((ticket, at) => tied[at] === ticket);
  require(alike, 'settled_tied');
  return found;
}

function stepsOf(whole, terms, root, found, compared) {
  const { floor, bids } = whole;
  const value = floor.val ? formatFen(floor.val.fen) : say('打不开，或里面不是价格');
  const aside = bids.filter(({ invalid }) => invalid !== null).length;
  const result = found.price === null
    ? say('没有有效的最低限价或报价，选取失败')
    : say('{price}，票号 {tickets}', { price: formatFen(found.price), tickets: found.tied.join(say('、')) });
  return [
    { code: 'floor', title: say('最低限价就是公告前密封的那一份'), detail: say('{value}；指纹 {commit}', { value, commit: floor.envelope.commit }), state: compared.floor ? say('与公告一致') : say('请与公告核对'), isOpen: !compared.floor },
    { code: 'bids', title: say('报价在截止之后没有增减'), detail: say('{count}份，名单指纹 {root}', { count: bids.length, root }), state: compared.root ? say('与公开日志一致') : say('请与公开日志核对'), isOpen: !compared.root },
    { code: 'invalid', title: say('不计入的报价各有原因'), detail: say('{aside}份；最高限价{ceiling}；低于最低限价的{rule}', { aside, ceiling: formatFen(whole.ceiling), rule: RULES[terms.rule] }) },
    { code: 'settled', title: say('重新计算的成交价和报出它的票'), detail: result },
    { code: 'file', title: say('本记录的指纹'), detail: hex(sha256(canonical(whole))), state: say('已算出') },
  ];
}

const asked = (text) => text?.trim().toLowerCase() || undefined;

/** Opens every envelope anew and settles; the first thing broken is thrown as Refused. */
export async function verifyOpening(whole, { floor: commit, root: expected, hash: fingerprint } = {}) {
  if (!globalThis.crypto?.subtle) throw new NoSecureContextError();
  checkTranscript(whole);
  const floor = await checkFloor(whole, asked(commit));
  const bids = [];
  for (const told of whole.bids) bids.push(await checkBid(whole, told));
  require(bids.every((bid, at) => at === 0 || isBefore(bids[at - 1], bid)), 'bid_order');
  const root = hex(envelopeRoot(whole.bids.map(({ envelope }) => envelope)));
  require(!asked(expected) || asked(expected) === root, 'envelope_root');
  const terms = { ceiling: whole.ceiling, rule: whole.below_floor, floor };
  const found = checkSettlement(whole, terms, bids);
  const hashed = hex(sha256(canonical(whole)));
  require(!asked(fingerprint) || asked(fingerprint) === hashed, 'opening_hash');
  const compared = { floor: Boolean(asked(commit)), root: Boolean(asked(expected)) };
  return { steps: stepsOf(whole, terms, root, found, compared), isCompared: compared.floor && compared.root, root, ...found };
}

/** Reads the bytes of a transcript strictly and verifies it. */
export const verifyOpeningBytes = async (bytes, options) => verifyOpening(parse(bytes), options);
