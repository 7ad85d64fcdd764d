"""What is typed at registration is made plain; two who register at once do not both succeed."""

import pytest
from sqlalchemy.orm import Session

from models.identity import registration
from models.identity.county import County
from models.identity.party import Party, PartyStatus
from models.identity.registration import RegistrationRefusedError, clean, register
from tests.flows.enrolling import typed


@pytest.fixture
def county(session: Session) -> None:
    session.add(County(code="dazhou", name="达州市"))
    session.flush()


def test_blanks_and_small_letters_of_a_code_do_not_matter() -> None:
    given = clean(typed(credit_code=" 9151 1702madm09013u ", username=" QingXi ", name=" 清溪 "))
    assert (given.credit_code, given.username, given.name) == (
        "91511702MADM09013U", "qingxi", "清溪",
    )  # fmt: skip


def test_a_password_keeps_its_blanks() -> None:
    assert clean(typed(password=" 清溪-岸边-柳树 ")).password == " 清溪-岸边-柳树 "


@pytest.mark.req("DZ-A1")
def test_a_registration_makes_a_pending_party_and_an_account_that_may_enrol(
    session: Session, county: None
) -> None:
    account = register(session, clean(typed()), "127.0.0.1")
    party = session.get_one(Party, account.party_id)
    assert party.status is PartyStatus.PENDING
    assert [(one.role, one.county_code) for one in account.grants] == [("applicant", "dazhou")]
    assert typed()["password"] not in str(account.password)


def test_who_was_second_by_a_moment_is_refused_in_the_usual_words(
    session: Session, county: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(session, clean(typed()), "127.0.0.1")
    monkeypatch.setattr(registration, "_is_known", lambda *_: False)
    with pytest.raises(RegistrationRefusedError):
        register(session, clean(typed(username="another")), "127.0.0.1")


def test_a_closed_county_takes_nobody(session: Session) -> None:
    session.add(County(code="dazhou", name="达州市", is_open=False))
    session.flush()
    with pytest.raises(registration.RegistrationInvalidError) as refused:
        register(session, clean(typed()), "127.0.0.1")
    assert list(refused.value.fields) == ["county"]
