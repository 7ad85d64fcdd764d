"""Credit codes are checked as GB 32100 says, and a refusal names the place."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.credit_code import (
    ALPHABET,
    DEPARTMENTS,
    credit_code_problem,
    is_credit_code,
)

BASE = "91110000600037341L"


def check_character(stem: str) -> str:
    """The standard's own formula: weights are powers of three, the modulus is 31."""
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(stem))
    return ALPHABET[-total % 31]


stems = st.builds(
    lambda head, region, subject: head + region + subject,
    st.sampled_from([d + kind for d, (_, kinds) in DEPARTMENTS.items() for kind in kinds]),
    st.integers(0, 999_999).map(lambda number: f"{number:06d}"),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@given(stems)
def test_every_department_and_kind_is_accepted(stem):
    assert credit_code_problem(stem + check_character(stem)) is None


@given(stems, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(stem, place, other):
    code = stem + check_character(stem)
    assume(code[place] != other)
    assert not is_credit_code(code[:place] + other + code[place + 1 :])


def test_village_collectives_are_enterprises_like_others():
    stem = "N2511702MF1234567"
    code = stem + check_character(stem)
    assert is_credit_code(code)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("", "18位"),
        (BASE[:-1], "现有17位"),
        (BASE.lower(), "大写字母"),
        ("9111000060003734 L", "空格"),
        ("9111000060003734IL", "不使用字母I"),
        ("B1110000600037341L", "第1位"),
        ("94110000600037341L", "第2位"),
        ("9111A000600037341L", "第3至8位"),
        ("91110000600037342L", "校验位"),
        ("９1110000600037341L", "大写字母"),
    ],
)
def test_a_refusal_names_the_place_and_says_what_to_do(code, word):
    problem = credit_code_problem(code)
    assert problem is not None
    assert word in problem
    assert "请" in problem
