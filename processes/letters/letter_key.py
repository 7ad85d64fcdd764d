"""The key that stamps letters: one file with key and certificate, made at set-up.

An installation whose centre has a seal certificate of its own puts that in the file's place.
"""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from models.clock import system_now
from models.errors import UnavailableError
from models.selection.secret_file import write_new
from models.settings import Settings

FILE = "letter.pem"
VALID = timedelta(days=3650)
NAME = "小额工程交易平台文书签章"


class LetterKeyMissingError(UnavailableError):
    """The key file is gone although letters have been stamped with it."""

    message = (
        "文书签章密钥（{file}）不在本机或已损坏，文书暂不能生成。"
        "请从密钥备份恢复（smallworks keys import），任务会自动重试。"
    )


def path_of(settings: Settings) -> Path:
    """Return where key and certificate lie."""
    return settings.keys / FILE


def ensure_letter_key(settings: Settings) -> None:
    """Make key and self-signed certificate unless they are there."""
    path = path_of(settings)
    if path.exists():
        return
    key = generate_private_key(SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    text = pem.decode() + _certificate(key).public_bytes(Encoding.PEM).decode()
    with suppress(FileExistsError):  # another process was first: its key holds
        write_new(path, text)


def read_letter_key(settings: Settings) -> bytes:
    """Return the file's bytes; raise when it is not there."""
    try:
        return path_of(settings).read_bytes()
    except OSError:
        raise LetterKeyMissingError(file=FILE) from None


def _certificate(key: EllipticCurvePrivateKey) -> x509.Certificate:
    now = system_now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, SHA256())
    )
