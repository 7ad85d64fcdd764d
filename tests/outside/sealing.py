"""Envelopes, sealed and opened as their specification says: RFC 9180 and Shamir by hand."""

import hashlib
import hmac
import json
import secrets
from itertools import combinations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
KEM = b"KEM\x00\x10"
SUITE = b"HPKE\x00\x10\x00\x01\x00\x01"
FIELD = (1 << 128) | 0b10000111


def jcs(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def times(left, right):
    """Multiply in GF(2^128), the lowest bit being the constant coefficient."""
    product = 0
    while right:
        product ^= left if right & 1 else 0
        left <<= 1
        left ^= FIELD if left >> 128 else 0
        right >>= 1
    return product


def inverse(value):
    result, power = 1, value
    for _ in range(127):
        power = times(power, power)
        result = times(result, power)
    return result


def extract(suite, salt, label, key):
    return hmac.digest(salt, b"HPKE-v1" + suite + label + key, "sha256")


def expand(suite, key, label, info, length):
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, labelled + b"\1", "sha256")[:length]


def cipher(shared, enc, public, info):
    """Return AES-GCM and nonce of HPKE's base mode for a raw ECDH secret."""
    prk = extract(KEM, b"", b"eae_prk", shared)
    secret = expand(KEM, prk, b"shared_secret", enc + public, 32)
    context = b"\0" + extract(SUITE, b"", b"psk_id_hash", b"")
    context += extract(SUITE, b"", b"info_hash", info)
    prk = extract(SUITE, secret, b"secret", b"")
    key = expand(SUITE, prk, b"key", context, 16)
    return AESGCM(key), expand(SUITE, prk, b"base_nonce", context, 12)


def point(key):
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sealed_to(public, plain, info):
    own = ec.generate_private_key(CURVE)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public))
    enc = point(own.public_key())
    box, nonce = cipher(shared, enc, public, info)
    return enc + box.encrypt(nonce, plain, b"")


def unsealed(private, sealed, info):
    """Return a guardian's plain share; ``private`` is its key's number."""
    own = ec.derive_private_key(private, CURVE)
    enc, ciphertext = sealed[:65], sealed[65:]
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, enc))
    box, nonce = cipher(shared, enc, point(own.public_key()), info)
    return box.decrypt(nonce, ciphertext, b"")


def info_of(context, guardian, commit):
    return jcs(context) + b"|" + guardian.encode() + b"|" + commit


def seal(context, value, guardians):
    """Return an envelope that any two of the guardians open."""
    body = jcs({"ctx": context, "val": value, "salt": secrets.token_hex(32)})
    commit = hashlib.sha256(body).digest()
    block = (len(body).to_bytes(4, "big") + body).ljust(512, b"\0")
    key, slope = secrets.randbits(128), secrets.randbits(128)
    nonce = secrets.token_bytes(12)
    shares = []
    for place, one in enumerate(sorted(guardians, key=lambda one: one["name"]), 1):
        share = (times(slope, place) ^ key).to_bytes(16, "big")
        plain = bytes([place]) + share + secrets.token_bytes(16)
        info = info_of(context, one["name"], commit)
        sealed = sealed_to(bytes.fromhex(one["public_key"]), plain, info)
        told = {"to": one["name"], "kid": one["kid"], "h": hashlib.sha256(plain).hexdigest()}
        shares.append({**told, "c": sealed.hex()})
    text = AESGCM(key.to_bytes(16, "big")).encrypt(nonce, block, jcs(context)).hex()
    told = {"v": 1, "ctx": context, "k": 2, "commit": commit.hex()}
    return {**told, "nonce": nonce.hex(), "ct": text, "shares": shares}


def opened(envelope, released):
    """Return the values that each pair of released shares gives."""
    values = []
    for pair in combinations(released, 2):
        (a, first), (b, second) = ((one[0], int.from_bytes(one[1:17], "big")) for one in pair)
        key = times(times(first, b) ^ times(second, a), inverse(a ^ b))
        nonce, text = bytes.fromhex(envelope["nonce"]), bytes.fromhex(envelope["ct"])
        box = AESGCM(key.to_bytes(16, "big"))
        block = box.decrypt(nonce, text, jcs(envelope["ctx"]))
        body = block[4 : 4 + int.from_bytes(block[:4], "big")]
        if hashlib.sha256(body).hexdigest() == envelope["commit"]:
            values.append(json.loads(body)["val"])
    return values
