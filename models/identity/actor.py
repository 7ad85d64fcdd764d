"""Who is acting now: the account, its party, and the roles granted to it."""

from dataclasses import dataclass, field

EVERYWHERE = "*"


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


PLATFORM = Actor(account_id="platform", name="平台", username="platform")
"""The actor of timers, sweepers and other acts that no person does."""
