"""Nothing tells who joined, nor how many, before the result: two runs and a canary.

One file, because the four runs behind it are played and visited once for all of them.
"""

import pytest

from models.selection.tables import Interest
from tests.leaks.canary import forms, found
from tests.leaks.comparing import differing
from tests.leaks.snapshots import STAGES, Snapshot, Taken
from tests.leaks.worlds import CONTACT, REMARK

pytestmark = pytest.mark.timeout(900)
OWN_ROW = "table interest"


@pytest.mark.req("DZ-80a")
@pytest.mark.parametrize("stage", STAGES)
def test_nothing_tells_who_joined_nor_how_many(taken: Taken, stage: str) -> None:
    one, other = taken[stage, 0], taken[stage, 1]
    assert differing(one, other) == []


def test_the_runs_look_at_every_kind_of_thing(taken: Taken) -> None:
    for snapshot in taken.values():
        pages = [text for name, text in snapshot.texts.items() if name.startswith("page ")]
        assert sum(text.startswith("200 ") for text in pages) > 300
        assert {"log", "table instance", "table outbound_message"} <= set(snapshot.texts)
        assert "open_interest" in snapshot.texts["table instance"]


def test_one_planted_leak_is_found(taken: Taken) -> None:
    one, other = taken["announced", 0], taken["announced", 1]
    leaky = dict(one.texts) | {"page dz.owner /desk": "200 已有3家企业参与"}
    planted = Snapshot(leaky, one.disk, one.receipts, one.commitments, one.companies)
    assert differing(planted, other) == ["page dz.owner /desk"]


def test_row_of_a_joiner_has_no_time_no_counter_and_no_name() -> None:
    kinds = {column.name: str(column.type) for column in Interest.__table__.c}
    assert set(kinds) == {
        "ticket",
        "draw_id",
        "pseudonym",
        "org_commit",
        "envelope",
        "contact",
        "live",
        "party_id",
        "blind",
    }
    assert not any("DATE" in kind or "INT" in kind for kind in kinds.values())
    assert Interest.__table__.dialect_options["sqlite"]["with_rowid"] is False


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
