"""Looking for a value in everything, in every form in which it might have got there."""

import base64
from collections.abc import Iterator
from urllib.parse import quote

import orjson


def forms(value: str) -> Iterator[bytes]:
    """Yield a value plain and in the encodings in which texts travel and are stored."""
    for plain in {value.encode(), value.encode("gbk", "ignore")}:
        yield plain
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        yield quote(plain).encode()
        yield from inner_base64(plain)
    yield orjson.dumps(value)[1:-1]
    yield value.encode("ascii", "backslashreplace")
    yield value.encode("utf-16-le")


def inner_base64(plain: bytes) -> Iterator[bytes]:
    """Yield what is left of a value inside a longer base64 text, at each of three places."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + plain + b"\0" * 3)
        start = -(-before * 4 // 3)
        yield whole[start + 1 : start + 1 + len(plain) * 4 // 3 - 3]


def key_forms(key: bytes) -> Iterator[bytes]:
    """Yield a key as it is and as it would be written."""
    yield key
    yield key.hex().encode()
    yield key.hex().upper().encode()
    yield from inner_base64(key)


def keys_found(keys: list[bytes], texts: dict[str, bytes]) -> list[str]:
    """Return the names of the texts in which one of the keys stands."""
    wanted = [form for key in keys for form in key_forms(key)]
    return sorted(name for name, text in texts.items() if any(one in text for one in wanted))


def found(value: str, texts: dict[str, bytes]) -> list[str]:
    """Return the names of the texts in which a value stands."""
    wanted = [form for form in set(forms(value)) if form]
    return sorted(name for name, text in texts.items() if any(one in text for one in wanted))
