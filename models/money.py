"""Money is integer fen; here it is shown as yuan, written in capitals and read from text."""

import re

from models.errors import InvalidError

FEN_PER_YUAN = 100
# Larger sums are typing errors in small works, and capitals below 万亿 stay unambiguous.
MAX_FEN = 999_999_999_999 * FEN_PER_YUAN + 99

NO_BREAK_SPACE = "\u00a0"
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
SECTIONS = ("", "万", "亿")
SECTION = 10_000
# Either no separators or one before every three digits; ¥ and spaces are how people paste amounts.
YUAN_TEXT = re.compile(r"(?P<whole>\d+|\d{1,3}(?:,\d{3})+)(?:\.(?P<part>\d{1,2}))?", re.ASCII)


class MoneyTextError(InvalidError):
    """A text is not an amount of yuan."""

    message = "金额写法不对，请填写以元为单位的数字，最多两位小数，如 386400.00。"


def format_fen(fen: int) -> str:
    """Return ``¥ 123,456.00`` with a no-break space."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{NO_BREAK_SPACE}{yuan:,}.{rest:02d}"


def parse_yuan(text: str) -> int:
    """Return the fen of an amount a person typed, such as ``¥ 386,400.00``."""
    plain = text.replace(NO_BREAK_SPACE, " ").strip().removeprefix("¥").strip()
    match = YUAN_TEXT.fullmatch(plain)
    if match is None:
        raise MoneyTextError
    whole = match["whole"].replace(",", "")
    fen = (
        int(whole + (match["part"] or "").ljust(2, "0")) if len(whole) <= len(str(MAX_FEN)) else -1
    )
    if not 0 <= fen <= MAX_FEN:
        raise MoneyTextError
    return fen


def in_capitals(fen: int) -> str:
    """Return the amount as letters and receipts write it, such as 人民币壹拾捌万叁仟陆佰元整."""
    if not 0 <= fen <= MAX_FEN:
        raise ValueError("capitals are written for amounts from zero to MAX_FEN")
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    jiao, cents = divmod(rest, 10)
    whole = f"{_whole_number(yuan)}元" if yuan or not rest else ""
    return f"人民币{whole}{_below_one_yuan(jiao, cents, after_yuan=bool(yuan))}"


def _below_one_yuan(jiao: int, cents: int, *, after_yuan: bool) -> str:
    if not jiao and not cents:
        return "整"
    if not jiao:
        return f"{'零' if after_yuan else ''}{DIGITS[cents]}分"
    return f"{DIGITS[jiao]}角" + (f"{DIGITS[cents]}分" if cents else "整")


def _whole_number(number: int) -> str:
    if number == 0:
        return DIGITS[0]
    words, gap = "", False
    for power in (2, 1, 0):
        section = number // SECTION**power % SECTION
        if section == 0:
            gap = bool(words)
            continue
        if words and (gap or section < SECTION // 10):
            words += DIGITS[0]
        words, gap = words + _section(section) + SECTIONS[power], False
    return words


def _section(section: int) -> str:
    words, gap = "", False
    for power in (3, 2, 1, 0):
        digit = section // 10**power % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[power]
        gap = False
    return words
