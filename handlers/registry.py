"""The catalogue of operators: plain functions of (params, context), found by name from diagrams."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from handlers.context import OperatorContext
from models.errors import InvalidError

Function = TypeVar("Function", bound=Callable[..., Any])


class OperatorUnknownError(InvalidError):
    """A diagram names an operator that does not exist."""

    message = "没有名为“{operator}”的服务，请在流程设计器中重新选择。"


class OperatorParameterError(InvalidError):
    """A service task's parameter is missing, unknown or of a wrong type."""

    message = "服务“{operator}”的参数“{parameter}”{problem}，请在流程设计器中改正。"


@dataclass(frozen=True)
class Operator:
    """One service a diagram may call: its id, title and function; the rest is read from it."""

    id: str
    title: str
    function: Callable[[Any, OperatorContext], Any]

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The annotations of the function: its parameters' class and its result."""
        return get_type_hints(self.function)

    @cached_property
    def params(self) -> type[Any]:
        """The dataclass that the diagram's author fills in."""
        found: type[Any] = next(iter(self.hints.values()))
        return found

    @cached_property
    def _fields(self) -> dict[str, tuple[dataclasses.Field[Any], Any]]:
        hints = get_type_hints(self.params)
        return {field.name: (field, hints[field.name]) for field in dataclasses.fields(self.params)}

    @property
    def description(self) -> str:
        """What the function's docstring says in its first line."""
        return (self.function.__doc__ or "").strip().partition("\n")[0]

    def parameters(self) -> list[dict[str, Any]]:
        """Describe each parameter in the shape that the diagram editor reads.

        ``of`` says among what a value is chosen, such as ``role``; without it, it is typed.
        """
        return [
            {
                "id": name,
                "type": type_name(hint),
                "label": field.metadata.get("label", name),
                "required": is_required(field),
                "of": field.metadata.get("of", ""),
            }
            for name, (field, hint) in self._fields.items()
        ]

    def results(self) -> list[str]:
        """Return the names that the result holds, where the function declares a dataclass."""
        kind = self.hints.get("return")
        if dataclasses.is_dataclass(kind):
            return [field.name for field in dataclasses.fields(kind)]
        return []

    def call(self, values: Mapping[str, Any], context: OperatorContext) -> Any:  # noqa: ANN401
        """Check the values, run the function and return its result as JSON data."""
        result = self.function(self.params(**self._checked(values)), context)
        if dataclasses.is_dataclass(result) and not isinstance(result, type):
            return dataclasses.asdict(result)
        return result

    def _checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        for name in values:
            if name not in self._fields:
                raise self._wrong(name, "不存在")
        for name, (field, hint) in self._fields.items():
            if name not in values and is_required(field):
                raise self._wrong(name, "没有填写")
            if name in values and not fits(values[name], hint):
                raise self._wrong(name, f"应为 {type_name(hint)}")
        return dict(values)

    def _wrong(self, parameter: str, problem: str) -> OperatorParameterError:
        return OperatorParameterError(operator=self.id, parameter=parameter, problem=problem)


def is_required(field: dataclasses.Field[Any]) -> bool:
    """Return whether a parameter has no default."""
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def type_name(hint: Any) -> str:  # noqa: ANN401
    """Return ``str``, ``int``, ``list`` … for an annotation; an optional one by its inner type."""
    if get_origin(hint) in {Union, UnionType}:
        return " | ".join(type_name(each) for each in get_args(hint) if each is not NoneType)
    kind = get_origin(hint) or hint
    return str(getattr(kind, "__name__", kind))


def fits(value: Any, hint: Any) -> bool:  # noqa: ANN401
    """Return whether a JSON value is of an annotated type; a truth value is no number."""
    if hint is Any:
        return True
    if get_origin(hint) in {Union, UnionType}:
        return any(fits(value, each) for each in get_args(hint))
    kind = get_origin(hint) or hint
    if isinstance(value, bool):
        return kind is bool
    if kind is float:
        return isinstance(value, (int, float))
    if kind in {list, dict, str, int, NoneType}:
        return isinstance(value, kind)
    return isinstance(value, (str, int, list, dict, NoneType))


class Registry:
    """Every operator by its id; ``handlers/__init__.py`` imports the modules that add them."""

    def __init__(self) -> None:
        self._operators: dict[str, Operator] = {}

    def add(self, operator: Operator) -> None:
        """Add an operator; a second one of the same id is a programming error."""
        if operator.id in self._operators:
            raise ValueError(f"operator {operator.id} is defined twice")
        if not dataclasses.is_dataclass(operator.params):
            raise TypeError(f"operator {operator.id} needs a dataclass of parameters")
        self._operators[operator.id] = operator

    def remove(self, operator_id: str) -> None:
        """Take an operator out again (tests that add their own)."""
        self._operators.pop(operator_id, None)

    def get(self, operator_id: str) -> Operator:
        """Return an operator; an unknown id is an error a diagram's author can put right."""
        try:
            return self._operators[operator_id]
        except KeyError:
            raise OperatorUnknownError(operator=operator_id) from None

    def __contains__(self, operator_id: str) -> bool:
        return operator_id in self._operators

    def __iter__(self) -> Iterator[Operator]:
        return iter(sorted(self._operators.values(), key=lambda each: each.id))

    def __len__(self) -> int:
        return len(self._operators)


registry = Registry()


def operator(operator_id: str, *, title: str) -> Callable[[Function], Function]:
    """Make a function an operator that diagrams may call by ``operator_id`` (``noun.verb``)."""

    def add(function: Function) -> Function:
        registry.add(Operator(operator_id, title, function))
        return function

    return add
