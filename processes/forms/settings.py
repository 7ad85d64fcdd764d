"""Findings about the settings of single fields: expressions, patterns, options, limits, checks."""

from collections.abc import Iterator
from typing import Any

from processes.forms.checks import KNOWN
from processes.forms.days import MAX_WORKING_DAYS, working_days_of
from processes.forms.feel import FeelSyntaxError, parse
from processes.forms.finding import Finding, error, warning
from processes.forms.limits import MAX_OPTIONS, MAX_ROWS
from processes.forms.patterns import pattern_problem
from processes.forms.schema import (
    CHOICES,
    COMPUTED,
    INPUTS,
    LIST,
    MULTIPLE_CHOICES,
    Component,
    checks_of,
    components_of,
    join,
)

MAX_DECIMALS = 10
SUBTYPES = {"date", "time", "datetime"}
EXPRESSIONS = ("expression", "readonly", "valuesExpression", "dataSource", "columnsExpression")
CHECKED_TYPES = {
    "money": "number",
    "uscc": "textfield",
    "mobile": "textfield",
    "draw_secret": "textfield",
    "date_in_calendar": "datetime",
    "working_day": "datetime",
}


def setting_findings(components: list[Any], base: str) -> Iterator[Finding]:
    """Yield the findings of every field, outer before inner."""
    for component in components:
        path = join(base, component) or str(component.get("id") or component["type"])
        for rule in RULES:
            yield from rule(component, path)
        inner = f"{path}[]" if component["type"] == LIST else join(base, component)
        yield from setting_findings(components_of(component), inner)


def _expressions(component: Component, path: str) -> Iterator[Finding]:
    hide = (component.get("conditional") or {}).get("hide")
    limits = (component.get("validate") or {}).values()
    settings = [hide, *limits, *(component.get(name) for name in EXPRESSIONS)]
    for setting in settings:
        if isinstance(setting, str) and setting.startswith("="):
            yield from _expression(setting, path)
    if hide and not str(hide).startswith("="):
        yield error(path, '显示条件须以等号开头，请改为如 =level = "a" 的写法。')


def _expression(setting: str, path: str) -> Iterator[Finding]:
    try:
        parse(setting[1:])
    except FeelSyntaxError as refused:
        yield error(path, refused.text)


def _computed(component: Component, path: str) -> Iterator[Finding]:
    if component["type"] == COMPUTED and not str(component.get("expression") or "").startswith("="):
        yield error(path, "计算字段没有表达式，请填写以等号开头的表达式。")


def _pattern(component: Component, path: str) -> Iterator[Finding]:
    limits = component.get("validate") or {}
    pattern = limits.get("pattern")
    if not pattern:
        return
    problem = pattern_problem(pattern) if isinstance(pattern, str) else "不是文字"
    if problem:
        yield error(path, f"校验模式不能用：{problem}，请改写。")
    if not limits.get("patternErrorMessage"):
        yield warning(path, "校验模式没有错误提示，填写的人不知道怎么改，请补写提示。")


def _checks(component: Component, path: str) -> Iterator[Finding]:
    for name in checks_of(component):
        if name not in KNOWN:
            yield error(path, f"没有名为“{name}”的核对，可用：{'、'.join(sorted(KNOWN))}。")
        elif CHECKED_TYPES[name] != component["type"]:
            yield error(path, f"核对“{name}”只能用在 {CHECKED_TYPES[name]} 字段上，请换字段类型。")


def _options(component: Component, path: str) -> Iterator[Finding]:
    if component["type"] not in CHOICES | MULTIPLE_CHOICES:
        return
    values = component.get("values")
    if component.get("valuesKey") or component.get("valuesExpression"):
        return
    if not isinstance(values, list) or not values:
        yield error(path, "选项是空的，没有可选的内容，请填写选项。")
        return
    listed = [one.get("value") if isinstance(one, dict) else None for one in values]
    if (
        len(values) > MAX_OPTIONS
        or None in listed
        or len({str(one) for one in listed}) < len(listed)
    ):
        yield error(path, f"选项须各有不同的值且不超过{MAX_OPTIONS}个，请检查选项。")


def _limits(component: Component, path: str) -> Iterator[Finding]:
    limits = component.get("validate") or {}
    for low, high in (("min", "max"), ("minLength", "maxLength")):
        pair = (limits.get(low), limits.get(high))
        fixed = [one for one in pair if isinstance(one, int | float) and not isinstance(one, bool)]
        wrong = any(
            one is not None and one not in fixed and not str(one).startswith("=") for one in pair
        )
        if wrong or (len(fixed) == len(pair) and fixed[0] > fixed[1]):
            yield error(path, f"{low} 和 {high} 须是数字或表达式，且前者不大于后者，请改正。")
    digits, step = component.get("decimalDigits"), component.get("increment")
    if digits is not None and (not isinstance(digits, int) or not 0 <= digits <= MAX_DECIMALS):
        yield error(path, f"小数位数须是0至{MAX_DECIMALS}的整数，请改正。")
    if step not in {None, ""} and not _is_positive(step):
        yield error(path, "步长须是大于零的数字，请改正。")


def _is_positive(value: object) -> bool:
    try:
        return float(str(value)) > 0
    except ValueError:
        return False


def _dates(component: Component, path: str) -> Iterator[Finding]:
    if component["type"] == "datetime" and component.get("subtype") not in SUBTYPES:
        yield error(path, "日期字段须选明是日期、时间还是日期时间，请补选。")
    count = (component.get("properties") or {}).get("working_days")
    if count is not None and working_days_of(component) is None:
        yield error(path, f"工作日数须是1至{MAX_WORKING_DAYS}的整数，请改正。")


def _lists(component: Component, path: str) -> Iterator[Finding]:
    if component["type"] != LIST:
        return
    if component.get("isRepeating") is not True:
        yield error(path, "动态列表须打开“可重复”，请改正。")
    rows = component.get("defaultRepetitions", 1)
    if not isinstance(rows, int) or isinstance(rows, bool) or not 0 <= rows <= MAX_ROWS:
        yield error(path, f"开始时的行数须是0至{MAX_ROWS}的整数，请改正。")
    locked = [one for one in components_of(component) if one.get("readonly") or one.get("disabled")]
    if locked and component.get("allowAddRemove") is not False:
        yield error(path, "可增删行的列表里不能有只读字段，请关闭增删行或放开该字段。")


def _people(component: Component, path: str) -> Iterator[Finding]:
    if component["type"] not in INPUTS:
        return
    if not (component.get("label") or component.get("dateLabel") or component.get("timeLabel")):
        yield warning(path, "字段没有标签，填写的人不知道填什么，请补写标签。")
    if component["type"] == "filepicker" and not component.get("accept"):
        yield warning(path, "附件没有限定文件类型，请填写如 .pdf,.xlsx 的后缀。")
    if (component.get("validate") or {}).get("required") and component.get("disabled"):
        yield warning(path, "必填字段被禁用，填写的人无法填写，请二选一。")


RULES = (
    _expressions, _computed, _pattern, _checks, _options, _limits, _dates, _lists, _people,
)  # fmt: skip
