"""Fixtures of the analysts' pages."""

from tests.city import city, county
from tests.web.workbench.site import site

__all__ = ["city", "county", "site"]
