"""Frames over two pipes: a piece of JSON and a piece of bytes, each bounded."""

import json
import struct
from typing import IO, Any

HEAD = struct.Struct("<II")
MAX_JSON, MAX_BYTES = 48 << 20, 64 << 20
Frame = tuple[dict[str, Any], bytes]


def write(sink: IO[bytes], told: dict[str, Any], body: bytes = b"") -> None:
    """Write one frame."""
    text = json.dumps(told, default=str).encode()
    sink.write(HEAD.pack(len(text), len(body)) + text + body)
    sink.flush()


def read(source: IO[bytes]) -> Frame | None:
    """Return the next frame, or nothing when the other side has gone."""
    head = _exactly(source, HEAD.size)
    if len(head) < HEAD.size:
        return None
    size, length = HEAD.unpack(head)
    if size > MAX_JSON or length > MAX_BYTES:
        return None
    text, body = _exactly(source, size), _exactly(source, length)
    if len(text) < size or len(body) < length:
        return None
    return json.loads(text), body


def _exactly(source: IO[bytes], size: int) -> bytes:
    """Return so many bytes, or fewer when the other side has gone: a pipe gives a piece at once."""
    parts, left = [], size
    while left:
        part = source.read(left)
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
