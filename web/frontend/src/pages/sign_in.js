// Signing in by a security key or a certificate.
import { send } from '../lib/http.js';
import { bodyOf, wireKeyWays } from '../lib/key_ways.js';

const place = document.querySelector('[data-key-ways]');
wireKeyWays(place, async (proof) => {
  const json = { ...proof, next: place.dataset.next };
  window.location.assign(bodyOf(await send('/sign-in/keys', { json })).next);
});
