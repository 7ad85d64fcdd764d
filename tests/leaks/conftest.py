"""The runs that the leak tests look at."""

from tests.city import county
from tests.leaks.snapshots import taken

__all__ = ["county", "taken"]
