"""Security keys and challenges: what binds them to a site, a purpose, a browser and a moment."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models.clock import system_now
from models.identity import key_challenges, key_proofs, keys
from models.identity import key_errors as errors
from models.identity.account import SecurityEvent
from models.identity.key_challenges import Purpose
from models.identity.key_proofs import Proof, Way
from models.identity.key_tables import CaToken, KeyChallenge
from models.identity.sign_in import LOCK_TIME
from tests.models.identity.conftest import ORIGIN, signed
from tests.pki import Holder
from tests.soft_key import PRESENT, SoftKey, b64

pytestmark = pytest.mark.req("HR-3.4.4", "HR-5.2")
SITE = "xegc.example.gov.cn"


@pytest.fixture
def soft() -> SoftKey:
    return SoftKey(ORIGIN, SITE)


def of(begun, answer) -> Proof:
    return Proof(challenge_id=begun["challenge"], way=Way.SECURITY_KEY, answer=answer)


@pytest.fixture
def made(session, account, ask, soft) -> CaToken:
    """A key bound to a person."""
    person = account()
    begun, asker = ask(Purpose.BIND, person)
    answer = soft.make(begun["security_key"])
    return keys.bind(session, person, of(begun, answer), asker, " 桌上的密钥 ")


@pytest.fixture
def enter(session, ask, soft):
    def act(**wrong):
        begun, asker = ask(Purpose.SIGN_IN)
        proof = of(begun, soft.ask(begun["security_key"], **wrong))
        entered = keys.enter(session, proof, asker, "203.0.113.7")
        if entered.refused:
            raise entered.refused
        return entered.token

    return act


def test_what_is_bound_signs_in_with_no_user_name(made, enter):
    assert made.name == "桌上的密钥"
    assert enter().account_id == made.account_id
    assert enter().sign_count == 2


def test_the_browser_is_asked_for_a_person_and_told_what_is_bound(made, account, ask):
    begun, _ = ask(Purpose.BIND, made.account)
    options = begun["security_key"]
    assert [one["id"] for one in options["excludeCredentials"]] == [made.handle]
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["rp"]["id"] == SITE
    begun, _ = ask(Purpose.SIGN_IN)
    assert begun["security_key"]["allowCredentials"] == []
    assert begun["security_key"]["userVerification"] == "required"


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://xegc.example.gov.cn.evil.example"},
        {"origin": "http://xegc.example.gov.cn"},
        {"site": "evil.example"},
        {"kind": "webauthn.create"},
        {"challenge": b64(b"another number altogether")},
        {"flags": PRESENT},
    ],
)
def test_an_answer_for_another_site_purpose_number_or_without_a_person_is_refused(
    made, enter, session, wrong
):
    with pytest.raises(errors.SecurityKeyError):
        enter(**wrong)
    assert made.sign_count == 0
    assert session.scalars(select(SecurityEvent.kind)).all() == ["key.refused"]


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.example"}, {"site": "evil.example"}, {"kind": "webauthn.get"}],
)
def test_a_key_made_for_another_site_is_not_bound(session, account, ask, soft, wrong):
    person = account()
    begun, asker = ask(Purpose.BIND, person)
    answer = soft.make(begun["security_key"], **wrong)
    with pytest.raises(errors.SecurityKeyError):
        keys.bind(session, person, of(begun, answer), asker, "")
    assert session.scalars(select(CaToken)).all() == []


def test_a_counter_that_goes_back_or_stands_still_tells_of_a_copy(made, enter, soft, session):
    enter()
    enter()
    for back in (0, 1):
        soft.counter = back
        with pytest.raises(errors.SignCounterError, match="可能被复制"):
            enter()
    assert made.sign_count == 2
    kinds = session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.at)).all()
    assert kinds == ["sign_in.key", "sign_in.key", "key.cloned", "key.cloned"]


def test_another_key_that_claims_to_be_this_one_is_refused(made, enter, soft):
    soft.key = SoftKey(ORIGIN, SITE).key
    with pytest.raises(errors.SecurityKeyError):
        enter()


def test_a_key_belongs_to_one_account(session, made, account, ask, soft):
    other = account("李四")
    begun, asker = ask(Purpose.BIND, other)
    with pytest.raises(errors.KeyBoundError):
        keys.bind(session, other, of(begun, soft.make(begun["security_key"])), asker, "")


@pytest.mark.parametrize("answer", [{}, {"id": 5}, {"id": "x"}, {"id": "x" * 9000, "response": []}])
def test_rubbish_is_refused(session, made, ask, answer):
    begun, asker = ask(Purpose.SIGN_IN)
    with pytest.raises(errors.KeyRefusedError):
        key_proofs.check(session, of(begun, answer), asker)
    begun, asker = ask(Purpose.SIGN_IN)
    with pytest.raises(errors.SecurityKeyError):
        key_proofs.check(session, of(begun, {"id": made.handle} | {"response": {}}), asker)
    begun, asker = ask(Purpose.BIND, made.account)
    with pytest.raises(errors.SecurityKeyError):
        keys.bind(session, made.account, of(begun, answer), asker, "")


def test_a_challenge_is_used_once(session, made, ask, soft):
    begun, asker = ask(Purpose.SIGN_IN)
    proof = of(begun, soft.ask(begun["security_key"]))
    assert keys.enter(session, proof, asker, "").token
    again = of(begun, soft.ask(begun["security_key"]))
    for replayed in (proof, again):
        assert isinstance(keys.enter(session, replayed, asker, "").refused, errors.ChallengeError)


def test_a_challenge_that_failed_is_used_up_too(session, made, ask, soft):
    begun, asker = ask(Purpose.SIGN_IN)
    wrong = of(begun, soft.ask(begun["security_key"], origin="https://evil.example"))
    assert isinstance(keys.enter(session, wrong, asker, "").refused, errors.SecurityKeyError)
    right = of(begun, soft.ask(begun["security_key"]))
    assert isinstance(keys.enter(session, right, asker, "").refused, errors.ChallengeError)


def test_a_challenge_expires(session, made, ask, soft):
    begun, asker = ask(Purpose.SIGN_IN)
    proof = of(begun, soft.ask(begun["security_key"]))
    late = system_now() + key_challenges.TIME_TO_ANSWER + timedelta(seconds=1)
    with time_machine.travel(late):
        assert isinstance(keys.enter(session, proof, asker, "").refused, errors.ChallengeError)


def test_old_challenges_are_swept_away(session, ask):
    first, _ = ask(Purpose.SIGN_IN)
    with time_machine.travel(system_now() + timedelta(days=2)):
        second, _ = ask(Purpose.SIGN_IN)
        left = session.scalars(select(KeyChallenge.id)).all()
    assert left == [second["challenge"]]
    assert first["challenge"] not in left


def step(account, **more):
    return {"purpose": Purpose.STEP, "account": account, "about": "item-1", **more}


@pytest.mark.parametrize(
    "changed",
    [
        {"purpose": Purpose.BIND, "about": ""},
        {"purpose": Purpose.SIGN_IN, "account": None},
        {"about": "item-2"},
        {"tie": "another browser"},
    ],
)
def test_a_challenge_for_one_thing_answers_no_other(session, made, ask, soft, changed):
    begun, _ = ask(**step(made.account))
    _, other = ask(**step(made.account) | changed)
    proof = of(begun, soft.ask(begun["security_key"]))
    with pytest.raises(errors.ChallengeError):
        key_proofs.check(session, proof, other)


def test_a_step_is_confirmed_by_the_very_person(session, made, account, ask, soft):
    begun, asker = ask(**step(made.account))
    assert key_proofs.check(session, of(begun, soft.ask(begun["security_key"])), asker) is made
    stranger = account("李四")
    begun, asker = ask(**step(stranger))
    with pytest.raises(errors.KeyOfAnotherError):
        key_proofs.check(session, of(begun, soft.ask(begun["security_key"])), asker)


def test_a_certificate_signs_what_it_is_for_as_well(session, account, authority, bind, ask):
    person = account()
    holder = authority.issue("韩知远")
    bind(person, holder)
    begun, asker = ask(**step(person))
    proof = Proof(
        challenge_id=begun["challenge"],
        way=Way.SIGNATURE,
        answer=holder.sign(begun["statement"].replace("step", "sign_in")),
    )
    with pytest.raises(errors.WrongSignatureError):
        key_proofs.check(session, proof, asker)
    begun, asker = ask(**step(person), origin="https://evil.example")
    _, here = ask(**step(person))
    with pytest.raises(errors.WrongSignatureError):
        key_proofs.check(session, signed(begun, holder), here)


def test_a_certificate_by_header_needs_the_proxys_word(session, account, authority, bind, ask):
    person, holder = account(), authority.issue("韩知远")
    bind(person, holder)

    def try_it(by_proxy: bytes | None, holder: Holder = holder):
        begun, asker = ask(Purpose.SIGN_IN)
        answer = holder.sign(begun["statement"])
        proof = Proof(
            challenge_id=begun["challenge"], way=Way.HEADER, answer=answer, by_proxy=by_proxy
        )
        return keys.enter(session, proof, asker, "")

    assert isinstance(try_it(None).refused, errors.HeaderRefusedError)
    assert try_it(holder.der).token.account_id == person.id
    stranger = authority.issue("韩知远")
    assert isinstance(try_it(stranger.der).refused, errors.KeyNotBoundError)


@pytest.mark.parametrize("closed", ["active", "locked"])
def test_a_closed_or_locked_account_stays_closed(made, enter, closed):
    if closed == "active":
        made.account.active = False
    else:
        made.account.locked_until = system_now() + LOCK_TIME
    with pytest.raises(errors.AccountClosedError):
        enter()


def test_nobody_binds_without_end(session, account, ask, monkeypatch):
    monkeypatch.setattr(keys, "MOST", 1)
    person = account()
    for refused in (False, True):
        soft = SoftKey(ORIGIN, SITE)
        begun, asker = ask(Purpose.BIND, person)
        proof = of(begun, soft.make(begun["security_key"]))
        if refused:
            with pytest.raises(keys.TooManyKeysError):
                keys.bind(session, person, proof, asker, "")
        else:
            assert keys.bind(session, person, proof, asker, "").name == "安全密钥"
