"""From the freeze to the result the number is public, the joiners are not: two runs and a canary."""

import pytest

from tests.leaks import rules
from tests.leaks.comparing import differing
from tests.leaks.snapshots import STAGES, Pair

pytestmark = pytest.mark.timeout(900)


@pytest.mark.req("DZ-80a")
def test_nothing_tells_who_joined(due: Pair) -> None:
    assert differing(*due) == []


@pytest.mark.req("DZ-80a")
def test_what_was_typed_or_given_to_join_is_nowhere(due: Pair) -> None:
    assert len(due[0].receipts) == len(STAGES["due"][0])
    assert rules.typed_found(due[0]) == []
    assert rules.signatures_found(due[0]) == []


@pytest.mark.req("DZ-80a")
def test_joiners_name_code_and_phone_stand_where_they_stand_without_it(due: Pair) -> None:
    assert rules.companies_told_apart(due, rules.joiners_of(STAGES["due"])) == []


def test_the_check_page_knows_no_ticket_before_the_result(due: Pair) -> None:
    for snapshot in due:
        real, made_up = snapshot.by_ticket
        assert real == made_up


def test_no_key_lies_outside_the_folder_of_keys(due: Pair) -> None:
    assert rules.keys_lying_about(due[0]) == []
