"""Comparing two runs: what may differ, each for its reason, and nothing else."""

import re

from tests.leaks.snapshots import Snapshot

SIGNATURE = re.compile(r"— smallworks/[0-9a-f-]+ [\w+/=]+")
STAMP = re.compile(r"(%PDF-.*?%%EOF).*", re.DOTALL)
"""A letter as it was set, and what its stamp adds to it: a fresh signature each time."""

PATH = re.compile(r'"path": ?\["[0-9a-f",]*"\]')
SHARE = re.compile(r'"c": ?"[0-9a-f]{228}"')

NOT_COMPARED = {
    "table interest": "the joiners' own rows; who holds the file counts them and reads no name",
    "table bid": "the sealed bids; who holds the file counts them and reads no price",
    "table ledger_node": "hashes over the entry that carries the list's root",
    "table checkpoint": "signs the root of the log over the same entry",
    "backup tables/interest.jsonl": "the same rows",
    "backup tables/bid.jsonl": "the same bids",
    "backup tables/ledger_node.jsonl": "the same hashes",
    "backup tables/checkpoint.jsonl": "the same signatures",
    "backup manifest.json": "holds the hashes of these tables, and their numbers of rows",
}
"""Only these and the constants of ``declared`` may differ, each for its reason."""


def declared(snapshot: Snapshot, text: str) -> str:
    """Replace the declared commitments by constants.

    * the list's root and, once frozen, its tickets and commitments: they bind the list
    * the log's roots and the signatures under them: they bind the log, which holds the list's root
    * an entry's path in the log: it leads past the entry that holds the list's root
    * a floor's commitment and ciphertext, a joiner's own bids: they bind what is sealed
    * a letter's stamp, with the hash and the size that the file has by it
    * the guardians' sealed shares of the contributors: a fresh key at each sealing
    """
    for value in snapshot.commitments:
        text = text.replace(value, "<commitment>")
    text = STAMP.sub(r"\1<stamp>", SIGNATURE.sub("<signature>", text))
    return SHARE.sub('"c": "<sealed>"', PATH.sub('"path": "<path>"', text))


def differing(one: Snapshot, other: Snapshot) -> list[str]:
    """Return the names of the texts that tell the two runs apart."""
    first, second = compared(one), compared(other)
    names = set(first) | set(second)
    return sorted(name for name in names if first.get(name) != second.get(name))


def compared(snapshot: Snapshot) -> dict[str, str]:
    """Return what is compared of a run, by names that tell no commitment."""
    return {
        declared(snapshot, name): declared(snapshot, text)
        for name, text in snapshot.texts.items()
        if name not in NOT_COMPARED
    }
