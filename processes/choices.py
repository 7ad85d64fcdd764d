"""Options of a form that come from the database: offered with the form, never kept in the case.

A choice field whose ``valuesKey`` is ``accounts_of_<role>`` offers the people who hold that role in
the case's county and belong to the case's owner; ``parties_of_<role>`` the organisations of that
role which may act in the county now: on its roster, not suspended.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.identity.account import Account, Grant
from models.identity.actor import EVERYWHERE
from models.roster.standing import acting
from processes.forms.schema import components_of, walk

PREFIX, PARTIES = "accounts_of_", "parties_of_"
OWNER = "owner"


def choices_for(
    session: Session, schema: Mapping[str, Any], county: str, parties: Mapping[str, str]
) -> dict[str, list[dict[str, str]]]:
    """Return the options that the form's fields ask for, by their ``valuesKey``."""
    keys = {str(one.get("valuesKey") or "") for one in walk(components_of(schema))}
    people = {
        key: accounts_of(session, key.removeprefix(PREFIX), county, parties.get(OWNER))
        for key in keys
        if key.startswith(PREFIX)
    }
    units = {
        key: parties_of(session, key.removeprefix(PARTIES), county)
        for key in keys
        if key.startswith(PARTIES)
    }
    return people | units


def parties_of(session: Session, role: str, county: str) -> list[dict[str, str]]:
    """Return the organisations of a role that may act in a county now."""
    found = acting(session, county, role, business_now())
    return [{"value": one.id, "label": f"{one.name}（{one.credit_code}）"} for one in found]


def accounts_of(
    session: Session, role: str, county: str, party_id: str | None
) -> list[dict[str, str]]:
    """Return the active people of a party who hold a role in a county."""
    query = (
        select(Account)
        .where(
            Account.active,
            Account.party_id == party_id,
            Account.grants.any(
                and_(Grant.role == role, Grant.county_code.in_((county, EVERYWHERE)))
            ),
        )
        .order_by(Account.name, Account.username)
    )
    return [
        {"value": one.id, "label": f"{one.name}（{one.username}）"}
        for one in session.scalars(query)
    ]
