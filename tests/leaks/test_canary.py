"""Values that exist only through joining are nowhere to be found before the result."""

import pytest

from tests.leaks.canary import forms, found
from tests.leaks.snapshots import STAGES, Snapshot, Taken
from tests.leaks.worlds import CONTACT, REMARK

OWN_ROW = "table interest"

pytestmark = pytest.mark.timeout(900)
"""The first test of the two files visits every page of four runs."""


def texts(snapshot: Snapshot) -> dict[str, bytes]:
    return {name: text.encode("utf-8", "replace") for name, text in snapshot.texts.items()}


@pytest.mark.req("DZ-80a")
@pytest.mark.parametrize("stage", STAGES)
def test_what_was_typed_or_given_to_join_is_nowhere(taken: Taken, stage: str) -> None:
    snapshot = taken[stage, 0]
    everywhere = texts(snapshot) | {"disk": snapshot.disk}
    assert len(snapshot.receipts) == 3
    for receipt in snapshot.receipts:
        for value in (CONTACT, REMARK, receipt["blind"], receipt["signature"]):
            assert found(str(value), everywhere) == []


@pytest.mark.req("DZ-80a")
def test_ticket_is_nowhere_before_the_freeze_but_in_its_own_row(taken: Taken) -> None:
    snapshot = taken["announced", 0]
    everywhere = texts(snapshot)
    for receipt in snapshot.receipts:
        for value in (receipt["ticket"], receipt["org_commit"]):
            assert found(str(value), everywhere) == [OWN_ROW]


@pytest.mark.req("DZ-80a")
@pytest.mark.parametrize("stage", STAGES)
def test_joiners_own_name_code_and_phone_stand_where_they_stand_without_it(
    taken: Taken, stage: str
) -> None:
    one, other = taken[stage, 0], taken[stage, 1]
    joiners = [number for run in STAGES[stage] for number in run]
    for number in joiners:
        for value in one.companies[number]:
            assert counted(value, one) == counted(value, other)


def counted(value: str, snapshot: Snapshot) -> dict[str, int]:
    found_in = {name: text.count(value) for name, text in snapshot.texts.items()}
    return {name: times for name, times in found_in.items() if times}


def test_one_planted_canary_is_found(taken: Taken) -> None:
    everywhere = texts(taken["announced", 0])
    everywhere["page dz.centre /inbox"] += CONTACT.encode("gbk").hex().encode()
    assert found(CONTACT, everywhere) == ["page dz.centre /inbox"]


@pytest.mark.parametrize("value", [CONTACT, "0123456789abcdef0123456789abcdef"])
def test_search_finds_a_value_in_each_of_its_forms(value: str) -> None:
    for form in forms(value):
        assert found(value, {"page": b"<p>" + form + b"</p>"}) == ["page"]
    assert found(value, {"page": "别的内容".encode()}) == []
