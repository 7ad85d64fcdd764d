"""The search for prices meets every way of writing one, in every encoding."""

import pytest

from tests.leaks.money import found, price_forms, writings

PRICES = (15_873_461, 16_204_857, 30_010_203)


def test_every_kind_of_writing_is_looked_for() -> None:
    assert {
        "15873461",
        "158734.61",
        "158,734.61",
        "15,873,461",
        "15.873461",
        "15.87万",
        "１５８７３４．６１",
        "壹拾伍万捌仟柒佰叁拾肆元陆角壹分",
        "一五八七三四",
    } <= set(writings(15_873_461))


@pytest.mark.parametrize("fen", PRICES)
def test_search_finds_a_price_in_each_of_its_forms(fen: int) -> None:
    wanted = price_forms(fen)
    assert len(wanted) > 200
    texts = {str(n): b"<td>" + one + b"</td>" for n, one in enumerate(wanted)}
    assert found([fen], texts) == {fen: sorted(texts)}


@pytest.mark.parametrize("fen", PRICES)
def test_search_takes_no_other_price_for_it(fen: int) -> None:
    others = [form for one in PRICES if one != fen for form in price_forms(one)]
    assert found([fen], {"page": b" ".join(others)}) == {}
