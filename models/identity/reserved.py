"""Ids of roles that the platform itself gives power to: no county may declare them anew."""

from models.identity.granting import KEEPER_TITLES

OFFICES = frozenset(
    {
        "analyst",
        "publisher",
        "witness",
        "guardian",
        "platform",
        "trading_centre",
        "centre_leader",
        "regulator",
        "oversight_authority",
        "organiser",
    }
)
"""Roles that pages and acts of the platform ask for by name, the keepers apart."""


def is_reserved(role: str) -> bool:
    """Return whether a role's id, or any spelling of a keeper's, is the platform's own."""
    return role in OFFICES or role in KEEPER_TITLES or "keeper" in role
