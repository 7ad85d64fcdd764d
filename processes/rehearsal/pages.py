"""A world as bytes: what differs from the template it was copied from, page by page, compressed."""

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

PAGE = 4096
HEAD = struct.Struct("<II")
MAX_PLAIN = 64 << 20
LEVEL = 1


def difference(template: bytes, now: bytes) -> bytes:
    """Return the pages of ``now`` that are not those of ``template``, each after its number."""
    parts = [struct.pack("<Q", len(now))]
    for start in range(0, len(now), PAGE):
        page = now[start : start + PAGE]
        if page != template[start : start + PAGE]:
            parts += [struct.pack("<Q", start), page]
    return b"".join(parts)


def patched(template: bytes, changes: bytes) -> bytes:
    """Return what ``difference`` was made from."""
    (length,) = struct.unpack_from("<Q", changes)
    body = bytearray(template[:length].ljust(length, b"\0"))
    place = 8
    while place < len(changes):
        (start,) = struct.unpack_from("<Q", changes, place)
        page = changes[place + 8 : place + 8 + min(PAGE, length - start)]
        body[start : start + len(page)] = page
        place += 8 + len(page)
    return bytes(body)


def packed(facts: Mapping[str, Any], changes: bytes, blobs: Mapping[str, bytes]) -> bytes:
    """Return everything in one compressed piece."""
    sizes = {name: len(body) for name, body in blobs.items()}
    head = json.dumps({"facts": facts, "blobs": sizes}).encode()
    body = b"".join([HEAD.pack(len(head), len(changes)), head, changes, *blobs.values()])
    return zlib.compress(body, LEVEL)


def unpacked(data: bytes) -> tuple[dict[str, Any], bytes, dict[str, bytes]]:
    """Return facts, changed pages and blobs of what was packed."""
    reader = zlib.decompressobj()
    plain = reader.decompress(data, MAX_PLAIN)
    if reader.unconsumed_tail:
        raise ValueError("snapshot too large")
    head_size, size = HEAD.unpack_from(plain)
    place = HEAD.size + head_size
    head = json.loads(plain[HEAD.size : place])
    changes, place = plain[place : place + size], place + size
    blobs = {}
    for name, length in head["blobs"].items():
        blobs[name], place = plain[place : place + length], place + length
    return head["facts"], changes, blobs
