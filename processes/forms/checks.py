"""Checks that a field names in its ``check`` property, besides the rule of its kind."""

import re
from collections.abc import Callable, Mapping

from models.credit_code import credit_code_problem
from processes.forms import messages

Check = Callable[[str], str | None]

MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)


def mobile_problem(text: str) -> str | None:
    """Return what is wrong with a mobile number, or None."""
    return None if MOBILE.fullmatch(text) else messages.MOBILE


BUILT_IN: Mapping[str, Check] = {"uscc": credit_code_problem, "mobile": mobile_problem}
KINDS = frozenset({"money", "draw_secret"})
"""Names that change the whole field; its rule stands with the other kinds."""

GIVEN_BY_CALLER = frozenset({"date_in_calendar"})
"""Names whose answer lies in the database; ``check_form`` is handed their function."""

WORKING_DAY = "working_day"
"""The day must be worked, by the calendar that ``check_form`` is handed."""

KNOWN = frozenset(BUILT_IN) | KINDS | GIVEN_BY_CALLER | {WORKING_DAY}


def named_problem(names: list[str], value: object, given: Mapping[str, Check]) -> str | None:
    """Return the first objection of the named checks to a text, or None."""
    if not isinstance(value, str):
        return None
    known = {**BUILT_IN, **given}
    checks = [known[name] for name in names if name not in KINDS | {WORKING_DAY}]
    return next((problem for check in checks if (problem := check(value))), None)
