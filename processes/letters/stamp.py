"""Stamping letters: a PAdES signature over the whole PDF, and whether one still holds.

A county's own seal service is plugged in with :func:`install_stamper` (docs/integrations.md).
"""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from asn1crypto import keys, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from models.errors import UnavailableError
from models.settings import Settings
from processes.letters.letter_key import FILE, LetterKeyMissingError, read_letter_key

FIELD = "smallworks"


class StampBrokenError(UnavailableError):
    """What the stamper returned is not this PDF with a signature that holds."""

    message = "文书盖章后没有通过核对，没有保存。请检查签章服务，任务会自动重试。"


class Stamper(Protocol):
    """Puts a signature on a PDF; the words before it stay byte for byte."""

    def stamp(self, pdf: bytes, *, reason: str, place: str) -> bytes:
        """Return the same PDF with the signature appended."""
        ...


@dataclass(frozen=True)
class LocalStamper:
    """Signs with the key and certificate of this installation."""

    settings: Settings

    def stamp(self, pdf: bytes, *, reason: str, place: str) -> bytes:
        """Return the PDF with a PAdES signature of the installation's letter key."""
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            reason=reason,
            location=place,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        out: Any = _aside(PdfSigner(metadata, signer=_signer(self.settings)).sign_pdf, writer)
        return bytes(out.getbuffer())


_installed: list[Stamper] = []


def install_stamper(stamper: Stamper | None) -> None:
    """Let letters be stamped by another service; None goes back to the installation's own key."""
    _installed[:] = [stamper] if stamper else []


def stamp(pdf: bytes, settings: Settings, *, reason: str, place: str) -> bytes:
    """Return the PDF stamped; raise when the stamp does not hold."""
    stamper = _installed[0] if _installed else LocalStamper(settings)
    stamped = stamper.stamp(pdf, reason=reason, place=place)
    if not (stamped.startswith(pdf) and holds(stamped)):
        raise StampBrokenError
    return stamped


def holds(pdf: bytes) -> bool:
    """Return whether the PDF's one signature covers the whole file and nothing was altered."""
    found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if len(found) != 1:
        return False
    trusted = ValidationContext(trust_roots=[found[0].signer_cert], allow_fetching=False)
    status: Any = _aside(validate_pdf_signature, found[0], trusted)
    is_whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return bool(status.intact and status.valid and is_whole)


def _aside(call: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401
    """Return what the call gives; it runs an event loop, and this thread may have one already."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(call, *given).result()


def _signer(settings: Settings) -> SimpleSigner:
    try:
        parts = list(pem.unarmor(read_letter_key(settings), multiple=True))
        key = next(data for name, _, data in parts if name == "PRIVATE KEY")
        certificates = [x509.Certificate.load(d) for name, _, d in parts if name == "CERTIFICATE"]
        registry = SimpleCertificateStore()
        registry.register_multiple(certificates[1:])
        return SimpleSigner(
            signing_cert=certificates[0],
            signing_key=keys.PrivateKeyInfo.load(key),
            cert_registry=registry,
        )
    except (ValueError, LookupError, StopIteration) as error:
        raise LetterKeyMissingError(file=FILE) from error
