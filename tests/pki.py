"""A small public key infrastructure for tests: authorities, certificates, lists of the revoked."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from models.clock import system_now

DAY = timedelta(days=1)
DIGITS = {"secp256r1": ("ES256", hashes.SHA256(), 32), "secp384r1": ("ES384", hashes.SHA384(), 48)}
NO_USE = dict.fromkeys(
    (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    ),
    False,
)  # fmt: skip


def now() -> datetime:
    return system_now().astimezone(UTC)


@cache
def rsa_key(size: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, size)


def ec_key(curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve or ec.SECP256R1())


def named(common: str, organisation: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


@dataclass
class Holder:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def p12(self, password: str) -> bytes:
        sealed = BestAvailableEncryption(password.encode())
        return pkcs12.serialize_key_and_certificates(
            "证书".encode(), self.key, self.certificate, None, sealed
        )

    def sign(self, statement: str) -> dict[str, str]:
        """Sign as a page or a vendor's program does: the names of JWS."""
        name, signature = self._signature(statement.encode())
        return {
            "certificate": base64.b64encode(self.der).decode(),
            "algorithm": name,
            "signature": base64.urlsafe_b64encode(signature).decode().rstrip("="),
        }

    def _signature(self, data: bytes) -> tuple[str, bytes]:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return "RS256", self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        name, digest, size = DIGITS.get(self.key.curve.name, ("ES512", hashes.SHA512(), 66))
        r, s = utils.decode_dss_signature(self.key.sign(data, ec.ECDSA(digest)))
        return name, r.to_bytes(size) + s.to_bytes(size)


@dataclass
class Authority:
    """Issues certificates and lists of the revoked."""

    name: str = "测试证书中心"
    above: "Authority | None" = None
    until: timedelta = 3650 * DAY
    has_rsa: bool = False
    uses: dict[str, bool] = field(default_factory=lambda: {"key_cert_sign": True, "crl_sign": True})

    def __post_init__(self) -> None:
        self.key = rsa_key(2048, 9) if self.has_rsa else ec_key()
        above = self.above or self
        built = _built(named(self.name), named(above.name), self.key, since=-400 * DAY)
        built = built.not_valid_after(now() + self.until)
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        built = built.add_extension(x509.KeyUsage(**NO_USE | self.uses), critical=True)
        self.certificate = built.sign(above.key, hashes.SHA256())

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def issue(
        self, common: str, organisation: str = "", *, key=None, since=-DAY, until=365 * DAY,
        usage=("digital_signature",), extended=(ExtendedKeyUsageOID.CLIENT_AUTH,), digest=None,
        also=(),
    ) -> Holder:  # fmt: skip
        key = key or rsa_key()
        built = _built(named(common, organisation), self.certificate.subject, key, since=since)
        built = built.not_valid_after(now() + until)
        if usage:
            uses = NO_USE | dict.fromkeys(usage, True)
            built = built.add_extension(x509.KeyUsage(**uses), critical=True)
        if extended:
            built = built.add_extension(x509.ExtendedKeyUsage(extended), critical=False)
        for one in also:
            built = built.add_extension(one, critical=True)
        return Holder(built.sign(self.key, digest or hashes.SHA256()), key)

    def crl(
        self, *revoked: Holder, since=-timedelta(hours=1), until=30 * DAY, signer=None, also=()
    ) -> bytes:
        built = x509.CertificateRevocationListBuilder(
            issuer_name=self.certificate.subject,
            last_update=now() + since,
            next_update=now() + until,
        )
        for one in revoked:
            entry = x509.RevokedCertificateBuilder()
            entry = entry.serial_number(one.certificate.serial_number)
            built = built.add_revoked_certificate(entry.revocation_date(now() - DAY).build())
        for one in also:
            built = built.add_extension(one, critical=True)
        return built.sign((signer or self).key, hashes.SHA256()).public_bytes(Encoding.DER)


def _built(subject, issuer, key, *, since) -> x509.CertificateBuilder:
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    built = built.public_key(key.public_key()).serial_number(x509.random_serial_number())
    return built.not_valid_before(now() + since)
