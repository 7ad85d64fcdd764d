// Makes a contributor's sealed draw secret unnoticed while the appointment form is sent.
// The form's place carries data-sealing-url = …/sealing?kind=draw_secret.
import { kindOf } from '../lib/rules.js';
import { drawSecretFrom } from '../selection/handing_in.js';

const isSecret = (component) => kindOf(component) === 'draw_secret';

/** Keys of the form's draw secrets, wherever they stand among groups. */
const secretKeys = (components = []) => components.flatMap((one) => [...(isSecret(one) ? [one.key] : []), ...secretKeys(one.components)]);

window.addEventListener('form:before-submit', ({ detail }) => {
  const { place, schema, set, waitUntil } = detail;
  const url = place.dataset.sealingUrl;
  if (!url) return;
  const fill = async (key) => set(key, await drawSecretFrom(url));
  secretKeys(schema.components).forEach((key) => waitUntil(fill(key)));
});
