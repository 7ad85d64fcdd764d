// Conditions in words ⇄ the expression that hides a field: `=not(level = "a" and amount > 5)` is “level is a and amount above 5”.
// Only what the list of words can say is read back; everything else stays an expression, written by hand and checked by the server.

export const OPERATORS = ['=', '!=', '>', '>=', '<', '<=', 'filled', 'empty', 'contains', 'ticked', 'unticked', 'declined', 'not_declined'];
const NAME = '[\\p{L}_][\\p{L}\\p{N}_.]*';
const LITERAL = '"(?:[^"\\\\]|\\\\.)*"|-?\\d+(?:\\.\\d+)?|true|false|null';
const OPPOSITE = { '=': '!=', '!=': '=', '>': '<=', '>=': '<', '<': '>=', '<=': '>', filled: 'empty', empty: 'filled', ticked: 'unticked', unticked: 'ticked', declined: 'not_declined', not_declined: 'declined' };
const COMPARISON = new RegExp(`^(${NAME})\\s*(!=|>=|<=|=|>|<)\\s*(${LITERAL})$`, 'u');
const CONTAINS = new RegExp(`^list contains\\((${NAME}),\\s*(${LITERAL})\\)$`, 'u');
const NOT_CONTAINS = new RegExp(`^not\\(list contains\\((${NAME}),\\s*(${LITERAL})\\)\\)$`, 'u');

/** `{join: 'and'|'or', tests: [{name, operator, value}]}` under which the field shows, or null when it takes an expression to say. */
export function shownWhen(hide) {
  const text = String(hide ?? '').replace(/^=/, '').trim();
  if (!text) return { join: 'and', tests: [] };
  for (const [word, join] of [[' or ', 'and'], [' and ', 'or']]) { // hidden by one or the other = shown when both are otherwise
    const tests = split(text, word)?.map(opposite);
    if (tests?.every(Boolean)) return { join, tests };
  }
  return null;
}

/** The expression that hides a field unless the tests hold; undefined when it always shows. */
export function hiddenUnless({ join, tests }) {
  const said = tests.filter(({ name }) => name).map(negated);
  return said.length ? `=${said.join(join === 'and' ? ' or ' : ' and ')}` : undefined;
}

/** Parts between a word that stands outside quotation marks and brackets. */
function split(text, word) {
  const parts = [];
  let [depth, quoted, start] = [0, false, 0];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"' && text[at - 1] !== '\\') quoted = !quoted;
    else if (!quoted && text[at] === '(') depth += 1;
    else if (!quoted && text[at] === ')') depth -= 1;
    else if (!quoted && !depth && text.startsWith(word, at)) {
      parts.push(text.slice(start, at).trim());
      start = at + word.length;
    }
  }
  return [...parts, text.slice(start).trim()];
}

function read(part) {
  const found = COMPARISON.exec(part);
  if (found) return comparison(found);
  const [holds, not] = [CONTAINS.exec(part), NOT_CONTAINS.exec(part)];
  if (holds) return { name: holds[1], operator: 'contains', value: JSON.parse(holds[2]) };
  return not ? { name: not[1], operator: 'contains', value: JSON.parse(not[2]), not: true } : null;
}

function comparison([, name, operator, literal]) {
  const value = literal.startsWith('"') ? unquoted(literal) : JSON.parse(literal);
  if (value === null) return operator === '=' ? { name, operator: 'empty' } : operator === '!=' ? { name, operator: 'filled' } : null;
  if (value === true && (operator === '=' || operator === '!=')) return { name, operator: operator === '=' ? 'ticked' : 'unticked' };
  if (value === false && (operator === '=' || operator === '!=')) return { name, operator: operator === '=' ? 'declined' : 'not_declined' };
  return typeof value === 'boolean' ? null : { name, operator, value };
}

function unquoted(literal) {
  try { return JSON.parse(literal); } catch { return literal.slice(1, -1); }
}

/** The test that holds exactly when the part (which hides) does not. */
function opposite(part) {
  const test = read(part);
  if (!test) return null;
  if (test.operator === 'contains') return test.not ? { name: test.name, operator: 'contains', value: test.value } : null;
  return { ...test, operator: OPPOSITE[test.operator] };
}

function negated({ name, operator, value }) {
  const quoted = JSON.stringify(value ?? '');
  switch (operator) {
    case 'filled': return `${name} = null`;
    case 'empty': return `${name} != null`;
    case 'ticked': return `${name} != true`;
    case 'unticked': return `${name} = true`;
    case 'declined': return `${name} != false`;
    case 'not_declined': return `${name} = false`;
    case 'contains': return `not(list contains(${name}, ${quoted}))`;
    default: return `${name} ${OPPOSITE[operator]} ${quoted}`;
  }
}
