"""A witness's alarm: what it saw before, what it was shown now, signed by its key."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.ledger import cosignature
from models.ledger.checkpoint import PublicKey, SigningKey
from models.ledger.continuity import FORKED, REPLAYED, REWRITTEN, TRUNCATED
from models.selection.jcs import canonical

WRONG_KEY = "wrong_key"
KIND_TITLES = {
    REWRITTEN: "日志被改写",
    TRUNCATED: "日志被截短",
    FORKED: "日志分叉",
    REPLAYED: "给出旧检查点",
    WRONG_KEY: "签名不是日志的公钥所签",
}


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """What a witness sends; ``evidence`` holds both checkpoints, ``seen`` and ``found``."""

    kind: str
    at: str
    evidence: Mapping[str, str]
    key: str
    signature: str = ""

    def signed(self, key: SigningKey) -> str:
        """Return the signature (hex) by a witness's key."""
        return key.private.sign(self._message()).hex()

    def is_signed_by(self, key: PublicKey) -> bool:
        """Say whether a witness's key signed this alarm."""
        try:
            return key.confirms(self._message(), bytes.fromhex(self.signature))
        except ValueError:
            return False

    def _message(self) -> bytes:
        # a first line of its own: an alarm can be taken for no checkpoint and no cosignature
        told = {"at": self.at, "evidence": dict(self.evidence), "kind": self.kind}
        return b"smallworks/witness/alarm/1\n" + canonical(told)


def make(kind: str, at: str, evidence: Mapping[str, str], key: SigningKey) -> Alarm:
    """Return a signed alarm."""
    public = cosignature.public_key(key).text()
    plain = Alarm(kind=kind, at=at, evidence=evidence, key=public)
    signature = plain.signed(key)
    return Alarm(kind=kind, at=at, evidence=evidence, key=public, signature=signature)
