"""What holds at either stage: each rule names what breaks it, so that the tests can say "nothing"."""

from tests.leaks.canary import found, keys_found
from tests.leaks.snapshots import Pair, Snapshot
from tests.leaks.visits import JOINER
from tests.leaks.worlds import CONTACT, REMARK

OWN_PAGES = (f"page {JOINER} /registrations",)

KEPT = ("backup ", "disk", "file ", "log", "table ")
"""Names of what is stored, as against what is shown."""


def everywhere(snapshot: Snapshot) -> dict[str, bytes]:
    """Return every text and the bytes of the disk."""
    return snapshot.encoded | {"disk": snapshot.disk}


def own(name: str) -> bool:
    """Say whether this is a page on which the joiner reads of its own registration."""
    return name.startswith(OWN_PAGES)


def typed_found(snapshot: Snapshot) -> list[str]:
    """Return where something stands that was typed or given in joining."""
    texts = everywhere(snapshot)
    values = [CONTACT, REMARK, *(str(one["blind"]) for one in snapshot.receipts)]
    return [name for value in values for name in found(value, texts)]


def signatures_found(snapshot: Snapshot) -> list[str]:
    """Return where a receipt's signature stands but on the joiner's own pages."""
    texts = everywhere(snapshot)
    values = [str(one["signature"]) for one in snapshot.receipts]
    return [name for value in values for name in found(value, texts) if not own(name)]


def keys_lying_about(snapshot: Snapshot) -> list[str]:
    """Return where a key stands outside the folder of keys."""
    texts = everywhere(snapshot)
    kept = {name: text for name, text in texts.items() if name.startswith(KEPT)}
    return keys_found(snapshot.keys, kept)


def counted(value: str, snapshot: Snapshot) -> dict[str, int]:
    """Return how often a value stands in which text."""
    times = {name: text.count(value) for name, text in snapshot.texts.items()}
    return {name: number for name, number in times.items() if number}


def companies_told_apart(pair: Pair, joiners: set[int]) -> list[str]:
    """Return the names, codes and telephones that one run shows elsewhere than the other."""
    one, other = pair
    values = [value for number in joiners for value in one.companies[number]]
    return [value for value in values if counted(value, one) != counted(value, other)]


def joiners_of(runs: tuple[tuple[int, ...], tuple[int, ...]]) -> set[int]:
    """Return who joined in either run."""
    return {number for run in runs for number in run}
