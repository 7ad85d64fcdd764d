"""What flows are called, for lists: kept for a few seconds per process."""

from time import monotonic

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE, Definition, DefinitionStatus

KEPT_SECONDS = 20.0
_kept: dict[str, tuple[float, dict[str, str]]] = {}


def flow_titles(session: Session) -> dict[str, str]:
    """Return key → title of every published flow, the base's title where counties differ."""
    place = str(session.get_bind())
    found = _kept.get(place)
    if found is None or monotonic() - found[0] > KEPT_SECONDS:
        query = select(Definition.key, Definition.title, Definition.county_code).where(
            Definition.status == DefinitionStatus.PUBLISHED
        )
        rows = sorted(session.execute(query), key=lambda row: (row.county_code == BASE, row.key))
        found = _kept[place] = (monotonic(), {row.key: row.title for row in rows})
    return found[1]
