"""A security key made of software: what an authenticator would answer, and what a forger might."""

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class SoftKey:
    """One credential of one site; every part of an answer can be set wrong."""

    origin: str
    site: str
    counter: int = 0
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def make(self, options: dict, **wrong: str) -> dict:
        """Answer what ``navigator.credentials.create`` would."""
        flags = PRESENT | VERIFIED | ATTESTED
        data = self._data(flags, **wrong) + bytes(16) + struct.pack(">H", len(self.handle))
        data += self.handle + cbor2.dumps(self._public())
        attested = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options, **wrong),
            attestationObject=cbor2.dumps(attested),
        )

    def ask(self, options: dict, *, flags: int = PRESENT | VERIFIED, **wrong: str) -> dict:
        """Answer what ``navigator.credentials.get`` would; the counter goes up."""
        self.counter += 1
        client, data = self._client("webauthn.get", options, **wrong), self._data(flags, **wrong)
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        )

    def _answer(self, **response: bytes) -> dict:
        parts = {name: b64(value) for name, value in response.items()}
        name = b64(self.handle)
        return {"id": name, "rawId": name, "type": "public-key", "response": parts}

    def _client(self, usual: str, options: dict, **wrong: str) -> bytes:
        given = {
            "type": wrong.get("kind", usual),
            "challenge": wrong.get("challenge", options["challenge"]),
            "origin": wrong.get("origin", self.origin),
        }
        return json.dumps(given).encode()

    def _data(self, flags: int, **wrong: str) -> bytes:
        site = hashlib.sha256(wrong.get("site", self.site).encode()).digest()
        return site + struct.pack(">BI", flags, self.counter)

    def _public(self) -> dict:
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
