"""Bytes that a finished case leaves in the database, every table and index included."""

from pathlib import Path

from sqlalchemy import text

from benchmarks.report import Line
from benchmarks.site import Site
from benchmarks.steps import StoredCases
from processes.sequencer import sequence


def measure(sites: list[Site], *, cases: int) -> list[Line]:
    """Return bytes per finished case of linear5."""
    lines = []
    for site in sites:
        site.use()
        finish(site, 5)
        before = size_of(site)
        finish(site, cases)
        each = (size_of(site) - before) / cases
        lines.append(Line(f"{site.name}，每个办结案卷", each, "字节", "<= 8000"))
    return lines


def finish(site: Site, cases: int) -> None:
    """Run cases to their end, their log entries numbered and hashed."""
    StoredCases(site).run(cases)
    sequence(site.settings)


def size_of(site: Site) -> int:
    """Return the size of the whole database, free pages given back."""
    with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if site.is_sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return Path(site.settings.directory / "smallworks.sqlite3").stat().st_size
        connection.execute(text("VACUUM FULL"))
        return int(
            connection.execute(text("select pg_database_size(current_database())")).scalar_one()
        )
