// The own keys and certificates: binding one, after the password was given.
import { send } from '../lib/http.js';
import { bodyOf, wireKeyWays } from '../lib/key_ways.js';
import { say } from '../lib/words.js';

const form = document.querySelector('[data-bind-url]');
const name = form.querySelector('[data-bind-name]');
const password = form.querySelector('[data-bind-password]');

function before() {
  password.setCustomValidity(password.value ? '' : say('请先输入登录密码。'));
  return password.reportValidity();
}

password.addEventListener('input', () => password.setCustomValidity(''));
wireKeyWays(form.querySelector('[data-key-ways]'), async (proof) => {
  const json = { ...proof, name: name.value, password: password.value };
  window.location.assign(bodyOf(await send(form.dataset.bindUrl, { json })).next);
}, { before });
