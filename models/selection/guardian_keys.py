"""Keys of the guardians: three P-256 pairs, on one machine in one folder, elsewhere one each.

The present key of a guardian lies in ``NAME.json``; those before it, which older envelopes need,
in ``NAME.KID.json``. A key file may be locked by a passphrase (see ``locked_key``).
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.errors import UnavailableError
from models.selection import locked_key
from models.selection.secret_file import write_new
from models.selection.verifier import GUARDIANS

__all__ = ["GUARDIANS", "Guardian", "GuardianKey", "GuardianKeyMissingError", "kid_of"]

_SCALAR_BYTES = 32


class GuardianKeyMissingError(UnavailableError):
    """A guardian's private key is not where it should be, or cannot be read."""

    message = (
        "保管人{name}的密钥不在本机或已损坏，请由系统管理员运行 smallworks doctor 查明后再办理。"
    )


@dataclass(frozen=True)
class Guardian:
    """The public half of a guardian."""

    name: str
    kid: str
    public_key: str

    def as_dict(self) -> dict[str, str]:
        """Return the form that pages and calls hand out."""
        return {"name": self.name, "kid": self.kid, "public_key": self.public_key}


@dataclass(frozen=True, repr=False)
class GuardianKey:
    """A guardian's own key pair."""

    name: str
    private: EllipticCurvePrivateKey

    @property
    def public(self) -> Guardian:
        """The description that sealers use."""
        form = (Encoding.X962, PublicFormat.UncompressedPoint)
        point = self.private.public_key().public_bytes(*form)
        return Guardian(self.name, kid_of(point), point.hex())


def kid_of(point: bytes) -> str:
    """Return the short name of a public key (65-byte point), because keys rotate."""
    return hashlib.sha256(point).hexdigest()[:8]


def make_key(name: str) -> GuardianKey:
    """Make a fresh key pair."""
    return GuardianKey(name, generate_private_key(SECP256R1()))


def from_scalar(name: str, scalar: str) -> GuardianKey:
    """Return the key pair of a private scalar (hex)."""
    return GuardianKey(name, derive_private_key(int(scalar, 16), SECP256R1()))


def save_key(folder: Path, key: GuardianKey, passphrase: str | None = None) -> Path:
    """Write a new key file that only its owner may read; an existing one is never replaced."""
    path = folder / f"{key.name}.json"
    write_new(path, json.dumps(_held(key, passphrase)))
    return path


def _held(key: GuardianKey, passphrase: str | None) -> dict[str, Any]:
    scalar = f"{key.private.private_numbers().private_value:0{2 * _SCALAR_BYTES}x}"
    if passphrase is None:
        return {**key.public.as_dict(), "private_scalar": scalar}
    public = key.public.as_dict()
    return {**public, "locked": locked_key.lock(bytes.fromhex(scalar), passphrase, public)}


def replace_key(folder: Path, key: GuardianKey, passphrase: str | None = None) -> Path:
    """Put a new key in the former one's place; the former stays beside it, by its number."""
    path, text = folder / f"{key.name}.json", json.dumps(_held(key, passphrase))
    if path.exists():
        former = folder / f"{key.name}.{_kid_in(path, key.name)}.json"
        with suppress(FileExistsError):  # a replacement that ended half-way kept it already
            former.hardlink_to(path)
    draft = folder / f"{key.name}.next"
    draft.unlink(missing_ok=True)
    write_new(draft, text)
    draft.replace(path)
    return path


def _kid_in(path: Path, name: str) -> str:
    kid = str(_read(path, name)["kid"])
    if not kid.isalnum():
        raise GuardianKeyMissingError(name=name)
    return kid


def path_of(folder: Path, name: str, kid: str | None = None) -> Path:
    """Return where the key of this number lies, if it does; the present one by default."""
    path = folder / f"{name}.json"
    if kid is None or (path.exists() and _kid_in(path, name) == kid):
        return path
    return folder / f"{name}.{kid}.json"


def load_key(
    folder: Path, name: str, kid: str | None = None, passphrase: str | None = None
) -> GuardianKey:
    """Read one guardian's key pair and check that its public half belongs to it."""
    held = _read(path_of(folder, name, kid), name)
    try:
        key = from_scalar(name, _scalar(held, passphrase))
        sound = key.public == public_of(held)
    except (ValueError, LookupError, TypeError) as error:
        raise GuardianKeyMissingError(name=name) from error
    if not sound or kid not in (None, key.public.kid):
        raise GuardianKeyMissingError(name=name)
    return key


def _scalar(held: Mapping[str, Any], passphrase: str | None) -> str:
    if "locked" not in held:
        return str(held["private_scalar"])
    if passphrase is None:
        raise ValueError("locked")
    return locked_key.unlock(held["locked"], passphrase, public_of(held).as_dict()).hex()


def load_public(folder: Path, name: str, kid: str | None = None) -> tuple[Guardian, bool]:
    """Return the public half in a key file, and whether a passphrase locks the other one."""
    held = _read(path_of(folder, name, kid), name)
    try:
        return public_of(held), "locked" in held
    except (LookupError, TypeError) as error:
        raise GuardianKeyMissingError(name=name) from error


def public_of(held: Mapping[str, Any]) -> Guardian:
    """Return the public half that a key file names."""
    return Guardian(str(held["name"]), str(held["kid"]), str(held["public_key"]))


def _read(path: Path, name: str) -> dict[str, Any]:
    try:
        held = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise GuardianKeyMissingError(name=name) from error
    if not isinstance(held, dict) or "kid" not in held:
        raise GuardianKeyMissingError(name=name)
    return held


def ensure_keys(folder: Path) -> dict[str, GuardianKey]:
    """Load the three guardians' keys of this machine, making those that do not exist yet."""
    for name in GUARDIANS:
        if not (folder / f"{name}.json").exists():
            with suppress(FileExistsError):  # another process was first: its key holds
                save_key(folder, make_key(name))
    return {name: load_key(folder, name) for name in GUARDIANS}
