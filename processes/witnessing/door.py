"""The platform's door for witnesses."""

from processes.remote.platform import Platform

DOOR = "/api/v1/witness"


def reach(url: str, token: str = "") -> Platform:
    """Return the platform as a witness reaches it."""
    return Platform(url, token, DOOR)
