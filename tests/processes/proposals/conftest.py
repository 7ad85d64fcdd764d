"""Fixtures of people who change packs."""

from tests.processes.proposals.drafts import analyst, city, county, person, publisher

__all__ = ["analyst", "city", "county", "person", "publisher"]
