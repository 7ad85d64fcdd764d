"""Certificates: who may bind and sign in by them, and every reason why not."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from sqlalchemy import select

from models.clock import system_now
from models.errors import NotFoundError
from models.identity import authorities, certificates, keys
from models.identity import key_errors as errors
from models.identity.account import SecurityEvent
from models.identity.key_challenges import Purpose
from models.identity.key_proofs import Proof, Way
from models.identity.key_tables import CaToken, CertificateAuthority
from tests.models.identity.conftest import CODE, PARTY, signed
from tests.pki import DAY, Authority, Holder, ec_key, rsa_key

pytestmark = pytest.mark.req("HR-3.4.4", "HR-5.2")
P256 = bytes.fromhex("2a8648ce3d030107")
ECDSA = bytes.fromhex("2a8648ce3d040302")
SM2_CURVE, SM2_SM3 = bytes.fromhex("2a811ccf5501822d"), bytes.fromhex("2a811ccf55018375")


def row(session) -> CertificateAuthority:
    return session.scalars(select(CertificateAuthority)).first()


@pytest.mark.parametrize("curve", [None, ec.SECP256R1(), ec.SECP384R1()])
def test_what_is_bound_signs_in(session, account, authority, bind, enter, curve):
    person = account()
    holder = authority.issue("韩知远", key=ec_key(curve) if curve else rsa_key())
    bound = bind(person, holder)
    assert (bound.subject, bound.issuer, bound.name) == ("韩知远", "测试证书中心", "办公室的证书")
    assert enter(holder).account_id == person.id
    assert bound.used_at is not None
    kinds = session.scalars(select(SecurityEvent.kind)).all()
    assert kinds == ["sign_in.key"]


@pytest.mark.req("HR-4.12.2")
@pytest.mark.parametrize(
    "names",
    [
        (PARTY, ""),
        (CODE, ""),
        (f"{PARTY}@{CODE}@1", ""),
        ("韩知远", PARTY),
        ("韩知远", ""),
    ],
)
def test_a_certificate_names_the_person_or_the_organisation(account, town, authority, bind, names):
    person = account(party=town)
    assert bind(person, authority.issue(*names)).account_id == person.id


@pytest.mark.req("HR-4.12.2")
@pytest.mark.parametrize(
    "names",
    [("李四", PARTY), ("韩知远", "另一家公司"), ("另一家公司", PARTY)],
)
def test_a_certificate_of_somebody_else_is_refused(account, town, authority, bind, names):
    person = account(party=town)
    with pytest.raises(errors.WrongOwnerError, match=names[0]):
        bind(person, authority.issue(*names))


WRONG = {
    "expired": (lambda a: a.issue("韩知远", since=-9 * DAY, until=-DAY), errors.ExpiredError),
    "not yet valid": (lambda a: a.issue("韩知远", since=DAY), errors.NotYetValidError),
    "for encryption": (
        lambda a: a.issue("韩知远", usage=("key_encipherment",)), errors.WrongUsageError),
    "for servers": (
        lambda a: a.issue("韩知远", extended=(ExtendedKeyUsageOID.SERVER_AUTH,)),
        errors.WrongUsageError),
    "an authority's own": (
        lambda a: a.issue("韩知远", also=[x509.BasicConstraints(ca=True, path_length=None)]),
        errors.WrongUsageError),
    "a short key": (lambda a: a.issue("韩知远", key=rsa_key(1024)), errors.AlgorithmError),
    "another curve": (lambda a: a.issue("韩知远", key=ec_key(ec.SECP521R1())), errors.AlgorithmError),
    "a restriction unknown here": (
        lambda a: a.issue("韩知远", also=[x509.InhibitAnyPolicy(0)]), errors.CertificateLimitError),
    "of nobody's authority": (lambda a: Authority("野鸡中心").issue("韩知远"), errors.UnknownAuthorityError),
    "of a namesake of the authority": (
        lambda a: Authority(a.name).issue("韩知远"), errors.UnknownAuthorityError),
}  # fmt: skip


@pytest.mark.parametrize("why", WRONG)
def test_a_certificate_that_will_not_do_is_not_bound(session, account, authority, bind, why):
    make, refused = WRONG[why]
    with pytest.raises(refused):
        bind(account(), make(authority))
    assert session.scalars(select(CaToken)).all() == []


def test_a_national_certificate_is_refused_in_clear_words(account, authority, bind):
    holder = authority.issue("韩知远", key=ec_key())
    for swapped in ((ECDSA, SM2_SM3), (P256, SM2_CURVE)):
        der = holder.der.replace(*swapped)
        national = Holder(x509.load_der_x509_certificate(der), holder.key)
        with pytest.raises(errors.Sm2Error, match="国密SM2"):
            bind(account(), national)


def test_a_certificate_over_which_somebody_else_signed_proves_nothing(
    session, account, authority, ask
):
    person, holder = account(), authority.issue("韩知远")
    thief = Holder(holder.certificate, rsa_key(2048, 1))
    begun, asker = ask(Purpose.BIND, person)
    with pytest.raises(errors.WrongSignatureError):
        keys.bind(session, person, signed(begun, thief), asker, "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"algorithm": "ES256"}, {"algorithm": "none"}, {"signature": ""}, {"signature": "?"},
        {"certificate": "aGVsbG8"}, {"certificate": 7}, {"certificate": "A" * 40_000},
    ],
)  # fmt: skip
def test_rubbish_is_refused(session, account, authority, ask, wrong):
    person = account()
    begun, asker = ask(Purpose.BIND, person)
    answer = authority.issue("韩知远").sign(begun["statement"]) | wrong
    proof = Proof(challenge_id=begun["challenge"], way=Way.SIGNATURE, answer=answer)
    with pytest.raises(errors.KeyRefusedError):
        keys.bind(session, person, proof, asker, "")


def test_one_certificate_belongs_to_one_account(account, authority, bind):
    holder = authority.issue("韩知远")
    bind(account(), holder)
    with pytest.raises(errors.KeyBoundError):
        bind(account(), holder)


def test_a_certificate_bound_to_nobody_opens_nothing(session, authority, enter):
    with pytest.raises(errors.KeyNotBoundError):
        enter(authority.issue("韩知远"))
    assert session.scalars(select(SecurityEvent.kind)).all() == ["key.refused"]


def test_what_is_unbound_opens_nothing_and_may_be_bound_again(
    session, account, authority, bind, enter
):
    person, other, holder = account(), account("李四"), authority.issue("韩知远")
    bound = bind(person, holder)
    with pytest.raises(NotFoundError):
        keys.unbind(session, other, bound.id, other.id)
    keys.unbind(session, person, bound.id, person.id)
    with pytest.raises(errors.KeyNotBoundError):
        enter(holder)
    assert bind(person, holder).id != bound.id
    assert enter(holder)


def test_a_revoked_certificate_opens_nothing_from_the_moment_the_list_is_loaded(
    session, account, authority, bind, enter
):
    holder, other = authority.issue("韩知远"), authority.issue("韩知远")
    bind(account(), holder)
    bind(account(), other)
    authorities.load_crl(session, row(session), authority.crl(holder))
    with pytest.raises(errors.RevokedError):
        enter(holder)
    assert enter(other)


def test_without_a_list_in_force_nobody_knows_so_nobody_enters(
    session, account, authority, bind, enter
):
    holder = authority.issue("韩知远")
    bind(account(), holder)
    found = row(session)
    found.crl_expires_at = system_now() - DAY
    with pytest.raises(errors.CrlExpiredError, match="吊销列表已过期"):
        enter(holder)
    found.crl = found.crl_expires_at = None
    with pytest.raises(errors.CrlMissingError):
        enter(holder)


def test_a_retired_authority_vouches_for_nobody(session, account, authority, bind, enter):
    holder = authority.issue("韩知远")
    bind(account(), holder)
    row(session).retired_at = system_now()
    with pytest.raises(errors.UnknownAuthorityError):
        enter(holder)


def test_an_authority_of_one_county_does_not_open_another(
    session, account, authority, bind, enter, ask
):
    person, holder = account("韩知远", "dazhou", "huairou"), authority.issue("韩知远")
    bind(person, holder)
    with pytest.raises(errors.AuthorityElsewhereError):
        enter(holder)
    again = authorities.register(session, "测试证书中心", "huairou", authority.pem)
    assert again.crl is not None
    assert enter(holder)
    stranger = account("韩知远", "huairou")
    again.retired_at = system_now()
    with pytest.raises(errors.AuthorityElsewhereError):
        bind(stranger, authority.issue("韩知远"))


def test_an_authority_below_another_falls_with_it(session, account, authority, bind, enter):
    below = Authority("下级中心", above=authority)
    lower = authorities.register(session, "下级中心", "dazhou", below.pem)
    authorities.load_crl(session, lower, below.crl())
    holder = below.issue("韩知远")
    bind(account(), holder)
    assert enter(holder)
    upper = session.scalar(
        select(CertificateAuthority).where(CertificateAuthority.name == "测试证书中心")
    )
    authorities.load_crl(session, upper, authority.crl(Holder(below.certificate, below.key)))
    with pytest.raises(errors.RevokedError):
        enter(holder)


def test_an_authority_out_of_its_time_vouches_for_nobody(session, account, ask):
    old = Authority("老中心", until=-DAY)
    found = CertificateAuthority(
        name="老中心", county_code="*", certificate=old.pem, added_at=system_now(),
        fingerprint=certificates.fingerprint(old.certificate),
    )  # fmt: skip
    session.add(found)
    begun, asker = ask(Purpose.BIND, person := account())
    with pytest.raises(errors.AuthorityExpiredError):
        keys.bind(session, person, signed(begun, old.issue("韩知远")), asker, "")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Authority().issue("谁").pem, "不能签发证书"),
        (lambda: Authority(uses={"crl_sign": True}).pem, "不能签发证书"),
        (lambda: Authority(until=-DAY).pem, "已过期"),
        (lambda: "这不是证书", "无法识别证书"),
    ],
)
def test_only_an_authority_in_force_is_registered(session, places, make, why):
    with pytest.raises(errors.InvalidError, match=why):
        authorities.register(session, "中心", "dazhou", make())


def test_an_authority_is_registered_once_in_a_county(session, authority):
    with pytest.raises(errors.AuthorityInvalidError, match="已经登记"):
        authorities.register(session, "又一次", "dazhou", authority.pem)
    row(session).retired_at = system_now()
    again = authorities.register(session, "又一次", "dazhou", authority.pem)
    assert (again.retired_at, again.crl is not None) == (None, True)


LISTS = {
    "of another": (lambda a: Authority("别家").crl(), "不是这个颁发机构签发的"),
    "forged": (lambda a: a.crl(signer=Authority(a.name)), "不是这个颁发机构签发的"),
    "expired": (lambda a: a.crl(since=-9 * DAY, until=-DAY), "已过期"),
    "of the future": (lambda a: a.crl(since=DAY), "签发时间在以后"),
    "of former times": (lambda a: a.crl(since=-2 * DAY), "比已载入的旧"),
    "in parts": (lambda a: a.crl(also=[x509.DeltaCRLIndicator(1)]), "不完整"),
    "no list": (lambda a: b"hello", "无法识别"),
}


@pytest.mark.parametrize("which", LISTS)
def test_a_list_that_will_not_do_leaves_the_former_one(session, authority, which):
    make, why = LISTS[which]
    before = row(session).crl
    with pytest.raises(errors.CrlInvalidError, match=why):
        authorities.load_crl(session, row(session), make(authority))
    assert row(session).crl == before
