"""Signed checkpoints of the log: C2SP tlog-checkpoint in a signed note, Ed25519.

The tree's head under SHA-256 is the checkpoint's own line; the head under SM3 is an extension line.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from models.errors import InvalidError
from models.selection.secret_file import write_new

ED25519 = b"\x01"
COSIGNER = b"\x04"
"""The kinds of signed notes' keys: a log's own, and a witness's (C2SP tlog-cosignature)."""

ID_BYTES = 4
_HEAD_LINES = 3
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)


class CheckpointInvalidError(InvalidError):
    """A checkpoint that is not in form, or that its log did not sign."""

    message = "检查点无效：{fault}。请从平台首页重新下载。"

    def __init__(self, reason: str, fault: str) -> None:
        super().__init__(fault=fault, reason=reason)
        self.reason = reason


class TreeHead(NamedTuple):
    """What a checkpoint states: so many entries, and these heads over them."""

    origin: str
    size: int
    sha256: bytes
    sm3: bytes

    def text(self) -> str:
        """Return the text that is signed, with its last newline."""
        roots = (base64.b64encode(root).decode() for root in (self.sha256, self.sm3))
        return "{}\n{}\n{}\nsm3 {}\n".format(self.origin, self.size, *roots)


@dataclass(frozen=True)
class PublicKey:
    """A named Ed25519 key, as a signed note's verifier holds it."""

    name: str
    raw: bytes
    kind: bytes = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes that stand before each signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.raw).digest()[:ID_BYTES]

    def text(self) -> str:
        """Return ``name+id+key``, the form in which the key is published."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.kind + self.raw).decode()}"

    def confirms(self, message: bytes, signature: bytes) -> bool:
        """Say whether this key signed the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def parse_key(text: str, name: str, kind: bytes = ED25519) -> PublicKey:
    """Read a published key: ``name+id+key``, or its 32 bytes in hex for the log called ``name``."""
    plain = text.strip()
    if name and re.fullmatch(r"[0-9a-fA-F]{64}", plain):
        return PublicKey(name, bytes.fromhex(plain), kind)
    parts = plain.split("+", 2)
    try:
        key = base64.b64decode(parts[2], validate=True)
        found = PublicKey(parts[0], key[1:], kind)
    except (IndexError, binascii.Error) as error:
        raise CheckpointInvalidError("key_shape", "公钥写法不对") from error
    if found.text() != plain or len(found.raw) != len(bytes(32)):
        raise CheckpointInvalidError("key_shape", "公钥写法不对")
    return found


@dataclass(frozen=True, repr=False)
class SigningKey:
    """The log's own key; receipts are signed by it too."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """The half that everybody may have."""
        return PublicKey(self.name, self.private.public_key().public_bytes_raw())

    def note_line(self, message: str) -> str:
        """Return one signature line of a signed note."""
        signed = self.public.id + self.private.sign(message.encode())
        return f"— {self.name} {base64.b64encode(signed).decode()}\n"


def ensure_key(path: Path, name: str) -> SigningKey:
    """Load the key at ``path``, or make it there, readable by its owner alone."""
    if not path.exists():
        with suppress(FileExistsError):  # another process was first: its key holds
            write_new(path, Ed25519PrivateKey.generate().private_bytes_raw().hex())
    seed = bytes.fromhex(path.read_text("ascii").strip())
    return SigningKey(name, Ed25519PrivateKey.from_private_bytes(seed))


def origin_of(installation: str) -> str:
    """Return the origin of an installation's log, which is its key's name too."""
    return f"smallworks/{installation}"


def sign(head: TreeHead, keys: Sequence[SigningKey]) -> str:
    """Return the checkpoint: the head's text, an empty line, one line per signature."""
    text = head.text()
    return text + "\n" + "".join(key.note_line(text) for key in keys)


def parse(checkpoint: str) -> tuple[TreeHead, list[tuple[str, bytes]]]:
    """Return what a checkpoint states and its signatures ``(name, id ‖ signature)``."""
    text, separator, tail = checkpoint.partition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) <= _HEAD_LINES or not tail.endswith("\n"):
        raise CheckpointInvalidError("checkpoint_shape", "缺少行或签名")
    origin, size, root, *extensions = lines
    if not re.fullmatch(r"[^\s+]+", origin) or not _SIZE.fullmatch(size):
        raise CheckpointInvalidError("checkpoint_shape", "来源或条数写法不对")
    sm3_lines = [line.removeprefix("sm3 ") for line in extensions if line.startswith("sm3 ")]
    if len(sm3_lines) != 1 or len(extensions) != 1:
        raise CheckpointInvalidError("checkpoint_shape", "应有且只有一行SM3根")
    head = TreeHead(origin, int(size), _root(root), _root(sm3_lines[0]))
    return head, [parse_signature(line) for line in tail.removesuffix("\n").split("\n")]


def _root(text: str) -> bytes:
    try:
        root = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointInvalidError("checkpoint_shape", "根不是Base64") from error
    if len(root) != len(bytes(32)) or base64.b64encode(root).decode() != text:
        raise CheckpointInvalidError("checkpoint_shape", "根不是32个字节")
    return root


def parse_signature(line: str) -> tuple[str, bytes]:
    """Return the name and ``id ‖ signature`` of one signature line."""
    match = _SIGNATURE.fullmatch(line)
    if match is None:
        raise CheckpointInvalidError("checkpoint_shape", "签名行写法不对")
    try:
        return match[1], base64.b64decode(match[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointInvalidError("checkpoint_shape", "签名不是Base64") from error


def verify(checkpoint: str, key: PublicKey) -> TreeHead:
    """Return what the checkpoint states, if ``key`` signed it; other signatures do not matter."""
    head, signatures = parse(checkpoint)
    message = head.text().encode()
    mine = [signed for name, signed in signatures if name == key.name and signed[:4] == key.id]
    if not mine:
        raise CheckpointInvalidError("checkpoint_unsigned", "没有这把公钥的签名")
    if not all(key.confirms(message, signed[ID_BYTES:]) for signed in mine):
        raise CheckpointInvalidError("checkpoint_signature", "签名与内容不符")
    return head
