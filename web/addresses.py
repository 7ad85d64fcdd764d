"""Addresses that came from outside: followed only within this site."""

from urllib.parse import urlsplit


def local_address(given: str, otherwise: str) -> str:
    """Return an address of this site, or another one when what was given leads elsewhere."""
    parts = urlsplit(given)
    here = not parts.scheme and not parts.netloc and given.startswith("/") and "\\" not in given
    return given if here else otherwise
