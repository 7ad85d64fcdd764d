"""A price in every way in which it may be written, and each of those in every encoding."""

from collections.abc import Iterable, Iterator

from models.money import in_capitals
from tests.leaks.canary import forms

CAPITALS, NUMERALS = "零壹贰叁肆伍陆柒捌玖", "〇一二三四五六七八九"
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
SHORTEST = 7
"""Fewer bytes are met by chance among keys and signatures."""


def writings(fen: int) -> Iterator[str]:
    """Yield a price in fen, yuan and 万元, with and without separators, and in capitals."""
    for plain in (*_numbers(fen), *_grouped(fen)):
        yield plain
        yield plain.translate(FULL_WIDTH)
    yuan = str(fen // 100)
    yield from (f"{yuan}元", f"{yuan}</", f'"{yuan}"', f">{yuan}<")
    capitals = in_capitals(fen).removeprefix("人民币")
    yield from (capitals, capitals.partition("元")[0])
    yield from ("".join(row[int(one)] for one in yuan) for row in (CAPITALS, NUMERALS))


def _numbers(fen: int) -> Iterator[str]:
    yield from (str(fen), f"{fen // 100}.{fen % 100:02d}")
    yield f"{fen // 1_000_000}.{fen % 1_000_000:06d}".rstrip("0")
    yield from (f"{fen / 1_000_000:.4f}", f"{fen / 1_000_000:.2f}万")


def _grouped(fen: int) -> Iterator[str]:
    for one in (f"{fen:,}", f"{fen // 100:,}", f"{fen // 100:,}.{fen % 100:02d}"):
        yield from (one, one.replace(",", "，"), one.replace(",", " "), one.replace(",", "_"))


def price_forms(fen: int) -> set[bytes]:
    """Return every writing of a price in every encoding."""
    return {one for text in set(writings(fen)) for one in forms(text) if len(one) >= SHORTEST}


def found(prices: Iterable[int], texts: dict[str, bytes]) -> dict[int, list[str]]:
    """Return the prices that stand somewhere, each with the names of the texts."""
    # pages repeat one another: each line is looked through once, where forms hold no line break
    lines = b"\n".join({line for text in texts.values() for line in text.split(b"\n")})
    places = {}
    for fen in set(prices):
        wanted = [one for one in price_forms(fen) if b"\n" in one or one in lines]
        names = sorted(name for name, text in texts.items() if any(one in text for one in wanted))
        places |= {fen: names} if names else {}
    return places
