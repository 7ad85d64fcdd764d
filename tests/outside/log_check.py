"""A verifier of the published log, its receipts and its witnesses' signatures.

Written from RFC 9162 and from the forms of C2SP checkpoints and cosignatures alone.
"""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SHA, SM3 = "sha256", "sm3"


def digest(name, *parts):
    return hashlib.new(name, b"".join(parts)).digest()


def leaf(entry, name=SHA):
    return digest(name, b"\0", entry.encode())


def head(hashes, name=SHA):
    """Return the tree head over leaf hashes."""
    if len(hashes) == 1:
        return hashes[0]
    cut = 1 << (len(hashes) - 1).bit_length() - 1
    return digest(name, b"\1", head(hashes[:cut], name), head(hashes[cut:], name))


def included(entry, seq, size, path, root):
    """Say whether an entry is at ``seq`` in the tree of ``size`` (RFC 9162 2.1.3.2)."""
    first, last, node = seq, size - 1, leaf(entry)
    for step in map(bytes.fromhex, path):
        if last == 0:
            return False
        if first % 2 or first == last:
            node = digest(SHA, b"\1", step, node)
            while first and not first % 2:
                first, last = first >> 1, last >> 1
        else:
            node = digest(SHA, b"\1", node, step)
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def only_grew(sizes, roots, path):
    """Say whether the second tree begins with the first (RFC 9162 2.1.4.2)."""
    (first, second), steps = sizes, [bytes.fromhex(one) for one in path]
    if first == second:
        return roots[0] == roots[1] and not steps
    if first & (first - 1) == 0:
        steps = [roots[0], *steps]
    if not steps:
        return False
    left, last = first - 1, second - 1
    while left % 2:
        left, last = left >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if left % 2 or left == last:
            old, new = digest(SHA, b"\1", step, old), digest(SHA, b"\1", step, new)
            while left and not left % 2:
                left, last = left >> 1, last >> 1
        else:
            new = digest(SHA, b"\1", new, step)
        left, last = left >> 1, last >> 1
    return last == 0 and (old, new) == tuple(roots)


class Checkpoint:
    """A signed note: origin, size, two heads; one signature line or more."""

    def __init__(self, text):
        self.body, _, tail = text.partition("\n\n")
        self.body += "\n"
        self.origin, size, root, extension = self.body.splitlines()
        self.size, self.root = int(size), base64.b64decode(root)
        self.sm3 = base64.b64decode(extension.removeprefix("sm3 "))
        self.signatures = [line.removeprefix("— ").split(" ") for line in tail.splitlines()]

    def signed_by(self, public):
        """Say whether the 32 bytes of a key signed it under the log's own name."""
        number = digest(SHA, self.origin.encode(), b"\n\1", public)[:4]
        for name, coded in self.signatures:
            told = base64.b64decode(coded)
            if name == self.origin and told[:4] == number:
                Ed25519PublicKey.from_public_bytes(public).verify(told[4:], self.body.encode())
                return True
        return False

    def cosigned_by(self, vkey):
        """Return when a witness co-signed it, in seconds; None when it did not."""
        name, number, coded = vkey.split("+", 2)
        key = base64.b64decode(coded)
        assert digest(SHA, name.encode(), b"\n", key)[:4].hex() == number
        for signer, line in self.signatures:
            told = base64.b64decode(line)
            if (signer, told[:4].hex()) == (name, number):
                seconds = int.from_bytes(told[4:12], "big")
                signed = f"cosignature/v1\ntime {seconds}\n{self.body}".encode()
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(told[12:], signed)
                return seconds
        return None


def held(receipt):
    """Return the checkpoint of a receipt whose entry is in it; None when it is not."""
    head = Checkpoint(receipt["checkpoint"])
    place = (receipt["entry"], receipt["seq"], receipt["size"])
    fits = head.size == receipt["size"] and included(*place, receipt["path"], head.root)
    return head if fits else None
