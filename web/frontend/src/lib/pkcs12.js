// A PKCS#12 file (.p12, .pfx) opened in this page: its certificate, and signatures by its key. Nothing of it is sent by this.
import forge from 'node-forge/lib/forge.js';
import 'node-forge/lib/pkcs12.js';
import { toBase64, toBase64Url } from './base64.js';

export class WrongPasswordError extends Error {}
export class UnusableFileError extends Error {}

const { asn1, pki } = forge;
// Newer files (PBES2) take the password's UTF-8, older ones and the code over the file its UTF-16; the library knows the latter alone.
const cipherFor = pki.pbe.getCipherForPBES2;
pki.pbe.getCipherForPBES2 = (kind, parameters, password) => cipherFor(kind, parameters, forge.util.encodeUtf8(password));
const CURVES = {
  '1.2.840.10045.3.1.7': { namedCurve: 'P-256', algorithm: 'ES256', hash: 'SHA-256' },
  '1.3.132.0.34': { namedCurve: 'P-384', algorithm: 'ES384', hash: 'SHA-384' },
};
const EC_KEY = '1.2.840.10045.2.1';

const bytesOf = (binary) => Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
const binaryOf = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
const derOf = (tree) => bytesOf(asn1.toDer(tree).getBytes());

/** `{ certificate, sign(text) }`: the certificate as base64, and `{ algorithm, signature }` as in JWS. */
export async function openPkcs12(bytes, password) {
  const bags = bagsOf(bytes, password);
  const key = bags.find((bag) => bag.key || isKey(bag));
  const certificate = key && certificateFor(key, bags);
  if (!certificate) throw new UnusableFileError();
  const { usable, algorithm, parameters } = await importKey(key);
  return {
    certificate: toBase64(certificateBytes(certificate)),
    async sign(text) {
      const signature = await crypto.subtle.sign(parameters, usable, new TextEncoder().encode(text));
      return { algorithm, signature: toBase64Url(signature) };
    },
  };
}

function bagsOf(bytes, password) {
  let tree;
  try {
    tree = asn1.fromDer(forge.util.createBuffer(binaryOf(bytes)));
  } catch (cause) {
    throw new UnusableFileError('no PKCS#12', { cause });
  }
  try {
    return forge.pkcs12.pkcs12FromAsn1(tree, false, password).safeContents.flatMap((part) => part.safeBags);
  } catch (cause) {
    // a wrong password shows as a wrong code over the file, or as nonsense inside it
    const wrong = /password|MAC|Invalid|Too few bytes|Unparsed/i.test(cause.message) && !/Unsupported|OID|not supported/i.test(cause.message);
    throw new (wrong ? WrongPasswordError : UnusableFileError)(cause.message, { cause });
  }
}

const isKey = (bag) => [pki.oids.keyBag, pki.oids.pkcs8ShroudedKeyBag].includes(bag.type) && bag.asn1;
const idOf = (bag) => bag.attributes?.localKeyId?.[0];

function certificateFor(key, bags) {
  const all = bags.filter((bag) => bag.type === pki.oids.certBag);
  return all.find((bag) => idOf(bag) !== undefined && idOf(bag) === idOf(key)) ?? all[0];
}

const certificateBytes = (bag) => derOf(bag.cert ? pki.certificateToAsn1(bag.cert) : bag.asn1);

async function importKey(bag) {
  if (bag.key) {
    const wrapped = derOf(pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)));
    const parameters = { name: 'RSASSA-PKCS1-v1_5' };
    return { usable: await imported(wrapped, { ...parameters, hash: 'SHA-256' }), algorithm: 'RS256', parameters };
  }
  const [kind, curve] = bag.asn1.value[1].value.map((part) => (typeof part.value === 'string' ? asn1.derToOid(part.value) : ''));
  const known = kind === EC_KEY ? CURVES[curve] : undefined;
  if (!known) throw new UnusableFileError('unknown kind of key');
  const { namedCurve, algorithm, hash } = known;
  return { usable: await imported(derOf(bag.asn1), { name: 'ECDSA', namedCurve }), algorithm, parameters: { name: 'ECDSA', hash } };
}

const imported = (pkcs8, parameters) => crypto.subtle.importKey('pkcs8', pkcs8, parameters, false, ['sign'])
  .catch((cause) => { throw new UnusableFileError('unusable key', { cause }); });
