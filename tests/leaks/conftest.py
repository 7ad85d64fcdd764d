"""The runs that the leak tests look at."""

from tests.city import county
from tests.leaks.snapshots import announced, due, filed

__all__ = ["announced", "county", "due", "filed"]
