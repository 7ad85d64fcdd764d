"""Before a registration closes nobody sees who registered, nor how many: two runs, a canary.

Not its organiser, not the town that entrusted it, not the regulator, not who keeps the system.
"""

from pathlib import Path

import pytest

from tests.leaks import addresses, comparisons, rules, snapshots
from tests.leaks.canary import found
from tests.leaks.comparing import differing
from tests.leaks.snapshots import Pair, take

pytestmark = [pytest.mark.timeout(900), pytest.mark.req("HR-4.5.4")]
OWN = (f"page {comparisons.JOINER} /registrations",)


@pytest.fixture(scope="module")
def pair(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Both runs in the last minute of the registration, looked over."""
    taken = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "COMPANIES", comparisons.COMPANIES)
        patch.setattr(snapshots, "CONTRACTORS", "hr.contractor")
        for number, joined in enumerate(comparisons.RUNS):
            folder = tmp_path_factory.mktemp("registering") / str(number)
            with comparisons.registering(county, folder, joined) as world:
                taken.append(take(world, who=comparisons.LOOKING))
    return taken[0], taken[1]


def test_nothing_tells_who_registered_nor_how_many(pair: Pair) -> None:
    assert differing(*pair) == []


def test_the_runs_look_at_the_pages_on_which_it_would_stand(pair: Pair) -> None:
    for snapshot in pair:
        pages = {name: text for name, text in snapshot.texts.items() if name.startswith("page ")}
        seen = [name for name, text in pages.items() if text.startswith("200 ")]
        for who in ("hr.town", "hr.agency", "hr.regulator"):
            assert any(name.startswith(f"page {who} /registrations-of/") for name in seen), who
        assert any(name.startswith("page hr.agency /cases/") for name in seen)
        assert "comparison_registration" in snapshot.texts["table instance"]


def test_what_was_typed_or_given_to_register_is_nowhere(pair: Pair) -> None:
    one = pair[0]
    assert len(one.receipts) == len(comparisons.RUNS[0])
    assert rules.typed_found(one) == []
    places = [
        name
        for receipt in one.receipts
        for name in found(str(receipt["signature"]), rules.everywhere(one))
    ]
    assert [name for name in places if not name.startswith(OWN)] == []


def test_a_registrant_reads_of_itself_alone(pair: Pair) -> None:
    for snapshot in pair:
        mine, *others = (str(one["ticket"]) for one in snapshot.receipts)
        pages = {name: text for name, text in snapshot.encoded.items() if name.startswith("page ")}
        assert f"{OWN[0]}" in found(mine, pages)
        assert all(name.startswith(OWN) for name in found(mine, pages))
        assert [name for other in others for name in found(other, pages)] == []


def test_names_codes_and_phones_stand_where_they_stand_without_it(pair: Pair) -> None:
    joined = {number for run in comparisons.RUNS for number in run}
    assert rules.companies_told_apart(pair, joined) == []


def test_no_key_lies_outside_the_folder_of_keys(pair: Pair) -> None:
    assert rules.keys_lying_about(pair[0]) == []
