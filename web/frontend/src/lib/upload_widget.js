// <div data-upload="/api/v1/documents" data-upload-name="fiscal_review" data-upload-accept=".pdf">: choose or drop, progress in words,
// the document's id in a hidden input of the surrounding form.
import { icon, make, onEvery } from './dom.js';
import { sizeText, uploadDocument } from './upload.js';
import { say } from './words.js';

export function wireUploads() {
  onEvery('[data-upload]', (place) => {
    const { upload: url, uploadName: name, uploadAccept: accept, uploadLabel: label = say('选择文件') } = place.dataset;
    const input = make('input', { type: 'file', class: 'visually-hidden', accept, 'aria-label': label });
    const value = make('input', { type: 'hidden', name });
    const button = make('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary' }, icon('upload'), label);
    const words = make('span', { class: 'sw-quiet', role: 'status' }, say('还没有上传'));
    const take = async (file) => {
      if (!file) return;
      words.textContent = say('正在上传 {name}', { name: file.name });
      button.disabled = true;
      try {
        const stored = await uploadDocument(url, file);
        value.value = stored.id;
        words.textContent = say('{name} · {size} · 已上传', { name: stored.name, size: sizeText(stored.size) });
        place.dispatchEvent(new CustomEvent('upload:done', { bubbles: true, detail: stored }));
      } catch (error) {
        words.textContent = error.message;
      } finally {
        button.disabled = false;
        input.value = '';
      }
    };
    button.addEventListener('click', () => input.click());
    input.addEventListener('change', () => take(input.files[0]));
    place.addEventListener('dragover', (event) => event.preventDefault());
    place.addEventListener('drop', (event) => { event.preventDefault(); take(event.dataTransfer.files[0]); });
    place.classList.add('sw-upload');
    place.append(input, value, button, words);
  });
}
