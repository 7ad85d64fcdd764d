// What fields and texts of a proof may look like.
import { require } from './reasons.js';
import { say } from '../lib/words.js';

/** Requires an object with exactly the named fields; those in `also` may be there. */
export function fields(value, code, names, also = []) {
  require(value !== null && typeof value === 'object' && !Array.isArray(value), code);
  const missing = names.filter((name) => !Object.hasOwn(value, name));
  const unknown = Object.keys(value).filter((name) => !names.includes(name) && !also.includes(name));
  require(!missing.length && !unknown.length, code, [...missing, ...unknown].sort().join(say('、')).slice(0, 80));
}

/** An ISO 8601 moment with its offset. */
export const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export const isCount = (value) => Number.isSafeInteger(value) && value >= 0 && value < 2 ** 32;

export const isText = (value) => typeof value === 'string' && value !== '' && [...value].length <= 128;
