"""Running numbers without gaps within a series, such as the projects of a county and year."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.outbox import insert_once
from models.project import NumberSeries


def next_number(session: Session, series: str) -> int:
    """Return the next number of a series; it is given back if the transaction fails."""
    insert_once(session, NumberSeries, {"name": series, "last": 0}, ("name",))
    row = session.scalar(
        select(NumberSeries)
        .where(NumberSeries.name == series)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise LookupError(series)
    row.last += 1
    session.flush()
    return row.last
