"""SQLite reads lists along the right indexes only when it knows what its tables hold."""

from sqlalchemy import inspect, text

from models.identity.county import County
from models.session import refresh_statistics, unit_of_work


def test_statistics_are_kept_once_they_were_taken(database):
    with unit_of_work() as session:
        session.add(County(code="dazhou", name="达州"))
    assert not inspect(database).has_table("sqlite_stat1")
    with unit_of_work() as session:
        refresh_statistics(session)
    with database.connect() as connection:
        counted = connection.execute(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'county'"))
        assert counted.first() is not None
