"""What expressions can call. A wrong argument gives null, as FEEL says, never an error."""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

Value = Any


def is_number(value: Value) -> bool:
    """Tell whether a value counts as a number; true and false do not."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def utf16_length(text: str) -> int:
    """Return the length that browsers count: rare characters take two units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def decimal(value: Value) -> Decimal:
    """Return a number exactly as it is written."""
    if not is_number(value):
        raise TypeError("not a number")
    return value if isinstance(value, Decimal) else Decimal(str(value))


def is_equal(left: Value, right: Value) -> bool | None:
    """Compare as FEEL does: numbers by value, different kinds are null."""
    if is_number(left) and is_number(right):
        return decimal(left) == decimal(right)
    if left is None or right is None:
        return left is right
    return bool(left == right) if type(left) is type(right) else None


def _listed(*values: Value) -> list[Value]:
    if len(values) == 1 and isinstance(values[0], list):
        return values[0]
    return list(values)


def _numbers(*values: Value) -> list[Decimal]:
    return [decimal(value) for value in _listed(*values)]


def _count(values: Value) -> int:
    if not isinstance(values, list):
        raise TypeError("not a list")
    return len(values)


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(text: Value) -> Decimal:
    number = Decimal(_text(text))
    if not number.is_finite():
        raise ValueError("not a number")
    return number


def _negated(value: Value) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return not value


def _sum(*values: Value) -> Decimal | None:
    numbers = _numbers(*values)
    return sum(numbers, Decimal(0)) if numbers else None


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "abs": lambda number: abs(decimal(number)),
    "ceiling": lambda number: decimal(number).to_integral_value(ROUND_CEILING),
    "contains": lambda text, part: _text(part) in _text(text),
    "count": _count,
    "ends with": lambda text, part: _text(text).endswith(_text(part)),
    "floor": lambda number: decimal(number).to_integral_value(ROUND_FLOOR),
    "list contains": lambda values, one: any(
        is_equal(v, one) is True for v in values[: _count(values)]
    ),
    "max": lambda *values: max(_numbers(*values)),
    "min": lambda *values: min(_numbers(*values)),
    "not": _negated,
    "number": _number,
    "starts with": lambda text, part: _text(text).startswith(_text(part)),
    "string length": lambda text: utf16_length(_text(text)),
    "sum": _sum,
}


def call(name: str, arguments: list[Value]) -> Value:
    """Call a function of the subset; anything it cannot take gives null."""
    try:
        return FUNCTIONS[name](*arguments)
    except (TypeError, ValueError, ArithmeticError):
        return None
