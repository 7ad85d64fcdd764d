"""Moments as notices print them."""

from datetime import datetime


def shown(moment: datetime | None) -> str:
    """Return a moment in Chinese, to the minute."""
    return "" if moment is None else f"{moment:%Y年%m月%d日 %H:%M}"
