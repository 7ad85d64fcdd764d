// Signed checkpoints (C2SP tlog-checkpoint) and inclusion receipts, checked in the visitor's browser.
import { concat, isHex, same, unhex, utf8 } from './bytes.js';
import { leafHash, verifyInclusion } from './merkle.js';
import { sha256 } from './sha256.js';
import { say } from '../lib/words.js';

const ED25519 = 1;
const ID_BYTES = 4;
const FIELDS = ['checkpoint', 'entry', 'path', 'seq', 'size'];

export class LogRefused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

function bytesOf(text, size) {
  try {
    const bytes = fromBase64(text);
    if (!size || bytes.length === size) return bytes;
  } catch { /* not Base64 */ }
  throw new LogRefused('checkpoint_shape', say('检查点的写法不对，请重新下载。'));
}

/** What a checkpoint states, and its signature lines. */
export function parseCheckpoint(text) {
  const cut = text.indexOf('\n\n');
  const lines = cut < 0 ? [] : text.slice(0, cut).split('\n');
  if (lines.length !== 4 || !/^(0|[1-9]\d{0,15})$/.test(lines[1]) || !lines[3].startsWith('sm3 ')) {
    throw new LogRefused('checkpoint_shape', say('检查点的写法不对，请重新下载。'));
  }
  const signatures = text.slice(cut + 2).split('\n').filter(Boolean).map((line) => {
    const parts = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
    if (!parts) throw new LogRefused('checkpoint_shape', say('检查点的写法不对，请重新下载。'));
    return { name: parts[1], told: bytesOf(parts[2]) };
  });
  return { origin: lines[0], size: Number(lines[1]), root: bytesOf(lines[2], 32), body: text.slice(0, cut + 1), signatures };
}

/** The public key `name+id+key`, as the log publishes it. */
export function parseKey(text) {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim());
  const key = parts ? bytesOf(parts[3], 33) : [];
  if (key[0] !== ED25519) throw new LogRefused('key_shape', say('公钥的写法不对，应为“名称+编号+公钥”。'));
  const id = sha256(concat(utf8(`${parts[1]}\n`), key)).slice(0, ID_BYTES);
  if (!same(id, unhex(parts[2]))) throw new LogRefused('key_shape', say('公钥的写法不对，应为“名称+编号+公钥”。'));
  return { name: parts[1], id, raw: key.slice(1) };
}

/** Whether the log's key signed a checkpoint; `undefined` when this browser cannot tell. */
export async function isSigned(head, key) {
  const mine = head.signatures.filter(({ name, told }) => name === key.name && same(told.slice(0, ID_BYTES), key.id));
  if (!mine.length || head.origin !== key.name) return false;
  try {
    const imported = await crypto.subtle.importKey('raw', key.raw, 'Ed25519', false, ['verify']);
    const good = await Promise.all(mine.map(({ told }) => crypto.subtle.verify('Ed25519', imported, told.slice(ID_BYTES), utf8(head.body))));
    return good.every(Boolean);
  } catch {
    return undefined;
  }
}

/** How many names but the log's own stand under a checkpoint. */
export const othersUnder = (head) => new Set(head.signatures.map(({ name }) => name).filter((name) => name !== head.origin)).size;

/** Checks a receipt's text; what it shows, or a `LogRefused` with the reason. */
export function readReceipt(text) {
  let receipt;
  try {
    receipt = JSON.parse(text);
  } catch {
    throw new LogRefused('file_not_json', say('文件不是完整的JSON，请重新下载回执。'));
  }
  const shaped = receipt && typeof receipt === 'object' && Object.keys(receipt).sort().join() === FIELDS.join()
    && typeof receipt.entry === 'string' && typeof receipt.checkpoint === 'string'
    && Number.isSafeInteger(receipt.seq) && Number.isSafeInteger(receipt.size)
    && Array.isArray(receipt.path) && receipt.path.length <= 64 && receipt.path.every((node) => isHex(node, 32));
  if (!shaped) throw new LogRefused('receipt_shape', say('回执缺少字段或写法不对，请重新下载。'));
  const head = parseCheckpoint(receipt.checkpoint);
  if (head.size !== receipt.size) throw new LogRefused('receipt_size', say('回执的条数与检查点的不一致。'));
  const leaf = leafHash(sha256, utf8(receipt.entry));
  if (!verifyInclusion(sha256, { leaf, index: receipt.seq, size: receipt.size, path: receipt.path.map(unhex), head: head.root })) {
    throw new LogRefused('receipt_path', say('按路径算出的根与检查点不符：这一条不在检查点所记的日志里，或回执被改动过。'));
  }
  return { ...receipt, head };
}
