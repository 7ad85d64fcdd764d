// What was typed and is not on the server yet, kept in this browser: by account and file, with what it was made from.
// Saving takes it away, signing out takes all of it away (pages/site.js); what nobody came back to goes after a month.

const PREFIX = 'smallworks-work:';
const LONGEST = 30 * 24 * 3600 * 1000;

export const accountHere = () => document.querySelector('meta[name="account"]')?.content ?? '';

const keyOf = (url) => `${PREFIX}${accountHere()}:${url}`;
const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

function quietly(act) {
  try {
    return act();
  } catch {
    return null; // storage may be forbidden or full: the page itself still holds everything
  }
}

/** Keeps `text`, made from `base`, which was `version` on the server; nothing more once its person signs out. */
export const keepWork = (url, { text, base, version }) => quietly(() => {
  if ('signingOut' in document.documentElement.dataset) return;
  localStorage.setItem(keyOf(url), JSON.stringify({ text, base, version, at: Date.now() }));
});

export const forgetWork = (url) => quietly(() => localStorage.removeItem(keyOf(url)));

/** `{text, base, version, at}` of this account and file, or null. */
export function keptWork(url) {
  return quietly(() => {
    for (const key of keys()) if (!isFresh(key)) localStorage.removeItem(key);
    return JSON.parse(localStorage.getItem(keyOf(url)));
  });
}

const isFresh = (key) => Date.now() - (quietly(() => JSON.parse(localStorage.getItem(key)))?.at ?? 0) < LONGEST;
