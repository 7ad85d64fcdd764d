"""The platform's door for guardians: what a round needs of it, and how it is reached."""

from collections.abc import Mapping
from typing import Any, Protocol

from processes.remote.platform import MIB, Platform

DOOR = "/api/v1/guardian"
MOST_BYTES = 64 * MIB
"""A bidding with thousands of sealed bids comes in one answer."""


class Door(Protocol):
    """What a round needs of the platform."""

    def checkpoint(self) -> str:
        """Return the newest checkpoint's text."""

    def consistency(self, first: int, second: int) -> list[bytes] | None:
        """Return the proof that one size continues another; None when the log has none."""

    def get(self, path: str) -> Any:  # noqa: ANN401
        """Ask at the guardian's door."""

    def post(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Hand in at the guardian's door."""


def reach(url: str, token: str) -> Platform:
    """Return the platform as a guardian reaches it."""
    return Platform(url, token, DOOR, most_bytes=MOST_BYTES)
