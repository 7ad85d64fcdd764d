"""The parser's words about a text that is no expression, in Chinese and with what to do."""

import re
from collections.abc import Callable

Words = Callable[[re.Match[str]], str]
FULL_WIDTH = {
    "，": ",",
    "。": ".",
    "（": "(",
    "）": ")",
    "：": ":",
    "；": ";",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "【": "[",
    "】": "]",
    "＝": "==",
    "＞": ">",
    "＜": "<",
    "！": "!",
    "、": ",",
    "＋": "+",
    "－": "-",
    "×": "*",
    "÷": "/",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
}
SINGLE = re.compile(r"(?<![=!<>])=(?!=)")
OTHERWISE = "写法不对，请检查引号、括号和运算符。"


def _character(found: re.Match[str]) -> str:
    given = found[1]
    if given in FULL_WIDTH:
        return f"用了中文符号“{given}”，请改为英文半角的 {FULL_WIDTH[given]}"
    return f"不能用字符“{given}”，请删除"


KNOWN: tuple[tuple[re.Pattern[str], Words], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"invalid character '(.)'", _character),
        (r"invalid non-printable character", lambda _: "有看不见的特殊字符，请删去后重新输入空格"),
        (r"'(.)' was never closed", lambda found: f"括号“{found[1]}”没有配对，请补上另一半"),
        (r"unmatched '(.)'", lambda found: f"多了一个“{found[1]}”，请删去或补上另一半"),
        (
            r"closing parenthesis '(.)' does not match opening parenthesis '(.)'",
            lambda found: f"“{found[2]}”与“{found[1]}”不配对，请改成同一种括号",
        ),
        (r"unterminated .*string literal", lambda _: "文字没有结束的引号，请补上"),
        (r"Maybe you meant '=='", lambda _: "比较相等要写两个等号 ==，请改正"),
        (r"cannot assign to", lambda _: "等号左边只能是变量名；比较相等请写 =="),
        (r"expression cannot contain assignment", lambda _: "比较相等要写两个等号 ==，请改正"),
        (r"Perhaps you forgot a comma", lambda _: "两项之间缺少逗号或运算符，请补上"),
        (r"unexpected indent", lambda _: "行首多了空格，请删去"),
        (r"unindent does not match", lambda _: "行首空格与上文不齐，请对齐"),
        (r"expected an indented block", lambda _: "下一行要缩进四个空格，请补上"),
        (r"expected ':'", lambda _: "行末缺少冒号，请补上"),
        (r"expected 'else' after 'if'", lambda _: "“甲 if 条件 else 乙”缺少 else 一项，请补上"),
        (r"invalid decimal literal|leading zeros", lambda _: "数字写法不对，变量名不能以数字开头"),
        (r"f-string", lambda _: "f 文字里的花括号写法不对，请检查"),
        (r"unexpected EOF|was never completed", lambda _: "没有写完，请补全"),
    )
)


def in_chinese(words: str, text: str = "", *, is_expression: bool = False) -> str:
    """Return what is wrong and what to do, as one sentence."""
    if is_expression and words == "invalid syntax" and SINGLE.search(text):
        words = "Maybe you meant '=='"
    for pattern, say in KNOWN:
        found = pattern.search(words)
        if found:
            return f"{say(found)}。"
    return OTHERWISE
