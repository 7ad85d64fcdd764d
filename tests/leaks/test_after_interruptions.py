"""Changed, paused, put off or drawn again: still nothing tells who joined; two runs and a canary."""

from pathlib import Path

import pytest

from tests.leaks import rules
from tests.leaks.comparing import differing
from tests.leaks.interruptions import TALES, tale_at
from tests.leaks.snapshots import Pair, take
from tests.leaks.visits import JOINER, NOBODY

pytestmark = pytest.mark.timeout(900)

LOOKING = (NOBODY, "dz.owner", "dz.centre", "dz.leader", JOINER, "dz.contractor09")
"""Whoever acts in these tales, and who does not; all others look at the straight path.

What keepers are shown are the rows themselves, which are compared here, too."""


@pytest.fixture(scope="module", params=TALES)
def told(
    request: pytest.FixtureRequest, county: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Pair]:
    """Both runs at the end of a tale."""
    found = []
    for number, joined in enumerate(TALES[request.param].runs):
        folder = tmp_path_factory.mktemp("tale") / str(number)
        with tale_at(county, folder, request.param, joined) as world:
            found.append(take(world, who=LOOKING))
    return request.param, (found[0], found[1])


@pytest.mark.req("DZ-80a")
def test_nothing_tells_who_joined_nor_how_many(told: tuple[str, Pair]) -> None:
    _, pair = told
    assert differing(*pair) == []


@pytest.mark.req("DZ-80a")
def test_what_was_typed_or_given_to_join_is_nowhere(told: tuple[str, Pair]) -> None:
    _, (one, _) = told
    assert one.receipts
    assert rules.typed_found(one) == []
    assert rules.signatures_found(one) == []


@pytest.mark.req("DZ-80a")
def test_joiners_name_code_and_phone_stand_where_they_stand_without_it(
    told: tuple[str, Pair],
) -> None:
    name, pair = told
    assert rules.companies_told_apart(pair, rules.joiners_of(TALES[name].runs)) == []


def test_the_check_page_knows_no_ticket_before_the_result(told: tuple[str, Pair]) -> None:
    for snapshot in told[1]:
        real, made_up = snapshot.by_ticket
        assert real == made_up


def test_no_key_lies_outside_the_folder_of_keys(told: tuple[str, Pair]) -> None:
    assert rules.keys_lying_about(told[1][0]) == []
