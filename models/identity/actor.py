"""Who is acting now: the account, its party, and the roles granted to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

EVERYWHERE = "*"
ORGANISER = "organiser"
"""The part of whoever carries a contracting out (发包人): granted to nobody by itself."""
PARTS = {"owner": ORGANISER, "agency": ORGANISER}
"""Roles whose holders may play another part in cases; which party does is set in the case."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The person (or program) acting, as the doors hand it to the verbs."""

    account_id: str
    name: str
    username: str = ""
    party_id: str | None = None
    party_name: str = ""
    person: str = ""
    grants: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    by_token: bool = False
    locale: str = ""

    @property
    def roles(self) -> frozenset[str]:
        """The roles held in any county."""
        return frozenset(role for role, _ in self.grants)

    def holds(self, role: str, county: str) -> bool:
        """Return whether this role is held in this county."""
        return (role, county) in self.grants or (role, EVERYWHERE) in self.grants

    def counties_of(self, role: str) -> frozenset[str]:
        """Return the counties in which this role is held (``*`` for every one)."""
        return frozenset(county for held, county in self.grants if held == role)


def with_parts(grants: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Return grants (role, county) with the parts that their holders may play."""
    held = frozenset(grants)
    return held | {(PARTS[role], county) for role, county in held if role in PARTS}


PLATFORM = Actor(account_id="platform", name="平台", username="platform")
"""The actor of timers, sweepers and other acts that no person does."""
