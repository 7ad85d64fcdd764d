"""A private key on disk behind a passphrase: scrypt makes the key that AES-GCM encrypts it with."""

import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from models.errors import InvalidError
from models.selection.verifier import canonical

COST = {"n": 2**16, "r": 8, "p": 1}
MOST = {"n": 2**20, "r": 16, "p": 4}
"""A key file that asks for more would only hold the machine up."""
SHORTEST = 12


class PassphraseWrongError(InvalidError):
    """The passphrase does not open the key."""

    message = "口令不对，密钥没有打开，也没有开启任何内容。请由口令的保管人重新输入。"


class PassphraseShortError(InvalidError):
    """A passphrase that could be guessed."""

    message = "口令至少12个字符，请由保管人另行设定一个不易猜到的口令。"


def lock(secret: bytes, passphrase: str, public: Mapping[str, str]) -> dict[str, Any]:
    """Return the secret in its locked form, bound to the public half beside it."""
    if len(passphrase) < SHORTEST:
        raise PassphraseShortError
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    key = Scrypt(salt=salt, length=32, **COST).derive(passphrase.encode())
    sealed = AESGCM(key).encrypt(nonce, secret, canonical(dict(public)))
    return {
        "kdf": "scrypt",
        **COST,
        "salt": salt.hex(),
        "nonce": nonce.hex(),
        "ct": sealed.hex(),
    }


def unlock(held: Mapping[str, Any], passphrase: str, public: Mapping[str, str]) -> bytes:
    """Return the secret; raise when the passphrase is wrong, ValueError when the file is."""
    cost = {name: int(held[name]) for name in COST}
    if held["kdf"] != "scrypt" or any(cost[name] > MOST[name] for name in MOST):
        raise ValueError("an unknown way of locking")
    salt, nonce, sealed = (bytes.fromhex(held[name]) for name in ("salt", "nonce", "ct"))
    key = Scrypt(salt=salt, length=32, **cost).derive(passphrase.encode())
    try:
        return AESGCM(key).decrypt(nonce, sealed, canonical(dict(public)))
    except InvalidTag:
        raise PassphraseWrongError from None
