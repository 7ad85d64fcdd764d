"""The keys that a cancelled selection still needs, and the key of what was filed."""

from datetime import timedelta

from models.selection import draw_keys, filed_results
from models.session import reading
from processes.backup.keys_needed import missing_keys
from tests.city import FREEZE, SELECTION, City, city, county

__all__ = ["city", "county"]


def missing(city: City) -> list[str]:
    with reading() as session, city.player.at(SELECTION):
        return [one.name for one in missing_keys(session, city.settings)]


def test_key_of_a_cancelled_draw_is_needed_until_its_result_is_filed(city: City) -> None:
    story = city.announced(1, 2)
    story.wake(FREEZE)
    story.cancel_selection(SELECTION - timedelta(hours=3))
    draw = city.draw(story)
    kept = (city.settings.keys / "draws" / f"{draw.id}.key").read_bytes()
    draw_keys.forget(city.settings, draw.id)
    assert missing(city) == [f"keys/draws/{draw.id}.key"]
    (city.settings.keys / "draws" / f"{draw.id}.key").write_bytes(kept)
    story.wake(SELECTION)
    assert not draw_keys.exists(city.settings, draw.id)
    assert missing(city) == []


def test_lost_key_of_the_filings_is_named(city: City) -> None:
    story = city.announced(1, 2)
    story.wake(FREEZE)
    story.cancel_selection(SELECTION - timedelta(hours=3))
    story.wake(SELECTION)
    filed_results.key_path(city.settings).unlink()
    assert missing(city) == ["keys/filed_results.key"]
