// What a begun word of an expression may become.

const LAST_WORD = /(?:(rule|deadline)\(\s*["']([\w.]*)|[\w"'\[\]]*)$/;
const MOST = 8;

/** What may be put at the end of `before`: `{from, options: [{text, title}]}`; `from` is where the begun word starts. */
export function completions(before, variables, names) {
  const found = LAST_WORD.exec(before);
  if (found[1]) {
    const rules = names.rules.filter((one) => found[1] === 'rule' || one.unit === 'working_day');
    return { from: before.length - found[2].length, options: matching(rules.map(({ value, title }) => ({ text: value, title })), found[2]) };
  }
  const begun = found[0];
  if (!begun) return { from: before.length, options: [] };
  const all = [...variables.map(({ value, title }) => ({ text: value, title })), ...names.functions.map(({ value, title }) => ({ text: value, title }))];
  return { from: before.length - begun.length, options: matching(all, begun) };
}

function matching(options, begun) {
  const small = begun.toLowerCase();
  const begins = ({ text }) => text.toLowerCase().startsWith(small);
  const holds = (one) => !begins(one) && small.length > 1 && (one.text.toLowerCase().includes(small) || one.title.includes(begun));
  return [...options.filter(begins), ...options.filter(holds)].filter(({ text }) => text !== begun).slice(0, MOST);
}
