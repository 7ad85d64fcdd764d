// Before a step is sent that the county wants confirmed: the person proves a key or certificate, and the proof goes along.
import Modal from 'bootstrap/js/dist/modal.js';
import { wireKeyWays } from '../lib/key_ways.js';
import { say } from '../lib/words.js';

const box = document.getElementById('step-key');
const modal = new Modal(box);
let found = null;

wireKeyWays(box.querySelector('[data-key-ways]'), async (proof) => {
  found = proof;
  modal.hide();
});

function proved() {
  found = null;
  modal.show();
  return new Promise((resolve, reject) => {
    box.addEventListener('hidden.bs.modal', () => {
      if (found) resolve(found);
      else reject(Object.assign(new Error(say('还没有用安全密钥或数字证书确认，没有提交，内容仍在本页。')), { told: true }));
    }, { once: true });
  });
}

window.addEventListener('form:before-submit', ({ detail }) => {
  detail.waitUntil(proved().then((proof) => detail.beside('key', proof)));
});
