"""X.509 certificates of people and organisations: read, limits, owner, and what they signed."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from models.clock import system_now, to_china
from models.identity import key_errors as errors
from models.identity.account import Account

SMALLEST_RSA = 2048
GOOD_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
CURVES = {"secp256r1": ("ES256", hashes.SHA256(), 32), "secp384r1": ("ES384", hashes.SHA384(), 48)}
NATIONAL = "1.2.156.10197."
"""All object identifiers of the national algorithms (SM2, SM3) begin so."""
KNOWN = (
    x509.BasicConstraints,
    x509.KeyUsage,
    x509.ExtendedKeyUsage,
    x509.SubjectAlternativeName,
    x509.CertificatePolicies,
)
BYTES_AT_MOST = 20_000

E = TypeVar("E", bound=x509.ExtensionType)
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True)
class Signed:
    """What somebody signed, and how."""

    statement: bytes
    algorithm: str
    signature: bytes


def read(given: bytes | str) -> x509.Certificate:
    """Return a certificate from PEM, DER, or DER in base64."""
    data = given.encode() if isinstance(given, str) else given
    if len(data) > BYTES_AT_MOST:
        raise errors.CertificateUnreadableError
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificate(data)
        plain = data if data[:1] == b"\x30" else base64.b64decode(data, validate=True)
        return x509.load_der_x509_certificate(plain)
    except (ValueError, binascii.Error) as error:
        raise errors.CertificateUnreadableError from error


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of the whole certificate, in hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def pem(certificate: x509.Certificate) -> str:
    """Return the certificate as text."""
    return certificate.public_bytes(Encoding.PEM).decode()


def key_of(certificate: x509.Certificate) -> PublicKey:
    """Return the public key if its algorithm and size, and the issuer's signature, will do."""
    if certificate.signature_algorithm_oid.dotted_string.startswith(NATIONAL):
        raise errors.Sm2Error
    try:
        key, digest = certificate.public_key(), certificate.signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError) as error:
        refused = errors.Sm2Error if NATIONAL in str(error) else errors.AlgorithmError
        raise refused from error
    if not isinstance(digest, GOOD_HASHES):
        raise errors.AlgorithmError
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= SMALLEST_RSA:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES:
        return key
    raise errors.AlgorithmError


def check_signed(certificate: x509.Certificate, signed: Signed) -> None:
    """Raise unless the certificate's key made the signature (RS256, ES256 or ES384 as in JWS)."""
    key = key_of(certificate)
    try:
        if isinstance(key, rsa.RSAPublicKey) and signed.algorithm == "RS256":
            key.verify(signed.signature, signed.statement, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            _check_ec(key, signed)
        else:
            raise errors.WrongSignatureError
    except InvalidSignature as error:
        raise errors.WrongSignatureError from error


def _check_ec(key: ec.EllipticCurvePublicKey, signed: Signed) -> None:
    name, digest, size = CURVES[key.curve.name]
    if signed.algorithm != name or len(signed.signature) != 2 * size:
        raise errors.WrongSignatureError
    r, s = (int.from_bytes(part) for part in (signed.signature[:size], signed.signature[size:]))
    key.verify(utils.encode_dss_signature(r, s), signed.statement, ec.ECDSA(digest))


def check_usable(certificate: x509.Certificate) -> None:
    """Raise unless the certificate is in force now and made for proving who somebody is."""
    key_of(certificate)
    check_in_force(certificate)
    check_known(certificate, KNOWN)
    basic = extension(certificate, x509.BasicConstraints)
    usage = extension(certificate, x509.KeyUsage)
    extended = extension(certificate, x509.ExtendedKeyUsage)
    allowed = {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if (
        (basic is not None and basic.ca)
        or (usage is not None and not usage.digital_signature)
        or (extended is not None and not allowed & set(extended))
    ):
        raise errors.WrongUsageError


def check_in_force(certificate: x509.Certificate) -> None:
    """Raise unless the machine's time lies within the certificate's."""
    now = system_now()
    if now < certificate.not_valid_before_utc:
        raise errors.NotYetValidError(since=day(certificate.not_valid_before_utc))
    if now > certificate.not_valid_after_utc:
        raise errors.ExpiredError(until=day(certificate.not_valid_after_utc))


def check_known(certificate: x509.Certificate, known: tuple[type[x509.ExtensionType], ...]) -> None:
    """Raise when a restriction that must be heeded is not known here."""
    try:
        found = list(certificate.extensions)
    except ValueError as error:
        raise errors.CertificateUnreadableError from error
    if any(one.critical and not isinstance(one.value, known) for one in found):
        raise errors.CertificateLimitError


def extension(certificate: x509.Certificate, kind: type[E]) -> E | None:
    """Return one extension of the certificate, if it has it."""
    return next((one.value for one in certificate.extensions if isinstance(one.value, kind)), None)


def check_owner(certificate: x509.Certificate, account: Account) -> None:
    """Raise unless the certificate names the account's person, or the account's organisation.

    A name may stand between signs (``单位名称@信用代码``); whoever is named together with an
    organisation must belong to it.
    """
    names = set(_pieces(_values(certificate, NameOID.COMMON_NAME)))
    organisations = set(_values(certificate, NameOID.ORGANIZATION_NAME))
    party = account.party
    own = {party.name, party.credit_code} if party else set()
    is_person = account.name in names and (not party or not organisations or organisations & own)
    if not (is_person or names & own):
        raise errors.WrongOwnerError(subject=subject_of(certificate))


def subject_of(certificate: x509.Certificate) -> str:
    """Return whom the certificate names, in a few words."""
    return _named(certificate.subject)


def issuer_of(certificate: x509.Certificate) -> str:
    """Return who issued the certificate, in a few words."""
    return _named(certificate.issuer)


def day(moment: datetime) -> str:
    """Return a moment of a certificate as a day in China."""
    return f"{to_china(moment):%Y-%m-%d}"


def _named(name: x509.Name) -> str:
    kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    found = [str(one.value) for kind in kinds for one in name.get_attributes_for_oid(kind)]
    return "，".join(dict.fromkeys(found))[:200] or name.rfc4514_string()[:200]


def _values(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> list[str]:
    return [str(one.value).strip() for one in certificate.subject.get_attributes_for_oid(kind)]


def _pieces(values: Iterable[str]) -> Iterable[str]:
    for value in values:
        yield value
        yield from (piece.strip() for piece in value.split("@"))
