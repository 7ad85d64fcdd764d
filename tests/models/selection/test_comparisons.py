"""A comparison from its preparation to its award, by the verbs that the diagrams call."""


import pytest

from models.project import Project
from models.selection import comparisons, draw_keys
from models.selection.comparison_tables import ComparisonState
from models.selection.tables import DrawState
from tests import seeding
from tests.models.selection import comparing
from tests.models.selection.auctioning import logged
from tests.models.selection.comparing import CLOSES, act


@pytest.fixture
def standing(tmp_path):
    with comparing.standing(tmp_path / "comparison") as found:
        yield found


@pytest.fixture
def town(standing):
    return standing[0]


@pytest.fixture
def comparison(standing):
    return standing[1]


@pytest.mark.req("HR-4.5.4")
def test_who_registered_becomes_a_candidate_at_the_close(town, comparison):
    told = comparing.closed(town, comparison)
    assert (told.registered, told.enough) == (4, True)
    assert comparing.candidates(comparison) == []
    opened = act(town, CLOSES, comparisons.open_names, comparison)
    assert (opened.complete, opened.registered, opened.enough) == (True, 4, True)
    parties = {one.party_id for one in comparing.candidates(comparison)}
    assert parties == {comparing.party_of(one) for one in town.contractors[:4]}
    found = comparing.candidates(comparison)
    assert [one.ticket for one in found] == sorted(one.ticket for one in found)
    assert comparing.draw_of(comparison).state is DrawState.UNUSED
    assert not draw_keys.exists(town.settings, comparison.draw_id)


def test_every_verb_may_be_repeated(town, comparison):
    first = comparing.named(town, comparison)
    assert act(town, CLOSES, comparisons.close, comparison).registered == 4
    assert act(town, CLOSES, comparisons.open_names, comparison) == first
    comparing.reviewed(town, comparison)
    told = comparing.reviewed(town, comparison)
    assert (told.passed, told.enough) == (4, True)
    assert comparing.compared(town, comparison) == comparing.compared(town, comparison)
    act(town, CLOSES, comparisons.publish, comparison)
    act(town, CLOSES, comparisons.publish, comparison)
    assert len(logged("comparison:closed")) == len(logged("comparison:names_opened")) == 1
    assert len(logged("comparison:published")) == 1


@pytest.mark.req("HR-4.5.6")
def test_who_is_ranked_first_wins_at_its_offer(town, comparison):
    comparing.named(town, comparison)
    comparing.reviewed(town, comparison)
    told = comparing.compared(town, comparison)
    act(town, CLOSES, comparisons.publish, comparison)
    (project,) = seeding.rows(Project, id=comparison.project_id)
    first = comparing.candidates(comparison)[0]
    assert (project.winner_id, project.award_price) == (first.party_id, comparing.PRICE)
    assert (told.winner, told.price, told.warnings) == (first.party_id, comparing.PRICE, [])
    assert comparing.fresh(comparison).state is ComparisonState.PUBLISHED
