"""Keys of the guardians: three P-256 pairs, on one machine in one folder, elsewhere one each."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.errors import UnavailableError
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


def save_key(folder: Path, key: GuardianKey) -> Path:
    """Write a new key file that only its owner may read; an existing one is never replaced."""
    path = folder / f"{key.name}.json"
    scalar = key.private.private_numbers().private_value
    held = {**key.public.as_dict(), "private_scalar": f"{scalar:0{2 * _SCALAR_BYTES}x}"}
    write_new(path, json.dumps(held))
    return path


def load_key(folder: Path, name: str) -> GuardianKey:
    """Read one guardian's key pair and check that its public half belongs to it."""
    try:
        held = json.loads((folder / f"{name}.json").read_text("utf-8"))
        key = from_scalar(name, held["private_scalar"])
        sound = key.public.as_dict() == {part: held[part] for part in ("name", "kid", "public_key")}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise GuardianKeyMissingError(name=name) from error
    if not sound:
        raise GuardianKeyMissingError(name=name)
    return key


def ensure_keys(folder: Path) -> dict[str, GuardianKey]:
    """Load the three guardians' keys of this machine, making those that do not exist yet."""
    for name in GUARDIANS:
        if not (folder / f"{name}.json").exists():
            with suppress(FileExistsError):  # another process was first: its key holds
                save_key(folder, make_key(name))
    return {name: load_key(folder, name) for name in GUARDIANS}
