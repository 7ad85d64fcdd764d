"""The daily digest: one entry for each open list, and nothing in it that tells."""

from datetime import date

import pytest
from sqlalchemy import select

from models import ids
from models.clock import business_now
from models.ledger.tables import LedgerEntry
from models.selection import digests
from models.selection.digests import LEAF_BYTES, SIZES, fill_up

DAY = date(2026, 11, 19)


def leaves(count):
    return [bytes([1 + number % 250]) * LEAF_BYTES for number in range(count)]


@pytest.mark.parametrize(("joined", "size"), [(0, 256), (1, 256), (256, 256), (257, 4096)])
def test_only_one_of_three_sizes_can_be_seen(joined, size):
    assert len(fill_up(leaves(joined))) == size


def test_every_joined_leaf_is_among_them_and_their_place_is_their_hash():
    mine = leaves(9)
    filled = fill_up(mine)
    assert set(mine) <= set(filled)
    assert filled == sorted(filled)


def test_the_same_list_gives_another_root_each_day():
    assert fill_up(leaves(3)) != fill_up(leaves(3))


def test_as_much_randomness_is_used_whoever_joined():
    used = []

    def counting(size):
        used.append(size)
        return bytes(size)

    former = ids.install_source(counting)
    try:
        fill_up([])
        fill_up(leaves(SIZES[0]))
    finally:
        ids.install_source(former)
    assert used[: SIZES[0]] == used[SIZES[0] :]


def test_without_an_open_list_nothing_is_logged(session):
    assert digests.log_digests(session, DAY, at=business_now()) == 0
    assert session.scalars(select(LedgerEntry)).all() == []
