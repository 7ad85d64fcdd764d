import { NetworkError, send } from './http.js';
import { say } from './words.js';

/** Sends one file to the documents API and returns `{id, sha256, name, size}`; throws an Error whose message people can read. */
export async function uploadDocument(url, file) {
  if (typeof url === 'function') return url(file); // a preview keeps nothing
  const body = new FormData();
  body.append('file', file, file.name);
  try {
    const answer = await send(url, { body });
    if (!answer.ok) throw new Error(answer.body.message ?? say('文件没有上传成功，请稍后重试。'));
    const { id, sha256, name = file.name, size = file.size } = answer.body;
    return { id, sha256, name, size };
  } catch (error) {
    throw error instanceof NetworkError ? new Error(say('网络断开，文件没有上传，请恢复网络后重新选择。')) : error;
  }
}

/** `312 KB`, `1.5 MB`. */
export function sizeText(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
