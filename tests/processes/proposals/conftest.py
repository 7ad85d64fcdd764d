"""Fixtures of people who change packs."""

import pytest
from sqlalchemy import delete

from models.flow.definition import Asset
from models.session import unit_of_work
from tests.city import City
from tests.processes.proposals.drafts import analyst, city, county, person, publisher

__all__ = ["analyst", "city", "county", "person", "publisher"]


@pytest.fixture(autouse=True)
def _without_cases(city: City) -> None:
    """Take the county's worked cases away: what they find has tests of its own."""
    with unit_of_work() as session:
        session.execute(delete(Asset).where(Asset.path.startswith("cases/")))
