"""What the organiser decides in a comparison: every wrong row is told at its place, none is kept."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.project import Project
from models.selection import comparisons
from models.selection.comparison_ranking import _rank_fields
from models.selection.comparison_tables import ComparisonState
from models.selection.comparisons import Offer
from tests import seeding
from tests.models.selection import comparing
from tests.models.selection.auctioning import refusal
from tests.models.selection.comparing import CEILING, CLOSES, act

pytestmark = pytest.mark.req("HR-4.5.5")


@pytest.fixture
def standing(tmp_path):
    with comparing.standing(tmp_path / "comparison") as (town, comparison):
        comparing.named(town, comparison)
        yield town, comparison


@pytest.fixture
def town(standing):
    return standing[0]


@pytest.fixture
def comparison(standing):
    return standing[1]


def suspend(candidate):
    """Suspend a candidate's enterprise from now on."""
    (account,) = (one for one in seeding.rows(seeding.Account, party_id=candidate.party_id))
    seeding.suspend(account.id, CLOSES + timedelta(days=9))


def review_of(town, comparison, rows):
    return refusal(act, town, CLOSES, comparisons.review, comparison, rows).fields


def test_a_review_that_lacks_a_reason_or_a_verdict_is_told_at_its_row(town, comparison):
    rows = comparing.verdicts(comparison)
    rows[1] = dataclasses.replace(rows[1], reason="  ")
    rows[2] = dataclasses.replace(rows[2], passed=None)
    rows[3] = dataclasses.replace(rows[3], reason="长" * 501)
    told = review_of(town, comparison, rows)
    assert set(told) == {"decisions[1].reason", "decisions[2].decision", "decisions[3].reason"}
    assert "请写明对" in told["decisions[1].reason"]
    assert {one.passed for one in comparing.candidates(comparison)} == {None}
    assert comparing.fresh(comparison).state is ComparisonState.OPENED


def test_a_review_names_everybody_once_and_nobody_else(town, comparison):
    rows = comparing.verdicts(comparison)
    names = {one.id: one.party.name for one in comparing.candidates(comparison)}
    assert names[rows[3].candidate] in review_of(town, comparison, rows[:3])["decisions"]
    told = review_of(town, comparison, [*rows, rows[0]])
    assert set(told) == {"decisions[0].candidate", "decisions[4].candidate"}
    stranger = dataclasses.replace(rows[0], candidate="f" * 32)
    assert "decisions[0].candidate" in review_of(town, comparison, [stranger, *rows[1:]])


def test_who_is_suspended_after_the_close_does_not_pass_but_may_fail(town, comparison):
    first = comparing.candidates(comparison)[0]
    suspend(first)
    told = review_of(town, comparison, comparing.verdicts(comparison))
    assert set(told) == {"decisions[0].decision"}
    assert "本企业停用至" in told["decisions[0].decision"]
    assert comparing.reviewed(town, comparison, first.party_id).passed == 3


def test_too_few_that_pass_is_an_outcome(town, comparison):
    failing = [one.party_id for one in comparing.candidates(comparison)[:3]]
    told = comparing.reviewed(town, comparison, *failing)
    assert (told.passed, told.enough) == (1, False)
    act(town, CLOSES, comparisons.fail, comparison, comparisons.TOO_FEW_PASSED)
    words = comparisons.failure_text(comparing.fresh(comparison))
    assert words == "报名企业4家，资格审查合格1家，少于规定家数，比选失败"


@pytest.fixture
def reviewed(town, comparison):
    """The last candidate by place has failed."""
    comparing.reviewed(town, comparison, comparing.candidates(comparison)[3].party_id)
    return comparison


def wrong(town, comparison, rows, **values):
    findings = comparing.findings(comparison, rows, **values)
    return refusal(act, town, CLOSES, comparisons.compare, comparison, findings).fields


def changed(comparison, number, **values):
    rows = comparing.offers(comparison)
    rows[number] = dataclasses.replace(rows[number], **values)
    return rows


def test_nobody_is_ranked_who_did_not_pass(town, reviewed):
    failed = comparing.candidates(reviewed)[3]
    rows = [*comparing.offers(reviewed), Offer(candidate=failed.id, price=1, rank=4, reason="x")]
    told = wrong(town, reviewed, rows)
    assert set(told) == {"offers[3].rank"}
    assert "资格审查不合格" in told["offers[3].rank"]


def test_everybody_who_passed_is_told_of_in_the_comparison(town, reviewed):
    left = comparing.candidates(reviewed)[2].party.name
    assert left in wrong(town, reviewed, comparing.offers(reviewed)[:2])["offers"]


@pytest.mark.parametrize(
    ("number", "values", "field", "word"),
    [
        (1, {"rank": 1}, "offers[1].rank", "两家以上企业排第1名"),
        (2, {"rank": 4}, "offers", "从第1名起依次排列"),
        (0, {"price": CEILING + 1}, "offers[0].price", "高于最高限价"),
        (0, {"price": 0}, "offers[0].price", "大于零"),
        (0, {"price": None}, "offers[0].price", "请填写"),
        (1, {"reason": ""}, "offers[1].rank_reason", "请写明"),
        (1, {"candidate": "f" * 32}, "offers[1].candidate", "不在报名名单内"),
    ],
)
def test_a_wrong_offer_is_told_at_its_row_and_nothing_is_kept(
    town, reviewed, number, values, field, word
):
    told = wrong(town, reviewed, changed(reviewed, number, **values))
    assert word in told[field]
    assert {one.price for one in comparing.candidates(reviewed)} == {None}
    assert comparing.fresh(reviewed).state is ComparisonState.REVIEWED


def test_an_offer_at_the_ceiling_is_taken_and_a_dearer_one_only_without_rank(town, reviewed):
    rows = changed(reviewed, 2, price=CEILING + 1, rank=None, reason="报价高于最高限价，不参加排序")
    rows[1] = dataclasses.replace(rows[1], price=CEILING)
    assert comparing.compared(town, reviewed, rows).price == comparing.PRICE
    assert [one.rank for one in comparing.candidates(reviewed)] == [1, 2, None, None]


def test_without_a_method_or_participants_there_is_no_comparison(town, reviewed):
    told = wrong(town, reviewed, None, method=" ", participants="")
    assert set(told) == {"method", "participants"}
    nobody = [dataclasses.replace(one, rank=None) for one in comparing.offers(reviewed)]
    assert "没有排出第一名" in wrong(town, reviewed, nobody)["offers"]


def test_who_is_suspended_meanwhile_is_not_ranked_first_but_may_stand_behind(town, reviewed):
    first = comparing.candidates(reviewed)[0]
    suspend(first)
    told = wrong(town, reviewed, comparing.offers(reviewed))
    assert set(told) == {"offers[0].rank"}
    assert "本企业停用至" in told["offers[0].rank"]
    rows = comparing.offers(reviewed)
    rows[0], rows[1] = (dataclasses.replace(one, rank=3 - one.rank) for one in rows[:2])
    found = comparing.compared(town, reviewed, rows)
    assert found.winner != first.party_id
    (warning,) = found.warnings
    assert warning.startswith(f"排第2名的“{first.party.name}”现在不符合条件")


def test_who_is_suspended_after_being_recommended_is_not_awarded_until_another_is(town, reviewed):
    comparing.compared(town, reviewed)
    first = comparing.candidates(reviewed)[0]
    suspend(first)
    refused = refusal(act, town, CLOSES, comparisons.publish, reviewed)
    assert (refused.code, first.party.name in refused.text) == ("winner_unfit", True)
    (project,) = seeding.rows(Project, id=reviewed.project_id)
    assert project.winner_id is None
    rows = comparing.offers(reviewed)
    rows[0], rows[1] = (dataclasses.replace(one, rank=3 - one.rank) for one in rows[:2])
    comparing.compared(town, reviewed, rows)
    act(town, CLOSES, comparisons.publish, reviewed)
    (project,) = seeding.rows(Project, id=reviewed.project_id)
    assert project.winner_id == comparing.candidates(reviewed)[1].party_id


def test_what_is_published_is_neither_reviewed_nor_compared_again(town, reviewed):
    comparing.compared(town, reviewed)
    act(town, CLOSES, comparisons.publish, reviewed)
    findings = comparing.findings(reviewed)
    for verb, rows in ((comparisons.review, []), (comparisons.compare, findings)):
        assert refusal(act, town, CLOSES, verb, reviewed, rows).code == "comparison_state"
    act(town, CLOSES, comparisons.cancel, reviewed, "终止")
    assert comparing.fresh(reviewed).state is ComparisonState.PUBLISHED


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.none(), st.integers(1, 6)), max_size=6))
def test_ranks_are_right_exactly_when_they_count_from_one_without_ties(ranks):
    offers = [Offer(candidate=str(n), rank=rank) for n, rank in enumerate(ranks)]
    given_ranks = [one for one in ranks if one is not None]
    is_right = bool(given_ranks) and set(given_ranks) == set(range(1, len(given_ranks) + 1))
    assert (_rank_fields(offers) == {}) == is_right
