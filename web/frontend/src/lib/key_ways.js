// Proves a security key or a certificate (web/templates/auth/_key_ways.html): asks for a number, has it signed, hands the proof on.
import { fromBase64Url, toBase64Url } from './base64.js';
import { NetworkError, send } from './http.js';
import { say } from './words.js';

class ToldError extends Error {}

const WAYS = {
  security_key: { waiting: () => say('请按浏览器的提示插入或触碰安全密钥…'), prove: bySecurityKey, as: 'security_key' },
  certificate_file: { waiting: () => say('正在打开证书…'), prove: byFile, as: 'certificate_signature', before: readFile },
  program: { waiting: () => say('请在证书锁的程序里确认…'), prove: byProgram, as: 'certificate_signature' },
  certificate_header: { waiting: () => say('正在核对证书…'), prove: async () => ({}), as: 'certificate_header' },
};

/** `finish({ challenge, way, answer })` is called with each proof and says what came of it by throwing an Error. */
export function wireKeyWays(place, finish, { before = () => true } = {}) {
  const told = place.querySelector('[data-key-status]');
  const alarm = place.querySelector('[data-key-alert]');
  let busy = false;
  const alert = (text) => {
    alarm.textContent = text;
    alarm.hidden = false;
    alarm.focus();
  };
  const attempt = async (name) => {
    const way = WAYS[name];
    const prepared = await way.before?.(place);
    checkPlace(place, name);
    told.textContent = way.waiting();
    const begun = await asked(place);
    const answer = await way.prove(begun, place, prepared);
    await finish({ challenge: begun.challenge, way: way.as, answer });
  };
  place.addEventListener('click', async (event) => {
    const name = event.target.closest('[data-key-way]')?.dataset.keyWay;
    if (!name || busy || !before()) return;
    busy = true;
    alarm.hidden = true;
    try {
      await attempt(name);
    } catch (error) {
      alert(wordsFor(error));
    } finally {
      busy = false;
      told.textContent = '';
    }
  });
  place.querySelector('[data-key-password]')?.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    place.querySelector('[data-key-way="certificate_file"]').click();
  });
}

/** The body of a good answer; a bad one is thrown with the server's sentence. */
export function bodyOf({ ok, body }) {
  if (ok) return body;
  throw new ToldError(body.message ?? say('系统暂时无法办理，请稍后重试。'));
}

function wordsFor(error) {
  if (error instanceof ToldError) return error.message;
  if (error instanceof NetworkError) return say('网络断开，没有完成，请恢复网络后重试。');
  if (['NotAllowedError', 'AbortError'].includes(error.name)) return say('没有用安全密钥完成验证：可能已取消、超时，或这把密钥没有绑定到本平台。请重试，或改用其他方式。');
  if (error.name === 'InvalidStateError') return say('这把安全密钥已经绑定到您的账号，不用再绑。');
  if (error.name === 'SecurityError') return say('浏览器不允许在这个网址使用安全密钥，请用平台公布的网址打开。');
  console.error(error);
  return say('验证没有完成，请刷新页面后重试，或改用其他方式。');
}

function checkPlace({ dataset: { origin } }, name) {
  if (location.origin !== origin) throw new ToldError(say('安全密钥和证书只能在平台公布的网址{origin}使用，请用它打开本页。', { origin }));
  if (name === 'security_key' && !window.PublicKeyCredential) throw new ToldError(say('这个浏览器（或没有加密的连接）不能使用安全密钥，请更换浏览器或改用其他方式。'));
}

async function asked({ dataset: { challengeUrl, about } }) {
  return bodyOf(await send(challengeUrl, { json: about ? { about } : {} }));
}

const withId = (one) => ({ ...one, id: fromBase64Url(one.id) });

async function bySecurityKey({ security_key: options }) {
  const publicKey = { ...options, challenge: fromBase64Url(options.challenge) };
  if (options.user) {
    publicKey.user = withId(options.user);
    publicKey.excludeCredentials = options.excludeCredentials?.map(withId);
    return answerOf(await navigator.credentials.create({ publicKey }));
  }
  publicKey.allowCredentials = options.allowCredentials?.map(withId);
  return answerOf(await navigator.credentials.get({ publicKey }));
}

const PARTS = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];

function answerOf({ id, rawId, type, response }) {
  const parts = PARTS.filter((name) => response[name]).map((name) => [name, toBase64Url(response[name])]);
  return { id, rawId: toBase64Url(rawId), type, response: Object.fromEntries(parts) };
}

async function readFile(place) {
  const file = place.querySelector('[data-key-file]').files[0];
  if (!file) throw new ToldError(say('还没有选择证书文件，请先选择.p12或.pfx文件。'));
  const { openPkcs12, WrongPasswordError, UnusableFileError } = await import('./pkcs12.js');
  const field = place.querySelector('[data-key-password]');
  try {
    return await openPkcs12(new Uint8Array(await file.arrayBuffer()), field.value);
  } catch (error) {
    if (error instanceof WrongPasswordError) throw new ToldError(say('证书密码不对，或文件已损坏，请重新输入。'));
    if (error instanceof UnusableFileError) throw new ToldError(say('不能使用这个文件：须是含私钥的PKCS#12证书文件，算法为RSA或EC（P-256、P-384）；国密SM2证书目前不能使用。'));
    throw error;
  } finally {
    field.value = '';
  }
}

async function byFile({ statement }, _place, opened) {
  return { certificate: opened.certificate, ...await opened.sign(statement) };
}

async function byProgram({ statement }, { dataset: { program } }) {
  const sent = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ statement }), credentials: 'omit' };
  const answer = await fetch(`${program}/sign`, sent).catch(() => null);
  if (!answer) throw new ToldError(say('没有找到证书锁的程序，请确认已安装、已启动，证书锁已插好。'));
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new ToldError(body.message ?? say('证书锁的程序没有签名，请按它的提示处理后重试。'));
  const { certificate, algorithm, signature } = body;
  return { certificate, algorithm, signature };
}
