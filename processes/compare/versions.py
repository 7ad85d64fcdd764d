"""Two versions of a flow: what each is made of, and which two one wants to see side by side."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFoundError
from models.flow.definition import BASE, Definition, DefinitionStatus
from processes import contents

CALLS = "calls/"


class VersionUnknownError(NotFoundError):
    """The address names a version that the county does not see."""

    message = "没有这个流程版本，请从流程的版本列表打开。"


@dataclass(frozen=True)
class Version:
    """One version as a choice on a page."""

    id: str
    county_code: str
    number: int
    status: str
    published_at: datetime | None

    @property
    def is_base(self) -> bool:
        """Whether it is the base's."""
        return self.county_code == BASE


def versions_of(session: Session, county: str, key: str) -> list[Version]:
    """Return the versions of a flow that a county sees, the newest first, its own before."""
    query = select(Definition).where(
        Definition.key == key, Definition.county_code.in_({county, BASE})
    )
    rows = sorted(session.scalars(query), key=lambda row: (row.county_code == BASE, -row.version))
    return [
        Version(row.id, row.county_code, row.version, row.status.value, row.published_at)
        for row in rows
    ]


def pair_of(found: list[Version], left: str, right: str) -> tuple[Version, Version]:
    """Return the two that were asked for: without a wish, what holds and what held before it."""
    by_id = {each.id: each for each in found}
    if not found or (left and left not in by_id) or (right and right not in by_id):
        raise VersionUnknownError
    holds = [each for each in found if each.status == DefinitionStatus.PUBLISHED]
    new = by_id[right] if right else (holds or found)[0]
    older = [each for each in found if each.county_code == new.county_code]
    before = next((each for each in older if each.number < new.number), None)
    below = next((each for each in holds if each.is_base and each.id != new.id), None)
    return by_id[left] if left else before or below or new, new


def files_of(session: Session, version_id: str) -> dict[str, str]:
    """Return the files a version is made of: path → hash of the content."""
    row = session.get(Definition, version_id)
    if row is None:
        raise VersionUnknownError
    pinned = {path: sha for path, sha in row.resources.items() if not path.startswith(CALLS)}
    return {f"diagrams/{row.key}.bpmn": row.diagram, **pinned}


def body_of(session: Session, version_id: str, path: str) -> bytes | None:
    """Return a file of a version, or nothing when it is not made of such a one."""
    sha = files_of(session, version_id).get(path)
    return None if sha is None else contents.get(session, sha)
