"""The key of a published draw is gone for good, also when a crash or an import left it behind."""

from models.selection import draw_keys
from models.selection.spent_keys import forget_spent_keys
from models.session import unit_of_work
from tests.city import City, city, county

__all__ = ["city", "county"]


def test_only_keys_of_published_draws_are_forgotten(city: City) -> None:
    over, running = city.draw(city.published(1, 2, 3)), city.draw(city.announced(4, 5))
    assert not draw_keys.exists(city.settings, over.id)
    draw_keys.make(city.settings, over.id)
    with unit_of_work() as session:
        assert forget_spent_keys(session, city.settings) == 1
    assert not draw_keys.exists(city.settings, over.id)
    assert draw_keys.exists(city.settings, running.id)
    with unit_of_work() as session:
        assert forget_spent_keys(session, city.settings) == 0
