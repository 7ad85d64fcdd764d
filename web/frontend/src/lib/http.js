// Requests of our own pages: the anti-forgery token goes along, answers are JSON, a lost network is told apart.

export class NetworkError extends Error {}

/** Pages of people signed in carry it in their head; before that it stands in the form. */
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? document.querySelector('input[name="csrf_token"]')?.value ?? '';

let signedOut = null;

/** `ask()` is called when the session has ended; once it answers true the same request is sent again. */
export const onSignedOut = (ask) => { signedOut = ask; };

/** Sends and returns `{ok, status, body}`; throws NetworkError when no answer came. */
export async function send(url, given = {}) {
  const answer = await sendOnce(url, given);
  if (!signedOut || !isOver(answer) || url.startsWith('/sign-in') || !(await signedOut())) return answer;
  return sendOnce(url, given);
}

/** Nobody is signed in any more, or somebody signed in anew in another window. */
const isOver = ({ status, body }) => status === 401 || (status === 400 && body.code === 'page_expired');

async function sendOnce(url, { method = 'POST', json, body }) {
  const headers = { Accept: 'application/json', 'X-CSRFToken': csrfToken() };
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  let answer;
  try {
    answer = await fetch(url, { method, headers, body: json === undefined ? body : JSON.stringify(json), credentials: 'same-origin' });
  } catch (cause) {
    throw new NetworkError('no answer', { cause });
  }
  return { ok: answer.ok, status: answer.status, body: await answer.json().catch(() => ({})) };
}

/** Takes a fresh anti-forgery token from this very page: somebody who signed in again elsewhere goes on where they were. */
export async function renewToken() {
  const answer = await fetch(location.href, { credentials: 'same-origin' }).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
  const fresh = page?.querySelector('meta[name="csrf-token"]')?.content;
  if (fresh) document.querySelector('meta[name="csrf-token"]').content = fresh;
}
