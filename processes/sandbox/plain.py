"""The commonest conditions, answered here without a round trip to the helper.

``approved == 1``, ``draw["winner"] != None``, ``count >= 2 and method == 'random'``: only names,
literals, string keys, comparisons of like with like, ``and``/``or``/``not`` and literal lists. The
tree is interpreted, never executed; wherever Starlark might differ, or anything is unusual, the
answer is ``ASK`` and the helper decides.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

Json = Any  # whatever JSON can say
Lookup = Callable[[Mapping[str, Json]], Json]
SCALARS = (str, int, float, bool, type(None))
ASK: Final = object()
"""Answer of a text that the helper must judge."""

ORDER: dict[type[ast.cmpop], Callable[[Json, Json], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class AskError(Exception):
    """Not plain after all: the helper must judge."""


def compiled(tree: ast.expr) -> Lookup | None:
    """Return a function of the data for a plain expression, or nothing for any other."""
    try:
        return _build(tree)
    except AskError:
        return None


def run(function: Lookup, data: Mapping[str, Json]) -> Json:
    """Return the value of a plain expression, or ``ASK``."""
    try:
        return function(data)
    except AskError:
        return ASK


def _build(node: ast.expr) -> Lookup:
    builder = BUILDERS.get(type(node))
    if builder is None:
        raise AskError
    return builder(node)


def _constant(node: Json) -> Lookup:
    value = node.value
    if not isinstance(value, SCALARS):
        raise AskError
    return lambda _: value


def _name(node: Json) -> Lookup:
    name = node.id
    return lambda data: data[name]


def _negative(node: Json) -> Lookup:
    if isinstance(node.op, ast.Not):
        inner = _build(node.operand)
        return lambda data: not inner(data)
    operand = node.operand
    if not isinstance(node.op, ast.USub) or not isinstance(operand, ast.Constant):
        raise AskError
    if not isinstance(operand.value, int | float) or isinstance(operand.value, bool):
        raise AskError
    value = -operand.value
    return lambda _: value


def _key(node: Json) -> Lookup:
    inner, key = _build(node.value), node.slice
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        raise AskError
    name = key.value

    def get(data: Mapping[str, Json]) -> Json:
        value = inner(data)
        if type(value) is not dict or name not in value:
            raise AskError  # the helper has the better words for what is wrong
        return value[name]

    return get


def _literal_list(node: Json) -> Lookup:
    parts = [_build(each) for each in node.elts]
    return lambda data: [part(data) for part in parts]


def _all_or_any(node: Json) -> Lookup:
    parts = [_build(each) for each in node.values]
    stops_at = isinstance(node.op, ast.Or)

    def judge(data: Mapping[str, Json]) -> Json:
        value = None
        for part in parts:
            value = part(data)
            if bool(value) is stops_at:
                break
        return value

    return judge


def _comparison(node: Json) -> Lookup:
    if len(node.ops) != 1:
        raise AskError
    left, right = _build(node.left), _build(node.comparators[0])
    compare = _comparer(type(node.ops[0]))
    return lambda data: compare(left(data), right(data))


def _comparer(kind: type[ast.cmpop]) -> Callable[[Json, Json], bool]:
    if kind in ORDER:
        return _ordered(ORDER[kind])
    if kind is ast.Eq:
        return _same
    if kind is ast.NotEq:
        return lambda left, right: not _same(left, right)
    if kind is ast.In:
        return _among
    if kind is ast.NotIn:
        return lambda left, right: not _among(left, right)
    raise AskError


def _same(left: Json, right: Json) -> bool:
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right) or kind not in (str, int, bool):
        raise AskError  # 1 == True, 1 == 1.0, lists: the languages may differ
    return bool(left == right)


def _ordered(compare: Callable[[Json, Json], bool]) -> Callable[[Json, Json], bool]:
    def judge(left: Json, right: Json) -> bool:
        kind = type(left)
        if kind is not type(right) or kind not in (str, int):
            raise AskError
        return compare(left, right)

    return judge


def _among(left: Json, right: Json) -> bool:
    if type(left) is not str or type(right) is not list:
        raise AskError
    if any(type(each) is not str for each in right):
        raise AskError
    return left in right


BUILDERS: dict[type[ast.expr], Callable[[Json], Lookup]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.UnaryOp: _negative,
    ast.Subscript: _key,
    ast.List: _literal_list,
    ast.BoolOp: _all_or_any,
    ast.Compare: _comparison,
}
