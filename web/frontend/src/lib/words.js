// What the scripts say, in the language of the page: Chinese as written, or as the page's dictionary has it.

const found = globalThis.document?.getElementById('words')?.textContent;
const words = found ? JSON.parse(found) : {};

export const isEnglish = globalThis.document?.documentElement.lang === 'en';

/** The sentence in the page's language, its places `{name}` filled in. */
export function say(sentence, values = {}) {
  return (words[sentence] ?? sentence).replace(/{(\w+)}/g, (place, name) => values[name] ?? place);
}
