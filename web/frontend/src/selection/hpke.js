// HPKE base mode (RFC 9180): DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, by WebCrypto.
import { concat, utf8 } from './bytes.js';

export const ENC_BYTES = 65;
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const NONE = new Uint8Array();
const KEM_SUITE = concat(utf8('KEM'), Uint8Array.of(0, 0x10));
const HPKE_SUITE = concat(utf8('HPKE'), Uint8Array.of(0, 0x10, 0, 1, 0, 1));
const two = (number) => Uint8Array.of(number >> 8, number & 255);

async function hmac(key, message) {
  // An empty key equals 32 zero bytes, and some browsers refuse to import an empty one.
  const raw = key.length ? key : new Uint8Array(32);
  const imported = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, message));
}

const extract = (suite, salt, label, material) => hmac(salt, concat(utf8('HPKE-v1'), suite, utf8(label), material));

/** At most 32 bytes, so that one block of HKDF is enough. */
async function expand(suite, key, label, info, size) {
  const labelled = concat(two(size), utf8('HPKE-v1'), suite, utf8(label), info);
  return (await hmac(key, concat(labelled, Uint8Array.of(1)))).slice(0, size);
}

async function sharedSecret(privateKey, publicKey, kemContext) {
  const bits = await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, 256);
  const key = await extract(KEM_SUITE, NONE, 'eae_prk', new Uint8Array(bits));
  return expand(KEM_SUITE, key, 'shared_secret', kemContext, 32);
}

async function cipher(shared, info, usage) {
  const context = concat(
    Uint8Array.of(0),
    await extract(HPKE_SUITE, NONE, 'psk_id_hash', NONE),
    await extract(HPKE_SUITE, NONE, 'info_hash', info),
  );
  const secret = await extract(HPKE_SUITE, shared, 'secret', NONE);
  const raw = await expand(HPKE_SUITE, secret, 'key', context, 16);
  const iv = await expand(HPKE_SUITE, secret, 'base_nonce', context, 12);
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, [usage]);
  return { key, algorithm: { name: 'AES-GCM', iv } };
}

const pointOf = async (key) => new Uint8Array(await crypto.subtle.exportKey('raw', key));

/** `enc ‖ ciphertext` for the holder of the public key (65-byte point). */
export async function seal(plain, point, info) {
  const recipient = await crypto.subtle.importKey('raw', point, CURVE, true, []);
  const ephemeral = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  const enc = await pointOf(ephemeral.publicKey);
  const shared = await sharedSecret(ephemeral.privateKey, recipient, concat(enc, point));
  const { key, algorithm } = await cipher(shared, info, 'encrypt');
  return concat(enc, new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plain)));
}

/** The plain bytes; throws when they were not sealed to this key (a CryptoKey) and its point. */
export async function unseal(sealed, privateKey, point, info) {
  const enc = sealed.slice(0, ENC_BYTES);
  const sender = await crypto.subtle.importKey('raw', enc, CURVE, true, []);
  const shared = await sharedSecret(privateKey, sender, concat(enc, point));
  const { key, algorithm } = await cipher(shared, info, 'decrypt');
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed.slice(ENC_BYTES)));
}
