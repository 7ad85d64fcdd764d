// A file of a proposal as it is written, for what no other editor opens: saved by itself and checked with every save.
import { openDesk } from '../lib/file_desk.js';
import { showFindings } from '../lib/finding_lines.js';
import { make } from '../lib/dom.js';
import { toast } from '../lib/toast.js';

async function open(place) {
  const [text, findings, back] = ['textarea', '[data-findings]', '[data-take-back]'].map((one) => place.querySelector(one));
  const known = (version) => {
    if (!back) return;
    back.elements.version.value = version;
    back.hidden = false; // the county has a file of its own now
  };
  const desk = await openDesk({
    place,
    load: async (written) => { text.value = written; },
    read: async () => text.value,
    show: (beside, written) => beside.replaceChildren(make('pre', { class: 'sw-note' }, written)),
    onSaved: (answer) => { known(answer.version); if (answer.findings) showFindings(findings, answer.findings); },
  });
  showFindings(findings, JSON.parse(place.querySelector('[data-found]').textContent));
  text.readOnly = !desk.file.editable;
  text.addEventListener('input', () => desk.changed());
  back?.addEventListener('submit', () => desk.saver?.stop()); // what is taken back is not saved once more on leaving
  place.dataset.ready = 'true';
}

for (const place of document.querySelectorAll('[data-plain-file]')) open(place).catch((error) => toast(error.message, 'is-late'));
