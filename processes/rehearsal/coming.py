"""What comes next when nobody says: the step opened first, joiners where a list is open, time."""

from collections.abc import Mapping, Sequence
from typing import Any

from processes.rehearsal.seen import Seen

Act = dict[str, Any]
Walked = Sequence[tuple[Mapping[str, Any], Seen]]
JOINERS = (
    ("contractor1", "contractor2", "contractor3"),
    ("contractor4", "contractor5", "contractor6"),
    ("contractor7", "contractor8", "contractor9"),
)
"""Who joins; who declined an award may not join again, then others do."""
SHARES = (90, 88, 92)
"""What each bids, in hundredths of the ceiling: no two alike, so that one is lowest."""
PERCENT = 100
OPEN_LISTS = {"announced": "join", "bidding": "bid"}
NOTE = "平台代拟"
OFTEN = 2
"""How often the same step may come without anybody looking: a loop is for a person to leave."""


def coming(walked: Walked, refused: Sequence[str] = ()) -> Act | None:
    """Return the act that comes next, or nothing when the cases are over or go round.

    ``refused`` are steps and events that were tried just now: another open step may have to come
    first, or others have to join.
    """
    seen = walked[-1][1]
    if seen.open:
        found = [n for n, one in enumerate(seen.open) if one.step not in refused]
        place = next(iter(found), None)
        if place is None or _goes_round(walked, seen.open[place].step):
            return None
        return step_of(seen, place)
    event = OPEN_LISTS.get(seen.phase)
    tried = refused.count(event or "")
    if event is not None and tried < len(JOINERS) and not _is_done(walked, event, seen.phase):
        return _invented(event, walked, tried)
    return {"wait": "next"} if seen.next else None


def step_of(seen: Seen, place: int = 0) -> Act:
    """Return the act that does an open step, the one opened first unless said."""
    one = seen.open[place]
    same = [each for each in seen.open if each.step == one.step]
    return {"step": one.step if len(same) == 1 else one.item}


def _invented(event: str, walked: Walked, tried: int) -> Act:
    if event == "join":
        return {"event": event, "by": list(JOINERS[tried]), "note": NOTE}
    joined = [act["by"] for act, _ in walked if act.get("event") == "join"]
    bidders = joined[-1] if joined else JOINERS[tried]
    bidders = [bidders] if isinstance(bidders, str) else bidders
    ceiling = int(walked[-1][1].data.get("ceiling_price") or 0)
    offers = {one: ceiling * share // PERCENT for one, share in zip(bidders, SHARES, strict=False)}
    return {"event": event, "offers": offers, "note": NOTE}


def _is_done(walked: Walked, event: str, phase: str) -> bool:
    """Return whether somebody joined, or bid, since the list was opened."""
    for act, seen in reversed(walked):
        if act.get("event") == event:
            return True
        if seen.phase != phase:
            return False
    return False


def _goes_round(walked: Walked, step: str) -> bool:
    return len([act for act, _ in walked if act.get("step") == step]) > OFTEN
