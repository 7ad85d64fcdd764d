// Verifies the proof of a draw (draw-v1) in the visitor's own browser: the twin of the offline verifier,
// check by check and reason by reason.
import { compareBytes, hex, isHex, unhex, utf8 } from './bytes.js';
import { commit, orgCommit, planHash, platformRoot, ranking, seed, ticketLeaf } from './draw_bytes.js';
import { HASHES } from './hashes.js';
import { checkEmpty } from './empty_secret.js';
import { parse } from './jcs.js';
import { treeHead } from './merkle.js';
import { require } from './reasons.js';
import { fields, isCount, isText, MOMENT } from './shape.js';
import { say } from '../lib/words.js';

const TITLES = new Map([['owner', say('业主')], ['monitor', say('监督人员')], ['platform', say('平台')]]);
const titleOf = (role) => TITLES.get(role) ?? role;
const BEACON_BYTES = { __proto__: null, none: 0, 'drand-quicknet': 48 };
const PLAN_FIELDS = ['v', 'alg', 'draw', 'pick', 'not_before', 'min_tickets', 'rule', 'round', 'beacon', 'commits'];

const ascending = (items) => items.every((item, at) => at === 0 || compareBytes(items[at - 1], item) < 0);

function checkShape(proof) {
  fields(proof, 'proof_shape', ['plan', 'list', 'reveals', 'beacon', 'result'], ['platform']);
  fields(proof.list, 'proof_shape', ['n', 'root', 'tickets']);
  fields(proof.result, 'proof_shape', ['winner', 'ranking']);
  require([proof.list.tickets, proof.reveals, proof.result.ranking].every(Array.isArray), 'proof_shape');
}

function checkBeaconKind(beacon) {
  require(beacon !== null && typeof beacon === 'object' && !Array.isArray(beacon), 'plan_beacon');
  require(typeof beacon.kind === 'string' && beacon.kind in BEACON_BYTES, 'plan_beacon');
  const drand = beacon.kind !== 'none';
  fields(beacon, 'plan_beacon', drand ? ['kind', 'round'] : ['kind']);
  require(!drand || (Number.isSafeInteger(beacon.round) && beacon.round > 0), 'plan_beacon', 'round');
}

function checkCommits(commits) {
  require(Array.isArray(commits) && commits.length, 'plan_commits');
  for (const entry of commits) {
    fields(entry, 'plan_commits', ['role', 'c']);
    require(isText(entry.role) && isHex(entry.c, 32), 'plan_commits');
  }
  require(ascending(commits.map(({ role }) => utf8(role))), 'plan_commits');
}

function checkPlan(plan) {
  fields(plan, 'plan_shape', PLAN_FIELDS);
  require(plan.v === 1, 'plan_v');
  require(typeof plan.alg === 'string' && plan.alg in HASHES, 'plan_alg');
  require(plan.rule === 'rank-hmac', 'plan_rule');
  require(plan.pick === 1, 'plan_pick');
  require(typeof plan.not_before === 'string' && MOMENT.test(plan.not_before), 'plan_shape', 'not_before');
  for (const name of ['min_tickets', 'round']) require(isCount(plan[name]), 'plan_shape', name);
  require(isText(plan.draw), 'plan_shape', 'draw');
  checkBeaconKind(plan.beacon);
  checkCommits(plan.commits);
  return hex(planHash(plan));
}

async function checkReveals(plan, reveals) {
  for (const reveal of reveals) fields(reveal, 'proof_shape', ['role', 'secret'], ['envelope', 'released']);
  const expected = plan.commits.map(({ role }) => role);
  const exact = reveals.length === expected.length && reveals.every(({ role }, at) => role === expected[at]);
  require(exact, 'contributors');
  const notes = [];
  for (const [at, reveal] of reveals.entries()) {
    const entry = plan.commits[at];
    if (reveal.secret === '') {
      const print = await checkEmpty(plan, entry, reveal);
      notes.push(say('{role}的密封件无法开启，按空值计，密封件指纹{print}', { role: titleOf(entry.role), print }));
      continue;
    }
    fields(reveal, 'proof_shape', ['role', 'secret']);
    require(isHex(reveal.secret, 32), 'secret_shape', entry.role);
    const given = hex(commit(HASHES[plan.alg], plan.draw, entry.role, unhex(reveal.secret)));
    require(given === entry.c, 'secret_commit', entry.role);
  }
  return notes;
}

function commitOf(digest, ticket) {
  require(ticket !== null && typeof ticket === 'object' && !Array.isArray(ticket), 'ticket_shape');
  const opened = !Object.hasOwn(ticket, 'org_commit');
  fields(ticket, 'ticket_shape', opened ? ['ticket', 'org', 'blind'] : ['ticket', 'org_commit']);
  require(isHex(ticket.ticket, 16), 'ticket_shape');
  if (!opened) {
    require(isHex(ticket.org_commit, 32), 'ticket_shape', ticket.ticket);
    return unhex(ticket.org_commit);
  }
  require(isText(ticket.org) && isHex(ticket.blind, 32), 'ticket_shape', ticket.ticket);
  return orgCommit(digest, ticket.org, unhex(ticket.blind));
}

function checkList(plan, { n, root, tickets }) {
  const digest = HASHES[plan.alg];
  const commits = tickets.map((ticket) => commitOf(digest, ticket));
  const ids = tickets.map(({ ticket }) => ticket);
  require(ids.every((id, at) => at === 0 || ids[at - 1] < id), 'ticket_order');
  const orgs = tickets.filter((ticket) => Object.hasOwn(ticket, 'org')).map(({ org }) => org);
  const once = new Set(orgs).size === orgs.length && new Set(commits.map(hex)).size === commits.length;
  require(once, 'org_twice');
  require(n === tickets.length, 'list_count');
  const head = treeHead(digest, ids.map((id, at) => ticketLeaf(digest, plan.draw, id, commits[at])));
  require(root === hex(head), 'list_root');
  require(tickets.length >= Math.max(plan.min_tickets, 1), 'too_few');
  return head;
}

function checkResult(plan, proof, root) {
  const { tickets } = proof.list;
  const key = seed(plan, root, tickets.length, proof.reveals, unhex(proof.beacon));
  const ranked = ranking(HASHES[plan.alg], key, tickets.map(({ ticket }) => ticket), plan.round);
  const { ranking: claimed, winner } = proof.result;
  require(claimed.length === ranked.length && ranked.every((ticket, at) => claimed[at] === ticket), 'ranking');
  require(winner === ranked[0], 'winner');
  const won = tickets.find(({ ticket }) => ticket === winner);
  require(Object.hasOwn(won, 'org'), 'winner_hidden');
  return won;
}

function checkPlatform(proof, root) {
  if (!Object.hasOwn(proof, 'platform')) {
    require(!root, 'platform_path');
    return '';
  }
  const claim = proof.platform;
  fields(claim, 'platform_path', ['i', 'path']);
  const shaped = isCount(claim.i) && Array.isArray(claim.path) && claim.path.length <= 32;
  require(shaped && claim.path.every((one) => isHex(one, 32)), 'platform_path');
  require(claim.i < 2 ** claim.path.length, 'platform_path');
  const reveal = proof.reveals.find(({ role }) => role === 'platform');
  require(reveal, 'platform_path');
  const found = hex(platformRoot(HASHES[proof.plan.alg], claim.i, unhex(reveal.secret), claim.path.map(unhex)));
  require(!root || found === root.trim().toLowerCase(), 'platform_path');
  return found;
}

function beaconNote({ kind, round }, value) {
  return kind === 'none' ? say('本次未使用') : say('{kind} 第{round}轮：{value}，签名请到该信标的网站核对', { kind, round, value });
}

/** Checks every promise in turn; the first broken one is thrown as Refused. */
export async function verify(proof, { plan: expected, platformRoot: expectedRoot } = {}) {
  checkShape(proof);
  const { plan } = proof;
  const hashed = checkPlan(plan);
  const compared = expected !== undefined && expected !== null;
  require(!compared || expected.trim().toLowerCase() === hashed, 'plan_hash');
  const notes = await checkReveals(plan, proof.reveals);
  const root = checkList(plan, proof.list);
  require(isHex(proof.beacon, BEACON_BYTES[plan.beacon.kind]), 'beacon_value');
  const won = checkResult(plan, proof, root);
  const listed = checkPlatform(proof, expectedRoot);
  const parties = say('{count}方：{parties}', { count: proof.reveals.length, parties: proof.reveals.map(({ role }) => titleOf(role)).join(say('、')) });
  const steps = [
    { code: 'plan', title: say('选取计划'), detail: say('计划指纹 {hashed}', { hashed }), state: compared ? say('与公告一致') : say('请与公告核对') },
    { code: 'secrets', title: say('各方随机数与公告前的承诺相符'), detail: [parties, ...notes].join(say('；')) },
    { code: 'list', title: say('名单在冻结之后没有增减'), detail: say('{n}张票，名单指纹 {root}', { n: proof.list.n, root: hex(root) }) },
    { code: 'beacon', title: say('公共随机数'), detail: beaconNote(plan.beacon, proof.beacon), state: plan.beacon.kind === 'none' ? say('未使用') : say('签名另行核对') },
    { code: 'ranking', title: say('重新排序，排第一的就是中选的票'), detail: say('票号 {ticket}，企业 {org}', { ticket: won.ticket, org: won.org }) },
  ];
  if (listed) {
    const detail = say('第{number}号，清单指纹 {listed}，请与公开日志核对', { number: proof.platform.i, listed });
    steps.push({ code: 'platform', title: say('平台随机数在年初公布的清单之中'), detail });
  }
  return { steps, planHash: hashed, planCompared: compared };
}

/** Reads the bytes of a proof file strictly and verifies it. */
export const verifyBytes = async (bytes, options) => verify(parse(bytes), options);
