"""Rules for numbers and for money, which is a whole number of fen."""

from decimal import Decimal, InvalidOperation

from models.money import MAX_FEN, format_fen
from processes.forms import messages
from processes.forms.feel.functions import is_number
from processes.forms.limits import MAX_NUMBER
from processes.forms.schema import Component


def number_problem(component: Component, value: object, low: object, high: object) -> str | None:
    """Return what is wrong with a number, or None."""
    number = _read(value, as_text=component.get("serializeToString") is True)
    if number is None:
        return messages.NOT_A_NUMBER
    if abs(number) > MAX_NUMBER:
        return messages.TOO_LARGE
    return _precision(component, number) or _bounds(number, low, high)


def money_problem(value: object, low: object, high: object) -> str | None:
    """Return what is wrong with an amount in fen, or None."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_FEN:
        return messages.MONEY
    if is_number(low) and Decimal(value) < _exactly(low):
        return messages.MONEY_MINIMUM.format(limit=format_fen(int(_exactly(low))))
    if is_number(high) and Decimal(value) > _exactly(high):
        return messages.MONEY_MAXIMUM.format(limit=format_fen(int(_exactly(high))))
    return None


def _read(value: object, *, as_text: bool) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(
        value, (int, float, str) if as_text else (int, float)
    ):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _precision(component: Component, number: Decimal) -> str | None:
    digits, step = component.get("decimalDigits"), component.get("increment")
    places = max(-int(number.normalize().as_tuple().exponent), 0)
    if digits is not None and places > digits:
        return messages.DECIMALS.format(limit=digits) if digits else messages.WHOLE_NUMBER
    if step and number % Decimal(str(step)) != 0:
        return messages.STEP.format(limit=step)
    return None


def _bounds(number: Decimal, low: object, high: object) -> str | None:
    if is_number(low) and number < _exactly(low):
        return messages.MINIMUM.format(limit=_shown(low))
    if is_number(high) and number > _exactly(high):
        return messages.MAXIMUM.format(limit=_shown(high))
    return None


def _exactly(value: object) -> Decimal:
    return Decimal(str(value))


def _shown(value: object) -> str:
    number = _exactly(value)
    return f"{number.normalize():f}"
