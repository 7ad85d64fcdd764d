"""Addresses that came from outside: followed only within this site."""

from urllib.parse import urlsplit


def local_address(given: str, otherwise: str) -> str:
    """Return an address of this site, or another one when what was given leads elsewhere.

    Browsers take any number of slashes, and a backslash for one, as the beginning of a host's
    name; a line break would end the header that carries the address.
    """
    if not given.startswith("/") or given.startswith("//") or "\\" in given:
        return otherwise
    parts = urlsplit(given)
    here = given.isprintable() and not parts.scheme and not parts.netloc
    return given if here else otherwise
