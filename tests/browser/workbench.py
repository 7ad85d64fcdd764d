"""Proposals for the editors' tests, and what a saved file says then."""

from contextlib import suppress

from sqlalchemy import select

from models.identity.account import Account
from models.identity.actor import Actor
from models.session import reading, unit_of_work
from processes import proposals

COUNTY = "dazhou"


def analyst(session) -> Actor:
    """Return the demonstration's analyst, in one county."""
    account = session.scalars(select(Account).where(Account.username == "analyst")).one()
    grants = frozenset({("analyst", COUNTY)})
    return Actor(account_id=account.id, name=account.name, grants=grants)


def draft(title: str = "试改") -> str:
    """Make a proposal of the county and return its id."""
    with unit_of_work() as session:
        return proposals.create(session, COUNTY, title, analyst(session)).id


def stored(proposal_id: str, path: str) -> proposals.Shown:
    """Return a file as the proposal has it now."""
    with reading() as session:
        proposal = proposals.find(session, proposal_id, analyst(session))
        return proposals.read_file(session, COUNTY, path, proposal)


def put(proposal_id: str, path: str, body: bytes) -> int:
    """Save a file as somebody else would, over what stands there."""
    version = 0
    with suppress(proposals.FileUnknownError):
        version = stored(proposal_id, path).version
    with unit_of_work() as session:
        actor = analyst(session)
        proposal = proposals.find(session, proposal_id, actor)
        return proposals.save_file(session, proposal, path, body, version=version, actor=actor)
