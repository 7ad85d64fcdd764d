"""A county of one's own for the operators."""

from tests.city import city, county

__all__ = ["city", "county"]
