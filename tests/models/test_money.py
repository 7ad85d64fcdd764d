"""Money is shown, written and read without losing a fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.money import MAX_FEN, MoneyTextError, format_fen, in_capitals, parse_yuan

VALUES = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read_capitals(text: str) -> int:
    """An independent reader, written from the rule for people who read cheques."""
    whole, _, part = text.removeprefix("人民币").rpartition("元")
    fen, digit = 0, 0
    for sign in part.removesuffix("整"):
        if sign in VALUES:
            digit = VALUES[sign]
        else:
            fen += digit * {"角": 10, "分": 1}[sign]
    total, section, digit = 0, 0, 0
    for sign in whole:
        if sign in VALUES:
            digit = VALUES[sign]
        elif sign in UNITS:
            section, digit = section + digit * UNITS[sign], 0
        else:
            total, section, digit = (
                total + (section + digit) * {"万": 10**4, "亿": 10**8}[sign],
                0,
                0,
            )
    return (total + section + digit) * 100 + fen


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (18_360_000, "人民币壹拾捌万叁仟陆佰元整"),
        (0, "人民币零元整"),
        (5, "人民币伍分"),
        (50, "人民币伍角整"),
        (105, "人民币壹元零伍分"),
        (100_000_00, "人民币壹拾万元整"),
        (100_003_00, "人民币壹拾万零叁元整"),
        (1_000_500_00, "人民币壹佰万零伍佰元整"),
        (100_000_000_00, "人民币壹亿元整"),
        (100_010_000_00, "人民币壹亿零壹万元整"),
        (10_001_000_000_00, "人民币壹佰亿零壹佰万元整"),
        (398_400_12, "人民币叁拾玖万捌仟肆佰元壹角贰分"),
    ],
)
def test_capitals_follow_the_rule_for_letters(fen, text):
    assert in_capitals(fen) == text


@given(st.integers(0, MAX_FEN))
def test_capitals_name_exactly_one_amount(fen):
    written = in_capitals(fen)
    assert read_capitals(written) == fen
    assert "零零" not in written


@given(st.integers(0, MAX_FEN))
def test_what_is_shown_can_be_typed_again(fen):
    assert parse_yuan(format_fen(fen)) == fen


def test_amounts_have_two_decimals_and_a_space_that_does_not_break():
    assert format_fen(12_345_600) == "¥\u00a0123,456.00"
    assert format_fen(-7) == "-¥\u00a00.07"


@pytest.mark.parametrize("text", ["386400", "386,400.00", "¥ 386,400.0", " 386400.00 "])
def test_people_write_amounts_in_several_ways(text):
    assert parse_yuan(text) == 38_640_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1,23",
        "12,3456",
        "1.234",
        "-1",
        "1e5",
        "１２",
        "¥",
        "38万",
        "1" * 40,
        "0x10",
        "1 000",
        ".5",
        "5.",
    ],
)
def test_other_writings_are_refused_with_what_to_do(text):
    with pytest.raises(MoneyTextError) as refused:
        parse_yuan(text)
    assert "请填写" in refused.value.text


@pytest.mark.parametrize("fen", [-1, MAX_FEN + 1])
def test_capitals_exist_only_for_amounts_that_can_be_paid(fen):
    with pytest.raises(ValueError, match="MAX_FEN"):
        in_capitals(fen)
