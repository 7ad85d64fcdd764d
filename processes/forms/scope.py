"""What an expression sees: the whole form, this row, the row around it, and the row's number."""

from dataclasses import dataclass, replace
from typing import Any, Self

from processes.forms.feel import evaluate
from processes.forms.schema import Component, Values


@dataclass(frozen=True, slots=True)
class Scope:
    """The place in the form from which expressions are read."""

    data: Values
    this: Any
    parent: Any = None
    numbers: tuple[int, ...] = ()

    def row(self, values: Values, number: int) -> Self:
        """Return the scope inside one row; ``number`` counts from one."""
        numbers = (*self.numbers, number)
        return replace(self, this=values, parent=self.this, numbers=numbers)

    def context(self) -> Values:
        """Return the names an expression may use, as the browser offers them."""
        special = {"this": self.this, "parent": self.parent, "i": list(self.numbers)}
        guarded = {f"_{name}_": value for name, value in special.items()}
        return {**special, **self.data, **guarded}

    def value(self, setting: Any) -> Any:  # noqa: ANN401
        """Return a setting of a field, computed when it is an expression."""
        if isinstance(setting, str) and setting.startswith("="):
            return evaluate(setting[1:], self.context())
        return setting

    def hides(self, component: Component) -> bool:
        """Tell whether the component's condition hides it here."""
        condition = (component.get("conditional") or {}).get("hide")
        return bool(condition) and self.value(condition) is True

    def locks(self, component: Component) -> bool:
        """Tell whether the person may only look at the component."""
        return component.get("disabled") is True or self.value(component.get("readonly")) is True
