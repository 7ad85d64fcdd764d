"""Options of a form that come from the database: offered with the form, never kept in the case.

A choice field whose ``valuesKey`` is ``accounts_of_<role>`` offers the people who hold that role in
the case's county and belong to the case's owner.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.context import Case
from models.identity.account import Account, Grant
from models.identity.actor import EVERYWHERE
from processes.forms.schema import components_of, walk

PREFIX = "accounts_of_"
OWNER = "owner"


def choices_for(
    session: Session, schema: Mapping[str, Any], case: Case
) -> dict[str, list[dict[str, str]]]:
    """Return the options that the form's fields ask for, by their ``valuesKey``."""
    keys = {str(one.get("valuesKey") or "") for one in walk(components_of(schema))}
    return {
        key: accounts_of(session, key.removeprefix(PREFIX), case)
        for key in keys
        if key.startswith(PREFIX)
    }


def accounts_of(session: Session, role: str, case: Case) -> list[dict[str, str]]:
    """Return the active people of the case's owner who hold a role in its county."""
    query = (
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.active,
            Account.party_id == case.parties.get(OWNER),
            Grant.role == role,
            Grant.county_code.in_((case.county, EVERYWHERE)),
        )
        .order_by(Account.name, Account.username)
        .distinct()
    )
    return [
        {"value": one.id, "label": f"{one.name}（{one.username}）"}
        for one in session.scalars(query)
    ]
