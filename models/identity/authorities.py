"""Certificate authorities that counties trust (证书颁发机构), and their lists of the revoked."""

from collections.abc import Collection, Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import system_now
from models.errors import SmallworksError
from models.identity import certificates
from models.identity import key_errors as errors
from models.identity.actor import EVERYWHERE
from models.identity.key_tables import CertificateAuthority

LONGEST_CHAIN = 5
KNOWN = (
    x509.BasicConstraints,
    x509.KeyUsage,
    x509.ExtendedKeyUsage,
    x509.CertificatePolicies,
    x509.SubjectAlternativeName,
)


def register(session: Session, name: str, county: str, text: str | bytes) -> CertificateAuthority:
    """Trust an authority in a county (``*``: everywhere); one that was retired is taken again."""
    certificate = _authority_certificate(text)
    mark = certificates.fingerprint(certificate)
    query = select(CertificateAuthority).where(CertificateAuthority.fingerprint == mark)
    same = session.scalars(query).all()
    row = next((one for one in same if one.county_code == county), None)
    if row is not None and row.retired_at is None:
        raise errors.AuthorityInvalidError(why="这个颁发机构已经登记")
    if row is None:
        row = CertificateAuthority(county_code=county, fingerprint=mark, added_at=system_now())
        row.certificate = certificates.pem(certificate)
        session.add(row)
    row.name, row.retired_at = name, None
    for other in same:
        _copy_crl(other, row)
    return row


def load_crl(session: Session, row: CertificateAuthority, data: bytes) -> None:
    """Load an authority's newer, complete list; it holds wherever the authority is trusted."""
    found = _readable_crl(data)
    plain = found.public_bytes(Encoding.DER)
    _check_crl(found, certificates.read(row.certificate))
    issued, until = found.last_update_utc, found.next_update_utc
    if row.crl_issued_at is not None and issued < row.crl_issued_at:
        raise errors.CrlInvalidError(why="这份吊销列表比已载入的旧")
    query = select(CertificateAuthority).where(CertificateAuthority.fingerprint == row.fingerprint)
    for one in session.scalars(query):
        one.crl, one.crl_loaded_at = plain, system_now()
        one.crl_issued_at, one.crl_expires_at = issued, until


def issuer_of_crl(session: Session, data: bytes) -> CertificateAuthority:
    """Return the trusted authority that issued a list."""
    found = _readable_crl(data)
    query = select(CertificateAuthority).where(CertificateAuthority.retired_at.is_(None))
    for row in session.scalars(query.order_by(CertificateAuthority.id)):
        own = certificates.read(row.certificate)
        if found.issuer == own.subject and _is_signed_by(found, own):
            return row
    raise errors.CrlInvalidError(why="这份吊销列表不是已登记的机构签发的")


def check_chain(
    session: Session, certificate: x509.Certificate, counties: Collection[str]
) -> CertificateAuthority:
    """Return the trusted authority that issued a certificate; raise unless all of it holds now.

    Every one of ``counties`` must trust the authority.
    """
    rows = _issuers(session, certificate)
    if not rows:
        raise errors.UnknownAuthorityError(issuer=certificates.issuer_of(certificate))
    trusting = {row.county_code for row in rows}
    if EVERYWHERE not in trusting and not set(counties) <= trusting:
        raise errors.AuthorityElsewhereError
    _check_upwards(session, certificate, rows, LONGEST_CHAIN)
    return rows[0]


def _issuers(session: Session, certificate: x509.Certificate) -> Sequence[CertificateAuthority]:
    query = select(CertificateAuthority).where(CertificateAuthority.retired_at.is_(None))
    ordered = query.order_by(CertificateAuthority.county_code, CertificateAuthority.id)
    return [row for row in session.scalars(ordered) if _has_issued(row, certificate)]


def _has_issued(row: CertificateAuthority, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(certificates.read(row.certificate))
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _check_upwards(
    session: Session,
    certificate: x509.Certificate,
    rows: Sequence[CertificateAuthority],
    left: int,
) -> None:
    """Look at the issuer, and at whoever issued the issuer as far as that is registered."""
    faults = [fault for row in rows if (fault := _fault_of(row, certificate))]
    revoked = [fault for fault in faults if isinstance(fault, errors.RevokedError)]
    if revoked or len(faults) == len(rows):
        raise (revoked or faults)[0]
    for row in rows:
        own = certificates.read(row.certificate)
        above = _issuers(session, own) if own.issuer != own.subject and left else ()
        if above:
            _check_upwards(session, own, above, left - 1)


def _fault_of(row: CertificateAuthority, certificate: x509.Certificate) -> SmallworksError | None:
    own = certificates.read(row.certificate)
    try:
        certificates.check_in_force(own)
    except errors.KeyRefusedError:
        return errors.AuthorityExpiredError(name=row.name)
    if row.crl is None or row.crl_expires_at is None:
        return errors.CrlMissingError(name=row.name)
    listed = x509.load_der_x509_crl(row.crl)
    if listed.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
        return errors.RevokedError()
    if row.crl_expires_at < system_now():
        return errors.CrlExpiredError(name=row.name, until=certificates.day(row.crl_expires_at))
    return None


def _authority_certificate(text: str | bytes) -> x509.Certificate:
    certificate = certificates.read(text)
    certificates.key_of(certificate)
    certificates.check_in_force(certificate)
    certificates.check_known(certificate, KNOWN)
    basic = certificates.extension(certificate, x509.BasicConstraints)
    usage = certificates.extension(certificate, x509.KeyUsage)
    if basic is None or not basic.ca or (usage is not None and not usage.key_cert_sign):
        raise errors.AuthorityInvalidError(why="这不是颁发机构的证书（不能签发证书）")
    return certificate


def _readable_crl(data: bytes) -> x509.CertificateRevocationList:
    try:
        is_text = b"-----BEGIN" in data[:100]
        found = (x509.load_pem_x509_crl if is_text else x509.load_der_x509_crl)(data)
        list(found.extensions)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise errors.CrlInvalidError(
            why="无法识别这份文件，须是完整的X.509吊销列表（DER或PEM格式）"
        ) from error
    return found


def _check_crl(found: x509.CertificateRevocationList, authority: x509.Certificate) -> None:
    now = system_now()
    if found.signature_algorithm_oid.dotted_string.startswith(certificates.NATIONAL):
        raise errors.CrlInvalidError(why="这份吊销列表用国密算法签名，目前还不能核验")
    if found.issuer != authority.subject or not _is_signed_by(found, authority):
        raise errors.CrlInvalidError(why="这份吊销列表不是这个颁发机构签发的")
    partial = (x509.IssuingDistributionPoint, x509.DeltaCRLIndicator)
    if any(isinstance(one.value, partial) or one.critical for one in found.extensions):
        raise errors.CrlInvalidError(why="这份吊销列表不完整（分片或增量），须载入完整的列表")
    if found.next_update_utc is None or found.next_update_utc < now:
        raise errors.CrlInvalidError(why="这份吊销列表已过期或没有写明有效期")
    if found.last_update_utc > now:
        raise errors.CrlInvalidError(why="这份吊销列表的签发时间在以后")


def _is_signed_by(found: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    if not isinstance(found.signature_hash_algorithm, certificates.GOOD_HASHES):
        return False
    usage = certificates.extension(authority, x509.KeyUsage)
    if usage is not None and not usage.crl_sign:
        return False
    return found.is_signature_valid(certificates.key_of(authority))


def _copy_crl(source: CertificateAuthority, to: CertificateAuthority) -> None:
    if source.crl is not None:
        to.crl, to.crl_loaded_at = source.crl, source.crl_loaded_at
        to.crl_issued_at, to.crl_expires_at = source.crl_issued_at, source.crl_expires_at
