"""Tells the people of a proposal what happened to it, on the platform's own messages."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.proposal import Proposal
from models.identity.account import Account, Grant
from models.identity.actor import EVERYWHERE
from models.message import tell_accounts
from processes.publishing import PUBLISHER

MOST = 400


def tell(
    session: Session, proposal: Proposal, accounts: Collection[str | None], what: str, words: str
) -> None:
    """Send a message that leads to the proposal; ``what`` makes it different from others."""
    tell_accounts(
        session,
        {one for one in accounts if one},
        key=f"proposal/{proposal.id}/{what}/{proposal.version}",
        template="proposal",
        words=words[:MOST],
        link=f"/proposals/{proposal.id}",
    )


def makers(proposal: Proposal) -> set[str]:
    """Return the accounts that made, edited last, or submitted a proposal."""
    people = {proposal.created_by, proposal.edited_by, proposal.submitted_by}
    return {one for one in people if one}


def publishers(session: Session, county: str) -> set[str]:
    """Return the active accounts that publish in a county."""
    query = (
        select(Grant.account_id)
        .join(Account, Account.id == Grant.account_id)
        .where(
            Grant.role == PUBLISHER,
            Grant.county_code.in_((county, EVERYWHERE)),
            Account.active.is_(True),
        )
    )
    return set(session.scalars(query))
