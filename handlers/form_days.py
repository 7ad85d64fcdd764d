"""Dates as forms hand them in."""

from datetime import date

from models.errors import InvalidError


class DayInvalidError(InvalidError):
    """A text is no date."""

    message = "日期写法不对，请填写如 2026-11-20 的日期。"


def day_of(text: str, name: str) -> date:
    """Return a form's date; the error stands at the field ``name``."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise DayInvalidError(fields={name: DayInvalidError.message}) from None
