"""What the forms of a case were told is read in words: names of parties and people, not ids."""

import pytest
from sqlalchemy.orm import Session

from processes import told_facts
from tests.city import City, city, county

__all__ = ["city", "county"]


@pytest.fixture
def fields(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {
        "unit": {"type": "select", "key": "unit", "valuesKey": "parties_of_contractor"},
        "units": {"type": "taglist", "key": "units", "valuesKey": "parties_of_contractor"},
        "who": {"type": "radio", "key": "who", "valuesKey": "accounts_of_monitor"},
        "way": {"type": "radio", "key": "way", "values": [{"value": "a", "label": "自办"}]},
    }
    monkeypatch.setattr(told_facts, "fields_of", lambda *_: known)


def words(session: Session, **data: object) -> dict[str, str]:
    return told_facts.case_words(session, None, data)


def test_a_chosen_party_or_person_is_told_by_name(city: City, fields: None) -> None:
    with city.engine.connect() as bound, Session(bound) as session:
        one, two = (city.contractor(session, number) for number in (1, 2))
        person = city.player.actor(session, "dz.owner")
        two.name = "已经更名的公司"
        session.flush()
        given = {"unit": one.id, "units": [one.id, two.id], "who": person.account_id, "way": "a"}
        names = f"{one.name}、{two.name}"
        assert words(session, **given) == {
            "unit": one.name,
            "units": names,
            "who": person.name,
            "way": "自办",
        }


def test_an_id_that_names_nobody_stays_as_it_is(city: City, fields: None) -> None:
    with city.engine.connect() as bound, Session(bound) as session:
        assert words(session, unit="gone", who=None) == {"unit": "gone"}
