"""A rule of the county's own as somebody types it: name, unit, bounds and its first value."""

from collections.abc import Collection, Mapping
from datetime import date

from processes.county_rules.values import NUMBER, RuleFaultyError, typed_value
from processes.packs.rules import KEY, Declared, Value

UNIT_TITLES: Mapping[str, str] = {
    "working_day": "工作日",
    "day": "天",
    "count": "个数",
    "fen": "金额（元）",
    "boolean": "是或否",
    "time": "时刻",
    "text": "文字",
}
NUMBERS = ("working_day", "day", "count", "fen")
MAX_LABEL = 60
FEN = 100


def typed_rule(
    form: Mapping[str, str], taken: Collection[str], today: date
) -> tuple[Declared, Value]:
    """Return a new rule with its first value; raise with a sentence for each wrong field."""
    key, label = form.get("key", "").strip(), form.get("label", "").strip()
    unit = form.get("unit", "")
    wrong: dict[str, str] = {}
    if not KEY.fullmatch(key):
        wrong["key"] = "标识写成 组.名称，用小写字母、数字和下划线，如 variation.approval_limit。"
    elif key in taken:
        wrong["key"] = "已有这个标识的规则，请换一个，或从列表打开它。"
    if not label or len(label) > MAX_LABEL:
        wrong["label"] = f"请填写规则名称，不超过{MAX_LABEL}字。"
    if unit not in UNIT_TITLES:
        wrong["unit"] = "请选单位。"
        raise RuleFaultyError(fields=wrong)
    bounds = [_bound(form, name, unit, wrong) for name in ("minimum", "maximum")]
    head = Declared(key, label, unit, bounds[0], bounds[1])
    try:
        value = typed_value(head, form, today)
    except RuleFaultyError as error:
        raise RuleFaultyError(fields={**wrong, **error.fields}) from None
    if wrong:
        raise RuleFaultyError(fields=wrong)
    return head, value


def _bound(form: Mapping[str, str], name: str, unit: str, wrong: dict[str, str]) -> int | None:
    text = form.get(name, "").strip()
    if not text or unit not in NUMBERS:
        return None
    if not NUMBER.fullmatch(text):
        wrong[name] = "请填写整数，不带单位和小数点；没有限制的留空。"
        return None
    return int(text) * (FEN if unit == "fen" else 1)
