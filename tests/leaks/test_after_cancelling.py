"""Cancelled after the freeze: who joined and who would have won reaches the regulator alone."""

from dataclasses import replace

import pytest

from tests.leaks import rules
from tests.leaks.canary import found
from tests.leaks.comparing import differing
from tests.leaks.snapshots import STAGES, Pair, Snapshot
from tests.leaks.visits import JOINER

pytestmark = pytest.mark.timeout(900)

REGULATORS = "page dz.housing /filings"
"""The one place where the two runs may differ: the regulator's list and its proofs."""


def elsewhere(pair: Pair) -> list[str]:
    return [name for name in differing(*pair) if not name.startswith(REGULATORS)]


@pytest.mark.req("DZ-80a")
def test_nothing_tells_anybody_else_who_joined_or_would_have_won(filed: Pair) -> None:
    assert elsewhere(filed) == []


@pytest.mark.req("DZ-80a")
def test_the_regulator_reads_it_in_both_runs(filed: Pair) -> None:
    told = [name for name in differing(*filed) if name.startswith(REGULATORS)]
    assert REGULATORS in told
    assert any(name.endswith("/proof.json") for name in told)


@pytest.mark.req("DZ-80a")
def test_joiners_name_code_and_phone_stand_where_they_stand_without_it(filed: Pair) -> None:
    joiners = rules.joiners_of(STAGES["filed"])
    without = [_without_filings(one) for one in filed]
    values = [value for number in joiners for value in filed[0].companies[number]]
    told = [
        one for one in values if rules.counted(one, without[0]) != rules.counted(one, without[1])
    ]
    assert told == []


def _without_filings(snapshot: Snapshot) -> Snapshot:
    kept = {name: text for name, text in snapshot.texts.items() if not name.startswith(REGULATORS)}
    return replace(snapshot, texts=kept)


@pytest.mark.req("DZ-80a")
def test_what_was_typed_or_given_to_join_is_nowhere_else(filed: Pair) -> None:
    places = set(rules.typed_found(filed[0]))
    assert {name for name in places if not name.startswith(REGULATORS)} == set()


def test_tickets_of_others_are_on_nobodys_page(filed: Pair) -> None:
    for snapshot in filed:
        _, *others = (str(one["ticket"]) for one in snapshot.receipts)
        pages = {name: text for name, text in snapshot.encoded.items() if name.startswith("page ")}
        seen = {name for other in others for name in found(other, pages)}
        assert {name for name in seen if not name.startswith(REGULATORS)} == set()
        assert not any(f" {JOINER} " in name for name in seen)


def test_the_check_page_knows_no_ticket_of_a_cancelled_draw(filed: Pair) -> None:
    for snapshot in filed:
        real, made_up = snapshot.by_ticket
        assert real == made_up


def test_no_key_lies_outside_the_folder_of_keys(filed: Pair) -> None:
    assert rules.keys_lying_about(filed[0]) == []
