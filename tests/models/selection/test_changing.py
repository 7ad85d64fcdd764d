"""What becomes of a draw's tickets and key when a change ends it before the freeze."""

from datetime import timedelta

import pytest

from models.selection import changing, draw_keys
from models.selection.draw_errors import DrawStateError
from models.selection.draw_keys import DrawKeyMissingError
from models.selection.spent_keys import forget_spent_keys
from models.selection.tables import Draw, DrawState
from models.session import unit_of_work
from tests.city import FREEZE, City, after, city, county

__all__ = ["city", "county"]

NOW = after(days=1)


def stop(city: City, story, at=NOW, *, keeps: bool = True) -> None:
    with unit_of_work() as session:
        draw = session.get_one(Draw, city.draw(story).id)
        changing.stop(city.world(session, story, at), draw, "改时间", keeps=keeps)


def test_stopping_twice_changes_nothing(city: City) -> None:
    story = city.announced(1)
    stop(city, story)
    stop(city, story, NOW + timedelta(hours=1), keeps=False)
    draw = city.draw(story)
    assert (draw.state, draw.cancelled_at) == (DrawState.CANCELLED, NOW)
    assert draw.keeps_interest


def test_a_frozen_draw_is_not_stopped_as_one_in_its_announcement(city: City) -> None:
    story = city.announced(1, 2)
    story.wake(FREEZE)
    with pytest.raises(DrawStateError):
        stop(city, story)
    assert city.draw(story).state is DrawState.FROZEN


def test_an_inherited_key_names_the_same_company_alike(city: City) -> None:
    draw_keys.make(city.settings, "a" * 32)
    draw_keys.inherit(city.settings, "a" * 32, "b" * 32)
    names = [draw_keys.pseudonym(city.settings, one * 32, "91") for one in "ab"]
    assert names[0] == names[1]


def test_a_lost_key_is_not_replaced_in_silence(city: City) -> None:
    with pytest.raises(DrawKeyMissingError):
        draw_keys.inherit(city.settings, "a" * 32, "b" * 32)


@pytest.mark.req("DZ-80a")
def test_a_key_that_was_inherited_is_forgotten_also_after_a_crash(city: City) -> None:
    story = city.announced(1, 2)
    former = city.draw(story).id
    story.change(NOW)
    story.confirm_officer(NOW)
    story.confirm_monitor(NOW)
    story.announce(NOW, FREEZE + timedelta(days=4), FREEZE + timedelta(days=5))
    assert not draw_keys.exists(city.settings, former)
    draw_keys.make(city.settings, former)
    with unit_of_work() as session:
        assert forget_spent_keys(session, city.settings) == 1
    assert draw_keys.exists(city.settings, city.draw(story).id)
