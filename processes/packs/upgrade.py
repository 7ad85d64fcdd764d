"""What the base's changes mean for a county that has files of its own: found, and put together."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE, Asset, Definition
from processes import contents
from processes.compare import Change, changes
from processes.packs.merge import Conflict
from processes.packs.merging import MANIFEST, merge_file
from processes.packs.storing import DIAGRAMS, own_diagrams


@dataclass(frozen=True)
class Upgrade:
    """A county's own file whose counterpart in the base changed since it was made."""

    path: str
    then: bytes
    ours: bytes
    theirs: bytes | None
    merged: bytes
    conflicts: tuple[Conflict, ...]
    dangling: tuple[str, ...]
    is_drafted: bool = False
    """Whether ``ours`` is what an open upgrade has made of the file."""

    @property
    def is_clean(self) -> bool:
        """Whether both sides fit together without anybody deciding."""
        return not self.conflicts and not self.dangling

    @property
    def base_changes(self) -> list[Change]:
        """What the base changed."""
        return changes(self.path, self.then, self.theirs)

    @property
    def own_changes(self) -> list[Change]:
        """What the county had changed."""
        return changes(self.path, self.then, self.ours)

    def settled(self, takes: Collection[str]) -> bytes:
        """Return the file with the base's side at some of the conflicts."""
        return merge_file(self.path, self.then, self.ours, self.theirs, takes).body


@dataclass(frozen=True)
class Standing:
    """One own file: what it started from in the base, what the base has now."""

    path: str
    ours: str
    then: str | None
    now: str | None


@dataclass(frozen=True)
class Drafted:
    """A file as an open upgrade has it, and the base's that was brought into it."""

    body: str | None
    merged: str | None


Drafts = Mapping[str, Drafted]


def standings(session: Session, county: str) -> list[Standing]:
    """Return a county's own files against the base, by path."""
    below = _base_files(session)
    rows = session.execute(
        select(Asset.path, Asset.sha256, Asset.base_sha256).where(Asset.county_code == county)
    )
    found = [Standing(row.path, row.sha256, row.base_sha256, below.get(row.path)) for row in rows]
    found += _flows(session, county, below)
    return sorted(found, key=lambda one: one.path)


def upgrades_of(session: Session, county: str, drafts: Drafts | None = None) -> list[Upgrade]:
    """Return what has to be looked at after the base changed under a county.

    ``drafts`` are the files of an open upgrade: what was decided there is the county's side now.
    """
    if county == BASE:
        return []
    held = drafts or {}
    found = (_put_together(session, one, held) for one in drafted(standings(session, county), held))
    return [one for one in found if one is not None]


def drafted(found: Sequence[Standing], drafts: Drafts) -> Iterator[Standing]:
    """Yield own files as an open upgrade has them; those it gives up follow the base anyway."""
    for one in found:
        mine = drafts.get(one.path)
        if mine is None:
            yield one
        elif mine.body is not None:
            yield Standing(one.path, mine.body, mine.merged or one.then, one.now)


def _put_together(session: Session, one: Standing, drafts: Drafts) -> Upgrade | None:
    if one.then is None or one.then == one.now or one.path == MANIFEST:
        return None
    then, ours = contents.get(session, one.then), contents.get(session, one.ours)
    theirs = contents.get(session, one.now) if one.now else None
    merged = merge_file(one.path, then, ours, theirs)
    told = Upgrade(
        *(one.path, then, ours, theirs, merged.body, merged.conflicts, merged.dangling),
        is_drafted=one.path in drafts,
    )
    return told if not told.is_clean or changes(one.path, ours, merged.body) else None


def _base_files(session: Session) -> Mapping[str, str]:
    files = contents.assets(session, BASE)
    flows = own_diagrams(session, BASE).values()
    return {**files, **{f"{DIAGRAMS}{row.key}.bpmn": row.diagram for row in flows}}


def _flows(session: Session, county: str, below: Mapping[str, str]) -> Iterator[Standing]:
    rows = own_diagrams(session, county)
    starts = [row.base_id for row in rows.values() if row.base_id]
    query = select(Definition.id, Definition.diagram).where(Definition.id.in_(starts))
    then = {row.id: row.diagram for row in session.execute(query)}
    for key, row in rows.items():
        path = f"{DIAGRAMS}{key}.bpmn"
        yield Standing(path, row.diagram, then.get(row.base_id or ""), below.get(path))
