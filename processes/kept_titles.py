"""What is kept for a few seconds of counties' own role titles; apart, for those who change them."""

KEPT: dict[str, tuple[float, dict[str, dict[str, str]]]] = {}
"""Database → when it was read, and county → role id → title."""


def forget_role_titles() -> None:
    """Drop what is kept, after a county's roles were changed."""
    KEPT.clear()
