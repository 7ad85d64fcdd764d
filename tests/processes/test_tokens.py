"""Programs' tokens: shown once, stored hashed, ending by themselves or at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.clock import system_now
from models.identity.account import Account, ApiToken
from models.identity.actor import Actor
from models.session import unit_of_work
from processes import tokens
from tests.processes.engine.world import make_actor


@pytest.fixture
def account(database: object) -> Actor:
    return make_actor("dz.centre", "trading_centre")


def make(name: str = "同步程序") -> str:
    with unit_of_work() as session:
        return tokens.create(session, "dz.centre", name)


def owner_of(text: str) -> Actor | None:
    with unit_of_work() as session:
        return tokens.verify(session, text)


def stored() -> ApiToken:
    with unit_of_work() as session:
        return session.scalars(select(ApiToken)).one()


def test_a_token_acts_for_its_account(account: Actor) -> None:
    found = owner_of(make())
    assert found is not None
    assert (found.account_id, found.by_token) == (account.account_id, True)
    assert found.holds("trading_centre", "dazhou")


def test_only_its_hash_is_stored(account: Actor) -> None:
    text = make()
    row = stored()
    assert text not in {str(value) for value in vars(row).values()}
    assert len(row.token_hash) == 64


def test_it_ends_after_ninety_days(account: Actor) -> None:
    make()
    assert abs(stored().expires_at - system_now() - timedelta(days=90)) < timedelta(minutes=1)


def test_an_ended_revoked_or_made_up_token_is_nobodys(account: Actor) -> None:
    text = make()
    assert owner_of(text + "x") is None
    with unit_of_work() as session:
        tokens.revoke(session, stored().id, actor=account)
    assert owner_of(text) is None
    with unit_of_work() as session:
        past = {"revoked_at": None, "expires_at": system_now() - timedelta(seconds=1)}
        session.execute(update(ApiToken).values(past))
    assert owner_of(text) is None


def test_a_closed_accounts_token_is_nobodys(account: Actor) -> None:
    text = make()
    with unit_of_work() as session:
        session.execute(update(Account).values(active=False))
    assert owner_of(text) is None


def test_an_unknown_account_or_an_empty_name_is_refused(account: Actor) -> None:
    with pytest.raises(tokens.TokenNameError):
        make(" ")
    with pytest.raises(tokens.AccountUnknownError), unit_of_work() as session:
        tokens.create(session, "nobody", "x")
