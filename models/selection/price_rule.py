"""The price rule of a bidding (selection.md 2): pure, and the verifier's own, byte for byte.

Money is whole fen. A ticket's counting bid is its readable one with the highest ``seq`` (of equals
the one with the smallest commit); out of range it is set aside, and no earlier one takes its place.
A bid under the floor counts as having reached it, or is set aside, as the notice says. The lowest
effective price wins; all tickets that reach it are tied, and time gives none of them priority.
"""

from models.selection.verifier import Bid as OpenedBid
from models.selection.verifier import (
    Settlement,
    bid_fault,
    counting_bids,
    is_sound_floor,
    settle,
)

__all__ = [
    "CLAMP",
    "REJECT",
    "OpenedBid",
    "Settlement",
    "bid_fault",
    "counting_bids",
    "is_sound_floor",
    "settle",
]

CLAMP, REJECT = "clamp", "reject"
"""What a county may decide about bids under the floor; either stands in the notice."""
