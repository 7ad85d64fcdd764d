"""The keys, backed up apart: one sealed file that any two of three recovery keys open.

The file's key is split two of three; each share is sealed to one recovery key, so that no single
person who keeps a copy (nor whoever finds one) can read the installation's keys.
"""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.clock import iso, system_now
from models.ids import random_bytes
from models.selection import hpke, shamir
from models.selection.guardian_keys import (
    GUARDIANS,
    Guardian,
    GuardianKey,
    GuardianKeyMissingError,
    load_key,
)
from models.selection.jcs import canonical
from models.settings import Settings
from processes.backup.errors import KeyFileDamagedError

VERSION = 1
KIND = "smallworks-keys"
NONCE = 12
NEEDED = 2
SESSION_SECRET = "secret_key"  # noqa: S105 - a file's name
PLACE = re.compile(r"keys/(?:[A-Za-z0-9_-]{1,40}/){0,3}[A-Za-z0-9][A-Za-z0-9._-]{0,80}|secret_key")
MADE_AT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Sealed:
    """What was exported: the file's bytes, how many keys are in it, for whom."""

    body: bytes
    files: int
    holders: list[str]


def seal_keys(settings: Settings, installation: str, holders: Sequence[Guardian]) -> Sealed:
    """Return the sealed export of every key file and of the secret that signs sessions."""
    files = dict(_files(settings))
    key, nonce = random_bytes(shamir.KEY_BYTES), random_bytes(NONCE)
    head = {"v": VERSION, "kind": KIND, "installation": installation, "made_at": iso(system_now())}
    sealed = AESGCM(key).encrypt(nonce, _packed(files), canonical(head))
    shares = shamir.split(key)
    body = {
        **head,
        "nonce": nonce.hex(),
        "ct": base64.b64encode(sealed).decode(),
        "shares": [
            _share(shares[place], place, holder, head, sealed)
            for place, holder in enumerate(sorted(holders, key=lambda each: each.name), 1)
        ],
    }
    return Sealed(
        orjson.dumps(body, option=orjson.OPT_INDENT_2) + b"\n",
        len(files),
        [holder.name for holder in holders],
    )


def _share(
    share: bytes, place: int, holder: Guardian, head: Mapping[str, Any], sealed: bytes
) -> dict[str, Any]:
    recipient = hpke.public_key(bytes.fromhex(holder.public_key))
    held = hpke.seal(bytes([place]) + share, recipient, _info(head, holder.name, sealed))
    return {"to": holder.name, "kid": holder.kid, "c": held.hex()}


def unseal_keys(body: bytes, keys: Sequence[GuardianKey]) -> dict[str, bytes]:
    """Return the files of an export by their place under ``DATA_DIR``, opened by two keys."""
    try:
        held = orjson.loads(body)
        head = {name: held[name] for name in ("v", "kind", "installation", "made_at")}
        sealed, nonce = base64.b64decode(held["ct"], validate=True), bytes.fromhex(held["nonce"])
        is_ours = (head["v"], head["kind"]) == (VERSION, KIND)
        shares = [_opened(one, key, head, sealed) for one in held["shares"] for key in keys]
    except (ValueError, LookupError, TypeError) as error:
        raise KeyFileDamagedError(problem="文件不完整或不是密钥备份") from error
    if not is_ours:
        raise KeyFileDamagedError(problem="不是本平台的密钥备份，或格式不同")
    found = {share[0]: int.from_bytes(share[1:], "big") for share in shares if share}
    if len(found) < NEEDED:
        raise KeyFileDamagedError(problem="须有两把不同保管人的恢复密钥，且与导出时登记的一致")
    try:
        key = shamir.combine(sorted(found.items())[:NEEDED])
        return _unpacked(AESGCM(key).decrypt(nonce, sealed, canonical(head)))
    except (InvalidTag, ValueError, zipfile.BadZipFile) as error:
        raise KeyFileDamagedError(problem="内容被改动过") from error


def _opened(
    share: Mapping[str, Any], key: GuardianKey, head: Mapping[str, Any], sealed: bytes
) -> bytes | None:
    if share["kid"] != key.public.kid:
        return None
    return hpke.unseal(
        bytes.fromhex(share["c"]), key.private, _info(head, str(share["to"]), sealed)
    )


def _info(head: Mapping[str, Any], holder: str, sealed: bytes) -> bytes:
    return b"|".join([canonical(dict(head)), holder.encode(), hashlib.sha256(sealed).digest()])


def _files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    root = settings.directory
    for path in sorted((*settings.keys.rglob("*"), root / SESSION_SECRET)):
        name = path.relative_to(root).as_posix()
        # What is being written beside its place begins with a dot and is no key yet.
        if path.is_file() and PLACE.fullmatch(name):
            yield name, path.read_bytes()


def _packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, MADE_AT), data)
    return out.getvalue()


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    if not all(PLACE.fullmatch(name) for name in files):
        raise ValueError("a file outside the place of keys")
    return files


def three_holders(holders: Sequence[Guardian]) -> bool:
    """Return whether these are the three guardians, each once."""
    return sorted(holder.name for holder in holders) == sorted(GUARDIANS)


def read_key(path: Path) -> GuardianKey:
    """Return the private key of a recovery key file (or of a guardian's own)."""
    try:
        return load_key(path.parent, path.stem)
    except GuardianKeyMissingError as error:
        raise KeyFileDamagedError(problem=f"{path.name} 不是恢复密钥，或已损坏") from error
