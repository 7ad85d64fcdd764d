"""What an expression is worth in a given context, with FEEL's three-valued logic."""

from collections.abc import Callable, Mapping
from typing import Any

from processes.forms.feel.functions import Value, call, decimal, is_equal, is_number
from processes.forms.feel.parser import parse
from processes.forms.feel.syntax import Node

Context = Mapping[str, Any]


def evaluate(source: str, context: Context) -> Value:
    """Return the value of an expression written without its leading ``=``."""
    return value_of(parse(source), context)


def is_true(source: str, context: Context) -> bool:
    """Tell whether an expression is true; null and everything else is not."""
    return evaluate(source, context) is True


def value_of(node: Node, context: Context) -> Value:
    """Return the value of a parsed expression."""
    match node.kind:
        case "constant":
            return node.value
        case "name":
            return context.get(node.value)
        case "path":
            return _member(value_of(node.parts[0], context), node.value)
        case "if":
            chosen = 1 if value_of(node.parts[0], context) is True else 2
            return value_of(node.parts[chosen], context)
        case _:
            return _combined(node, [value_of(part, context) for part in node.parts])


def _combined(node: Node, values: list[Value]) -> Value:
    match node.kind:
        case "list":
            return values
        case "call":
            return call(node.value, values)
        case "range":
            return _within(values, *node.value)
        case _:
            return OPERATIONS[node.kind](*values)


def _member(value: Value, name: str) -> Value:
    if isinstance(value, list):
        return [_member(item, name) for item in value]
    return value.get(name) if isinstance(value, Mapping) else None


def _within(values: list[Value], low_closed: bool, high_closed: bool) -> bool | None:  # noqa: FBT001
    value, low, high = values
    above = _ordered(">=" if low_closed else ">", value, low)
    below = _ordered("<=" if high_closed else "<", value, high)
    return _both(above, below)


def _ordered(sign: str, left: Value, right: Value) -> bool | None:
    if is_number(left) and is_number(right):
        left, right = decimal(left), decimal(right)
    elif not (isinstance(left, str) and isinstance(right, str)):
        # the browser's engine calls different kinds unordered, and only null unknown
        return None if left is None or right is None else False
    return bool(
        {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign]
    )


def _computed(sign: str, left: Value, right: Value) -> Value:
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if not (is_number(left) and is_number(right)):
        return None
    one, other = decimal(left), decimal(right)
    try:
        return {"+": one.__add__, "-": one.__sub__, "*": one.__mul__, "/": one.__truediv__}[sign](
            other
        )
    except ArithmeticError:
        return None


def _both(left: Value, right: Value) -> bool | None:
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def _either(left: Value, right: Value) -> bool | None:
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def _differs(left: Value, right: Value) -> bool | None:
    same = is_equal(left, right)
    return None if same is None else not same


def _is_in(value: Value, values: Value) -> bool:
    return isinstance(values, list) and any(is_equal(value, item) is True for item in values)


def _ordering(sign: str) -> Callable[[Value, Value], Value]:
    return lambda left, right: _ordered(sign, left, right)


def _arithmetic(sign: str) -> Callable[[Value, Value], Value]:
    return lambda left, right: _computed(sign, left, right)


OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "and": _both,
    "or": _either,
    "in": _is_in,
    "=": is_equal,
    "!=": _differs,
    **{sign: _ordering(sign) for sign in ("<", ">", "<=", ">=")},
    **{sign: _arithmetic(sign) for sign in ("+", "-", "*", "/")},
}
