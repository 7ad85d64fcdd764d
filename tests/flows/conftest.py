"""The county in which the shipped flows are played."""

from tests.city import city, county

__all__ = ["city", "county"]
