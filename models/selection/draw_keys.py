"""The key of one draw: it hides who joined, lies outside the database, and is deleted at the end.

Everything that ties a row of ``interest`` to a company is made with this key. It is never part of a
backup; once the result is published it is gone for good (selection.md 3).
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import UnavailableError
from models.settings import Settings

FOLDER = "draws"
SIZE = 32
NONCE = 12
BLOCK = 1024
"""Contact and remark are padded to this, so that no length tells who wrote them."""


class DrawKeyMissingError(UnavailableError):
    """The key file of an open draw is not where it should be."""

    message = "本次选取的保密密钥不在本机，暂时不能办理，请系统管理员运行 smallworks doctor 查明。"


def make(settings: Settings, draw_id: str) -> None:
    """Make the key of a draw; an existing one is kept."""
    _write(_path(settings, draw_id), secrets.token_bytes(SIZE))


def inherit(settings: Settings, former_id: str, draw_id: str) -> None:
    """Give a draw the key of the one it follows, whose tickets it takes over."""
    try:
        key = _path(settings, former_id).read_bytes()
    except FileNotFoundError:
        if not exists(settings, draw_id):
            raise DrawKeyMissingError from None
        return
    _write(_path(settings, draw_id), key)


def exists(settings: Settings, draw_id: str) -> bool:
    """Return whether the key of a draw is still here."""
    return _path(settings, draw_id).is_file()


def forget(settings: Settings, draw_id: str) -> None:
    """Delete the key, after the result has written each joiner's name to its row."""
    _path(settings, draw_id).unlink(missing_ok=True)


def pseudonym(settings: Settings, draw_id: str, credit_code: str) -> str:
    """Return the name under which a company stands in this draw's rows."""
    return hmac.new(
        _key(settings, draw_id, b"pseudonym"), credit_code.encode(), hashlib.sha256
    ).hexdigest()


def conceal(settings: Settings, draw_id: str, text: str) -> bytes:
    """Encrypt a contact or remark to a block of one size."""
    plain = text.encode()
    if len(plain) > BLOCK - 4:
        raise ValueError("too long to conceal")
    block = (len(plain).to_bytes(4, "big") + plain).ljust(BLOCK, b"\0")
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key(settings, draw_id, b"contact")).encrypt(nonce, block, None)


def reveal(settings: Settings, draw_id: str, concealed: bytes) -> str:
    """Return the text again, while the key exists."""
    key = _key(settings, draw_id, b"contact")
    try:
        block = AESGCM(key).decrypt(concealed[:NONCE], concealed[NONCE:], None)
    except InvalidTag:
        raise DrawKeyMissingError from None
    return block[4 : 4 + int.from_bytes(block[:4], "big")].decode()


def cover(settings: Settings, draw_id: str, purpose: bytes, plain: bytes) -> bytes:
    """Encrypt a value of a size that tells nothing, for one purpose."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key(settings, draw_id, purpose)).encrypt(nonce, plain, None)


def uncover(settings: Settings, draw_id: str, purpose: bytes, covered: bytes) -> bytes:
    """Return a covered value, while the key exists."""
    key = _key(settings, draw_id, purpose)
    try:
        return AESGCM(key).decrypt(covered[:NONCE], covered[NONCE:], None)
    except InvalidTag:
        raise DrawKeyMissingError from None


def _key(settings: Settings, draw_id: str, purpose: bytes) -> bytes:
    try:
        master = _path(settings, draw_id).read_bytes()
    except OSError:
        raise DrawKeyMissingError from None
    return hmac.new(master, purpose, hashlib.sha256).digest()


def _write(path: Path, key: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def _path(settings: Settings, draw_id: str) -> Path:
    return settings.keys / FOLDER / f"{draw_id}.key"
