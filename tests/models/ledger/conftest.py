"""Logs made by hand: entries, a key, signed checkpoints, receipts."""

import json

import pytest

from models.ledger import checkpoint, merkle
from models.ledger.receipt import make


def entry(number, **changes):
    held = {
        "time": "2026-11-18T09:00:00+08:00",
        "actor": "a1",
        "role": "centre",
        "action": "draw:frozen",
        "object": f"draw-{number}",
        "before": None,
        "after": {"root": "00" * 32},
        "request": "",
    }
    return json.dumps(
        {**held, **changes}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


class HandMade:
    """A log whose keeper can do what no honest one would."""

    def __init__(self, folder):
        self.key = checkpoint.ensure_key(folder / "log.key", "smallworks/dz-1")
        self.entries = [entry(number) for number in range(9)]

    def head(self, size=None):
        encoded = [one.encode() for one in self.entries[:size]]
        roots = [merkle.root(merkle.HASHES[alg], encoded) for alg in ("sha256", "sm3")]
        return checkpoint.TreeHead(self.key.name, len(encoded), *roots)

    def signed(self, size=None):
        return checkpoint.sign(self.head(size), [self.key])

    def file(self, size=None):
        return {"checkpoint": self.signed(size), "entries": self.entries[:size]}

    def tree(self, size=None):
        tree = merkle.Tree(merkle.HASHES["sha256"], merkle.MemoryStore())
        for one in self.entries[:size]:
            tree.append(merkle.leaf_hash(tree.digest, one.encode()))
        return tree

    def proof(self, first, second):
        return self.tree(second).consistency(first) if second <= len(self.entries) else None

    def receipt(self, seq, size=None):
        path = [node.hex() for node in self.tree(size).inclusion(seq)]
        return make(self.entries[seq], seq, size or len(self.entries), path, self.signed(size))


@pytest.fixture
def log(tmp_path):
    return HandMade(tmp_path)
