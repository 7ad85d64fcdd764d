"""What Starlark says when a text fails while it runs, in Chinese and with what to do."""

import re
from collections.abc import Callable

Words = Callable[[re.Match[str]], str]
TYPES = {
    "int": "整数",
    "float": "小数",
    "string": "文字",
    "str": "文字",
    "bool": "是否",
    "list": "列表",
    "dict": "对象",
    "tuple": "列表",
    "NoneType": "空值",
    "None": "空值",
    "function": "函数",
    "native_function": "函数",
}
SIGNS = {
    "compare": "比较大小",
    "cmp()": "比较大小",
    "<>": "比较大小",
    "[]": "取其中一项",
    "in": "用 in 判断包含",
}
EMPTY = "空值"
FIRST = "请先判断它是否为 None，或让之前的环节填写"


def kind(name: str) -> str:
    """Return what people call a type."""
    return "或".join(TYPES.get(one.strip(), one.strip()) for one in name.split("|"))


def _two(found: re.Match[str]) -> str:
    sign, left, right = found[1], kind(found[2]), kind(found[3])
    act = SIGNS.get(sign, f"用 {sign} 计算")
    if EMPTY in (left, right):
        other = right if left == EMPTY else left
        return f"其中一项还没有值（空值），不能与{other}{act}，{FIRST}"
    if {left, right} == {"文字", "整数"} and sign == "+":
        return "文字和整数不能相加，请用 str() 把整数变成文字，或用 int() 把文字变成整数"
    return f"{left}和{right}不能{act}，请核对两边的变量，需要时用 int()、str() 转换"


def _one(found: re.Match[str]) -> str:
    sign, given = found[1], kind(found[2])
    if sign == "(iter)":
        return f"{given}不能逐项取用，只有列表和对象可以，请核对变量"
    if sign == "call()":
        return f"{given}不是函数，后面不能加括号，请删去括号或改用函数表中的函数"
    if sign == "len()":
        return f"{given}没有长度，len() 只能用于文字、列表和对象，请核对变量"
    return f"{given}不能用 {sign}，请核对变量"


def _attribute(found: re.Match[str]) -> str:
    given, name = kind(found[1]), found[2]
    if given == "对象":
        return f'对象的内容要写成 ["{name}"]，不能写成 .{name}，请改正'
    if given == EMPTY:
        return f"它还没有值（空值），取不到 {name}，{FIRST}"
    return f"{given}没有“{name}”，请核对写法"


KNOWN: tuple[tuple[re.Pattern[str], Words], ...] = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r"Operation `([^`]+)` not supported for types `([^`]+)` and `([^`]+)`", _two),
        (r"Operation `([^`]+)` not supported on type `([^`]+)`", _one),
        (r"(?:division by zero|Modulo by zero)", lambda _: "除数是 0，请先判断它不是 0"),
        (
            r"Index `([^`]+)` is out of bound",
            lambda found: f"没有第 {found[1]} 项（从 0 数起），请先用 len() 判断有几项",
        ),
        (
            r"Key `\"?([^`\"]+)\"?` was not found",
            lambda found: f"对象里没有“{found[1]}”，请核对名称，或用 .get() 取值",
        ),
        (r"Object of type `([^`]+)` has no attribute `([^`]+)`", _attribute),
        (
            r"Cannot parse `([^`]*)` as an integer",
            lambda found: f"“{found[1][:40]}”不是整数，请核对填写的内容",
        ),
        (r"is not a valid number", lambda _: "内容不是数字，请核对填写的内容"),
        (r"empty iterable", lambda _: "列表是空的，取不出最大或最小，请先判断有没有内容"),
        (
            r"Value of type `([^`]+)` is not hashable",
            lambda found: f"{kind(found[1])}不能作对象的名称，请改用文字或整数",
        ),
        (r"^fail: (.*)", lambda found: f"脚本主动中止：{found[1][:100]}"),
        (
            r"Wrong number of positional|extra positional|Missing (?:parameter|named|positional)",
            lambda _: "函数的参数个数不对，请按函数表的写法填写",
        ),
        (
            r"Type of parameters? .*expected `([^`]+)`, actual `(\w+)",
            lambda found: f"函数的参数应为{kind(found[1])}，现为{kind(found[2])}，请核对变量",
        ),
        (
            r"Expected `([^`]+)`, but got `(\w+)",
            lambda found: f"应为{kind(found[1])}，现为{kind(found[2])}，请核对变量",
        ),
        (
            r"variable `([^`]+)` referenced before assignment",
            lambda found: f"变量“{found[1]}”还没有赋过值就用了，请先赋值",
        ),
        (
            r"cannot use reserved keyword `(\w+)`",
            lambda found: f"不能使用 {found[1]}，请用 for、if、def 改写或去掉",
        ),
        (r"Invalid isoformat string", lambda _: "内容不是日期，日期须写成 2026-01-01，请核对变量"),
        (r"Not enough parameters in format", lambda _: "format 的参数少了，请补上"),
        (r"step.* cannot be zero", lambda _: "range 的步长不能是 0，请改正"),
        (r"TypeError|ValueError", lambda _: "函数的参数类型不对，请按函数表的写法填写"),
        (r"[Oo]verflow|too large", lambda _: "数值太大，请改小"),
        (
            r"[Ii]mmutable|frozen|mutated during",
            lambda _: "正在逐项取用的内容不能同时改动，请先复制一份",
        ),
    )
)


def in_chinese(reason: str) -> str:
    """Return what went wrong and what to do; words nobody knows stay as they are."""
    for pattern, say in KNOWN:
        found = pattern.search(reason)
        if found:
            return f"{say(found)}。"
    return f"{reason}。请在建模器中检查。"
