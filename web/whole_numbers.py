"""Whole numbers as they stand in addresses and fields: short ones alone are counted with.

Python refuses to read a number of thousands of digits, and databases one of more than 64 bits; both
would be faults of the platform rather than of what was sent.
"""

from typing import TypeVar

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

MOST_DIGITS = 9
Otherwise = TypeVar("Otherwise")


def whole_number(text: str, otherwise: Otherwise) -> int | Otherwise:
    """Return a whole number that was typed, or something else when it is none."""
    is_one = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_one else otherwise


class ShortNumber(IntegerConverter):
    """A number in a path; a longer one leads nowhere."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        """Return the number, or let the address be unknown."""
        if len(value.lstrip("0")) > 2 * MOST_DIGITS:
            raise ValidationError
        return int(value.lstrip("0") or "0")


def install_whole_numbers(app: Flask) -> None:
    """Let every ``<int:…>`` in an address be a short number."""
    app.url_map.converters["int"] = ShortNumber
